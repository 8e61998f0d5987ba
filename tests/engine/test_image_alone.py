"""A stack with nothing set but its image."""

from tests.engine.settings_table import refusal
from tests.engine.standing import Standing, changes, only
from tests.engine.views import NAME, Definition, assert_it_was_created_and_serves


def test_it_is_created_and_two_tasks_serve_in_two_zones(image_alone: Standing):
    assert_it_was_created_and_serves(image_alone)


def test_nothing_has_drifted_and_nothing_is_to_do(image_alone: Standing):
    assert changes(image_alone.preview("--refresh", "--expect-no-changes")) == {}


def test_it_makes_three_containers_that_log_to_cloudwatch_through_the_router(image_alone: Standing):
    definition = Definition.serving(image_alone.stack)
    assert definition.depends_on == {
        "log_router": {},
        "rails": {"log_router": "HEALTHY"},
        "nginx": {"rails": "HEALTHY", "log_router": "HEALTHY"},
    }
    assert not any(definition.secrets.values())
    assert definition.log_secrets == {}
    for name in ("rails", "nginx"):
        driver, options = definition.log(name)
        assert (driver, options["Name"]) == ("awsfirelens", "cloudwatch_logs")
        assert options["log_group_name"] == f"{NAME}-application"


def test_it_lets_the_task_role_write_the_routed_logs_and_no_more(image_alone: Standing):
    iam = image_alone.stack.client("iam")
    role = f"{NAME}-task"
    policy = only(iam.list_role_policies(RoleName=role)["PolicyNames"])
    statement = only(iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]["Statement"])
    assert set(statement["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert f"log-group:{NAME}-application:" in str(statement["Resource"])


def test_it_is_protected_unless_told_otherwise(image_alone: Standing):
    elb = image_alone.stack.client("elbv2")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    answered = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)["Attributes"]
    assert {it["Key"]: it["Value"] for it in answered}["deletion_protection.enabled"] == "true"
    refused = image_alone.stack.operate("destroy", "--preview-only")
    assert refused.code != 0
    assert any("protected" in error for error in refused.errors), refused.stdout


def test_another_address_block_is_refused_before_protection_is_asked(image_alone: Standing):
    said = refusal(image_alone, "network.cidr")
    assert "keep 10.0.0.0/16" in said
    assert "protected" not in said
