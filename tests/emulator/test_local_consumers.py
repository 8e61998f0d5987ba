"""Other stacks' rules on a listener, as an ordinary client of Elastic Load Balancing finds them."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from emulator.local.consumers import consumers

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web-lb/1/2"
OWN = f"{LISTENER.replace(':listener/', ':listener-rule/')}/own"
REPORTS = f"{LISTENER.replace(':listener/', ':listener-rule/')}/reports"
DEFAULT = {"RuleArn": f"{OWN}-default", "IsDefault": True, "Priority": "default", "Conditions": []}


def rule(arn: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"RuleArn": arn, "IsDefault": False, "Priority": "1", "Conditions": list(conditions)}


def path(pattern: str) -> dict[str, Any]:
    """A condition as AWS answers it."""
    return {"Field": "path-pattern", "Values": [pattern], "PathPatternConfig": {"Values": [pattern]}}


@pytest.fixture
def elb() -> Any:
    return boto3.client(
        "elbv2", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )


@pytest.fixture
def aws(elb: Any) -> Iterator[Stubber]:
    """Answers in this order, and fails the test where another thing is asked, or less."""
    with Stubber(elb) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answer_rules(aws: Stubber, *rules: dict[str, Any], marker: str | None = None, **asked: str) -> None:
    more = {"NextMarker": marker} if marker else {}
    aws.add_response("describe_rules", {"Rules": list(rules), **more}, {"ListenerArn": LISTENER, **asked})


def answer_tags(aws: Stubber, arn: str, **tags: str) -> None:
    described: dict[str, Any] = {"ResourceArn": arn}
    if tags:
        described["Tags"] = [{"Key": key, "Value": it} for key, it in tags.items()]
    aws.add_response("describe_tags", {"TagDescriptions": [described]}, {"ResourceArns": [arn]})


def told(elb: Any) -> list[str]:
    return [str(it) for it in consumers(elb, [LISTENER], own=[OWN])]


def test_a_listener_with_its_own_rules_alone_has_no_consumer_and_no_tag_is_asked(elb: Any, aws: Stubber):
    answer_rules(aws, DEFAULT, rule(OWN, path("/*")))
    assert told(elb) == []


def test_a_rule_of_another_stack_is_told_by_its_tags_and_what_it_takes(elb: Any, aws: Stubber):
    host = {"Field": "host-header", "HostHeaderConfig": {"Values": ["www.example.com"]}}
    answer_rules(aws, rule(OWN, path("/*")), rule(REPORTS, host, path("/reports/*")))
    answer_tags(aws, REPORTS, Project="reports", Environment="dev", Name="reports-dev-reports")
    assert told(elb) == [
        f"project reports, stack dev, takes www.example.com /reports/* by the rule {REPORTS}"
    ]


@pytest.mark.parametrize("tags", [{}, {"Project": "reports"}, {"Environment": "dev"}])
def test_a_rule_that_says_too_little_is_told_too(elb: Any, aws: Stubber, tags: dict[str, str]):
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Team", "Values": ["a"]}}
    answer_rules(aws, rule(REPORTS, header))
    answer_tags(aws, REPORTS, **tags)
    assert told(elb) == [
        f"somebody who set no tags Project and Environment takes requests by the rule {REPORTS}"
    ]


def test_a_rule_on_a_later_page_is_found(elb: Any, aws: Stubber):
    answer_rules(aws, rule(OWN), marker="more")
    answer_rules(aws, rule(REPORTS, path("/reports/*")), Marker="more")
    answer_tags(aws, REPORTS, Project="reports", Environment="dev")
    assert len(told(elb)) == 1


def test_every_listener_is_looked_at_and_one_that_was_deleted_by_hand_has_no_rule(elb: Any, aws: Stubber):
    aws.add_client_error("describe_rules", "ListenerNotFound", expected_params={"ListenerArn": "gone"})
    answer_rules(aws, rule(REPORTS, path("/reports/*")))
    answer_tags(aws, REPORTS, Project="reports", Environment="dev")
    assert len(consumers(elb, ["gone", LISTENER], own=[])) == 1


def test_a_look_up_that_is_refused_is_never_taken_for_no_consumer(elb: Any, aws: Stubber):
    aws.add_client_error("describe_rules", "AccessDenied", "not authorized to perform DescribeRules")
    with pytest.raises(ClientError, match="not authorized to perform DescribeRules"):
        told(elb)


def test_tags_that_cannot_be_read_are_an_error_too(elb: Any, aws: Stubber):
    answer_rules(aws, rule(REPORTS, path("/reports/*")))
    aws.add_client_error("describe_tags", "AccessDenied", "not authorized to perform DescribeTags")
    with pytest.raises(ClientError, match="not authorized to perform DescribeTags"):
        told(elb)
