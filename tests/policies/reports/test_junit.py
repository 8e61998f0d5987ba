"""What a CI shows as tests, by the XSD of Apache Ant's JUnitReport (from the package reframe-hpc)."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib.metadata import files

import pytest
from ecs_policies.model import Level
from ecs_policies.reports import junit
from ecs_policies.reports.model import Report
from hypothesis import given, settings
from lxml import etree

from tests.policies.reports import samples
from tests.policies.reports.samples import REPORTS, STAR_ACTION, exempted, finding, judged, reached, report

WHEN = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)


@cache
def schema() -> etree.XMLSchema:
    """The XSD, out of the package; the package itself isn't imported."""
    path = next(it for it in files("reframe-hpc") or [] if it.name == "junit.xsd")
    return etree.XMLSchema(etree.parse(path.locate()))


def parsed(given_, when=WHEN) -> etree._Element:
    """The report's root, after a check against the schema."""
    root = etree.fromstring(junit.render(given_, when).encode())
    schema().assertValid(root)
    return root


def outcomes(suite: etree._Element) -> dict[str, list[str]]:
    """The names of the tests by how they ended."""
    found: dict[str, list[str]] = {}
    for case in suite.iter("testcase"):
        found.setdefault(case[0].tag if len(case) else "passed", []).append(case.get("name"))
    return found


def test_a_clean_stack_has_a_passed_test_for_each_rule():
    suites = parsed(samples.CLEAN).findall("testsuite")
    assert [(it.get("package"), it.get("name"), it.get("id")) for it in suites] == [
        ("web", "dev", "0"),
        ("web", "prod", "1"),
    ]
    for suite in suites:
        assert outcomes(suite) == {"passed": [it.title for it in samples.CLEAN.rules]}
        assert suite.get("tests") == str(len(samples.CLEAN.rules))


def test_a_rule_that_the_config_disables_is_no_test():
    few = Report(stacks=(judged(),), rules=(STAR_ACTION,))
    assert outcomes(parsed(few)) == {"passed": [STAR_ACTION.title]}


def test_a_resource_that_breaks_a_rule_is_one_failed_test_with_all_its_findings():
    twice = report(judged(finding(), finding(path="policy.Statement[1]", message="and more")))
    suite = parsed(twice)[0]
    (failure,) = suite.iter("failure")
    case = failure.getparent()
    assert case.get("classname") == "dev.iam.star-action"
    assert case.get("name") == f"web:service:FargateService${samples.ROLE_POLICY}::task-policy"
    assert "s3:* allows every action of S3; policy.Statement[1]: and more" in failure.get("message")
    for part in ("components/roles.py:88", finding().fingerprint, STAR_ACTION.why, STAR_ACTION.fix, "high"):
        assert part in failure.text
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("1", "0", "0")
    assert STAR_ACTION.title not in outcomes(suite)["passed"]


def test_of_several_programs_each_stack_and_its_tests_are_named_with_the_project():
    suites = parsed(samples.SEVERAL).findall("testsuite")
    names = ["web-application/dev", "web-application/prod", "bootstrap/dev", "reports/local"]
    assert [it.get("name") for it in suites] == names
    for suite, name in zip(suites, names, strict=True):
        assert all(it.get("classname").startswith(f"{name}.") for it in suite.iter("testcase"))


def test_what_could_not_be_judged_is_an_error():
    suite = parsed(report(judged(reached(unverifiable=True), unanswered=("aws:ec2/getAmi:getAmi",))))[0]
    messages = [it.get("message") for it in suite.iter("error")]
    assert len(messages) == 2
    assert "the gate can't answer aws:ec2/getAmi:getAmi" in messages[0]
    assert "can't be judged" in messages[1]
    assert suite.get("errors") == "2"


def test_a_stack_without_resources_has_one_error_and_no_test_that_passed():
    suite = parsed(report(judged(error="image isn't set")))[0]
    assert set(outcomes(suite)) == {"error"}
    assert suite.findtext("system-err").strip() == "image isn't set"


def test_a_mistake_beside_something_unverifiable_is_a_failure():
    suite = parsed(report(judged(finding(), finding(path="role", unverifiable=True))))[0]
    assert (suite.get("failures"), suite.get("errors")) == ("1", "0")


@pytest.mark.parametrize(
    "stack",
    [
        judged(accepted=(exempted(finding()),)),
        judged(finding(level=Level.ADVISORY)),
        judged(finding(level=Level.ADVISORY, unverifiable=True)),
        judged(known=(finding(),)),
    ],
    ids=["exempted", "below the level", "below the level and unverifiable", "known"],
)
def test_what_does_not_fail_the_gate_is_skipped(stack):
    suite = parsed(report(stack))[0]
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "1")
    assert next(suite.iter("skipped")).get("message")


def test_an_exempted_test_says_who_answers_for_it():
    (skipped,) = parsed(report(judged(accepted=(exempted(finding()),)))).iter("skipped")
    assert skipped.get("message").startswith("exempted until 2027-05-31 by platform: a queue")


def test_at_an_advisory_gate_advice_fails():
    suite = parsed(report(judged(finding(level=Level.ADVISORY)), level=Level.ADVISORY))[0]
    assert suite.get("failures") == "1"


def test_the_time_is_told_in_utc():
    elsewhere = WHEN.astimezone(timezone(timedelta(hours=5)))
    assert parsed(samples.CLEAN, elsewhere)[0].get("timestamp") == "2026-11-27T16:30:00"


def test_without_a_given_time_it_is_now():
    before = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    stamp = etree.fromstring(junit.render(samples.CLEAN).encode())[0].get("timestamp")
    assert before <= datetime.fromisoformat(stamp) <= datetime.now(UTC).replace(tzinfo=None)


def test_the_schema_refuses_what_is_no_report():
    root = etree.fromstring(junit.render(samples.ONE, WHEN).encode())
    del root[0].attrib["hostname"]
    assert not schema().validate(root)


@given(REPORTS)
@settings(max_examples=40, deadline=None)
def test_every_report_is_valid_and_its_numbers_are_those_of_its_tests(given_):
    root = parsed(given_)
    for suite in root:
        tests = [case[0].tag if len(case) else "passed" for case in suite.iter("testcase")]
        assert int(suite.get("tests")) == len(tests)
        assert int(suite.get("failures")) == tests.count("failure")
        assert int(suite.get("errors")) == tests.count("error")
        assert int(suite.get("skipped")) == tests.count("skipped")
    red = any(int(it.get("failures")) + int(it.get("errors")) for it in root)
    assert red == (given_.exit_code != 0)
