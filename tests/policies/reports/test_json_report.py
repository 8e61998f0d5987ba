"""The JSON report: all of it, by its own schema, and as the baseline that a change is held against."""

import json

import pytest
from ecs_policies.model import Level
from ecs_policies.reports import json_report
from ecs_policies.reports.json_report import BaselineError, Known, read, schema, subtract
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from tests.policies.reports import samples
from tests.policies.reports.samples import REPORTS, exempted, finding, judged, reached, report


def parsed(given_):
    """The report's content, after a check against the schema."""
    content = json.loads(json_report.render(given_))
    Draft202012Validator(schema()).validate(content)
    return content


def key(it, stack: str = "dev") -> Known:
    """The finding as a baseline has it."""
    return Known("web", stack, it.rule, it.fingerprint, it.unverifiable)


def test_the_schema_is_one_itself_and_knows_this_version():
    Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["version"]["const"] == json_report.VERSION


def test_the_report_holds_everything():
    content = parsed(samples.MANY)
    assert content["exit_code"] == 2
    assert content["level"] == "mandatory"
    assert [it["id"] for it in content["rules"]] == [it.id for it in samples.MANY.rules]
    dev, _, lost, asked = content["stacks"]
    assert len(dev["findings"]) == len(samples.MANY.stacks[0].verdict.findings)
    assert dev["findings"][0] == {
        "rule": "iam.star-action",
        "severity": "high",
        "level": "mandatory",
        "fails": True,
        "unverifiable": False,
        "resource": samples.urn(samples.ROLE_POLICY, "policy-0"),
        "name": "policy-0",
        "type": "aws.iam.RolePolicy",
        "path": "policy.Statement[0].Action[s3:*]",
        "message": "s3:* allows every action of S3",
        "fingerprint": finding(name="policy-0").fingerprint,
        "source": {"file": "components/roles.py", "line": 88},
    }
    assert (dev["findings"][-1]["fails"], dev["findings"][-1]["source"]) == (False, None)
    assert dev["exempted"][0]["owner"] == "platform"
    assert dev["exempted"][0]["expires"] == "2027-05-31"
    assert [it["name"] for it in dev["known"]] == ["old"]
    assert lost["error"] == "Pulumi.lost.yaml: image isn't set"
    assert asked["unanswered"] == ["aws:ec2/getAmi:getAmi", "the stack reference acme/dns/prod"]
    assert asked["assumed"] == ["aws:ec2/getVpc:getVpc(id=vpc-1) at __main__.py:3"]


def test_a_baseline_holds_what_the_report_shows_and_what_it_knew_and_nothing_exempted():
    given_ = report(
        judged(finding(), known=(reached(),), accepted=(exempted(finding(name="backup")),)),
        judged(finding(stack="prod"), stack="prod"),
    )
    assert read(json_report.render(given_)) == {
        key(finding()): 1,
        key(reached()): 1,
        key(finding(), "prod"): 1,
    }


def less(before, after):
    """What is left of a report, and what is known, against an earlier one."""
    (stack,) = subtract(after, read(json_report.render(before))).stacks
    return stack.verdict.findings, stack.known


def test_only_what_a_change_adds_is_left():
    after = report(judged(finding(), reached()))
    assert less(report(judged(finding())), after) == ((reached(),), (finding(),))


def test_a_finding_is_the_same_in_other_words_and_on_another_line():
    moved = finding(message="in other words", source=None)
    assert less(report(judged(finding())), report(judged(moved))) == ((), (moved,))


def test_of_one_place_only_as_many_are_known_as_the_baseline_has():
    second = finding(message="one more")
    assert less(report(judged(finding())), report(judged(finding(), second))) == ((second,), (finding(),))


def test_a_finding_of_another_stack_is_new():
    before = report(judged(finding(stack="prod"), stack="prod"))
    assert less(before, report(judged(finding()))) == ((finding(),), ())


def test_a_finding_of_another_programs_stack_of_the_same_name_is_new():
    before = report(judged(finding(), project="web-application"))
    assert less(before, report(judged(finding(), project="bootstrap"))) == ((finding(),), ())


def test_a_mistake_is_new_where_the_baseline_could_not_judge():
    before = report(judged(finding(unverifiable=True)))
    assert less(before, report(judged(finding()))) == ((finding(),), ())


def test_a_finding_is_new_when_its_exemption_ends():
    before = report(judged(accepted=(exempted(finding()),)))
    assert less(before, report(judged(finding()))) == ((finding(),), ())


def test_what_was_known_stays_known_and_exempted_stays_exempted():
    accepted = (exempted(finding(name="backup")),)
    after = report(judged(finding(), known=(reached(),), accepted=accepted))
    (stack,) = subtract(after, read(json_report.render(report(judged(finding()))))).stacks
    assert stack.known == (reached(), finding())
    assert stack.verdict.exempted == accepted


def test_a_report_less_itself_is_clean_and_the_baseline_stays_whole():
    baseline = read(json_report.render(samples.MANY))
    copy = dict(baseline)
    again = subtract(samples.MANY, baseline)
    assert baseline == copy
    assert not any(it.verdict.findings for it in again.stacks)
    assert again.exit_code == 2  # what couldn't be judged isn't excused
    assert subtract(samples.ONE, read(json_report.render(samples.ONE))).exit_code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "isn't JSON"),
        ("{", "isn't JSON"),
        ("[" * 100_000, "isn't JSON"),
        ("[]", r"isn't a report of version 1: \$ \[\] is not of type 'object'"),
        ("{}", "isn't a report of version 1"),
        (
            json_report.render(samples.ONE).replace('"version": 1', '"version": 2'),
            r"\$\.version 1 was expected",
        ),
        (json_report.render(samples.ONE).replace('"path"', '"where"'), r"\$\.stacks\[0\]\.findings\[0\]"),
    ],
)
def test_a_baseline_that_is_no_report_says_where_it_differs(text, said):
    with pytest.raises(BaselineError, match=said):
        read(text)


@given(REPORTS)
@settings(max_examples=15, deadline=None)
def test_every_report_is_valid_and_knows_itself(given_):
    parsed(given_)
    again = subtract(given_, read(json_report.render(given_)))
    assert not any(it.verdict.findings for it in again.stacks)
    for before, after in zip(given_.stacks, again.stacks, strict=True):
        assert len(after.known) == len(before.known) + len(before.verdict.findings)


@given(REPORTS, REPORTS)
@settings(max_examples=15, deadline=None)
def test_against_another_report_no_finding_gets_lost(before, after):
    left = subtract(after, read(json_report.render(before)))
    for one, other in zip(after.stacks, left.stacks, strict=True):
        assert sorted(map(repr, (*one.verdict.findings, *one.known))) == sorted(
            map(repr, (*other.verdict.findings, *other.known))
        )


def test_an_advisory_finding_fails_at_an_advisory_gate():
    content = parsed(report(judged(finding(level=Level.ADVISORY)), level=Level.ADVISORY))
    assert content["stacks"][0]["findings"][0]["fails"] is True
    assert content["exit_code"] == 1
