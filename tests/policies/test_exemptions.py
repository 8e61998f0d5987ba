"""Exemptions: for one finding, until a day, and seen when they are no longer needed."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecs_policies.catalogue import ALL
from ecs_policies.exemptions import Exemption, ExemptionError, Exemptions, load, parse
from ecs_policies.judging import Judge, Verdict
from ecs_policies.model import Resource, Stack
from ecs_policies.rules.iam import STAR_ACTION

from tests.policies.stacks import ROLE_POLICY, allow, document, resource

TODAY = date(2026, 11, 27)
STAR = resource(ROLE_POLICY, "star", {"role": "web", "policy": document(allow("ecr:*", "arn:aws:s3:::b"))})
FINGERPRINT = STAR_ACTION.judge_resource(STAR)[0].fingerprint
RIGHT = {
    "rule": "iam.star-action",
    "resource": f"urn:pulumi:local::web-application::{ROLE_POLICY}::star",
    "fingerprint": FINGERPRINT,
    "reason": "a migration needs it",
    "owner": "platform",
    "expires": TODAY,
}


def verdict(*entries: dict[str, Any], today: date = TODAY, stack: tuple[Resource, ...] = (STAR,)) -> Verdict:
    exemptions = parse({"exemptions": list(entries)}, ALL)
    return Judge(rules=(STAR_ACTION,), exemptions=exemptions, today=today).stack(Stack(stack))


def rules(it: Verdict) -> list[str]:
    return [finding.rule for finding in it.findings]


def test_a_finding_is_exempted_up_to_the_last_day():
    found = verdict(RIGHT)
    assert rules(found) == []
    assert [it.exemption.reason for it in found.exempted] == ["a migration needs it"]


def test_an_expired_exemption_is_a_finding_beside_the_one_it_answered_for():
    found = verdict(RIGHT, today=TODAY + timedelta(days=1))
    assert rules(found) == ["iam.star-action", "exemptions.expired"]
    assert found.exempted == ()
    assert "expired on 2026-11-27" in found.findings[1].message


def test_an_exemption_that_nothing_needs_is_a_finding():
    mended = resource(ROLE_POLICY, "star", {"policy": document(allow("s3:GetObject", "arn:aws:s3:::b/x"))})
    assert rules(verdict(RIGHT, stack=(mended,))) == ["exemptions.unused"]


def test_an_exemption_is_not_said_to_be_unused_where_the_stack_could_not_be_judged_whole():
    judge = Judge(rules=(STAR_ACTION,), exemptions=parse({"exemptions": [RIGHT]}, ALL), today=TODAY)
    root = resource("pulumi:pulumi:Stack", "web-application-local")
    assert rules(judge.stack(Stack([root]))) == ["exemptions.unused"]
    assert rules(judge.stack(Stack([root]), whole=False)) == []


def test_an_exemption_of_another_stack_is_not_missed_here():
    other = {**RIGHT, "resource": f"urn:pulumi:prod::web-application::{ROLE_POLICY}::star"}
    assert rules(verdict(RIGHT, other)) == []


def test_an_exemption_holds_for_its_finding_and_no_other_of_the_same_resource():
    second = resource(
        ROLE_POLICY,
        "star",
        {"role": "web", "policy": document(allow(["ecr:*", "sqs:*"], "arn:aws:s3:::b"))},
    )
    found = verdict(RIGHT, stack=(second,))
    assert [it.path for it in found.findings] == ["policy.Statement[0].Action[sqs:*]"]
    assert len(found.exempted) == 1


@pytest.mark.parametrize("part", ["*::star", f"{ROLE_POLICY}::*", "*::*"])
def test_a_pattern_for_any_type_or_any_name_is_a_finding(part: str):
    found = verdict({**RIGHT, "resource": f"urn:pulumi:local::web-application::{part}"})
    assert rules(found) == ["exemptions.too-wide"]


def test_several_patterns_name_several_stacks():
    both = [f"urn:pulumi:{it}::web-application::{ROLE_POLICY}::star" for it in ("dev", "local")]
    assert rules(verdict({**RIGHT, "resource": both})) == []


def test_the_fingerprint_is_the_same_in_every_stack_of_every_program():
    moved = Resource(
        type=ROLE_POLICY,
        urn=STAR.urn.replace("local::web-application", "prod::shop"),
        properties=STAR.properties,
    )
    assert STAR_ACTION.judge_resource(moved)[0].fingerprint == FINGERPRINT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"owner": None}, "owner is missing"),
        ({"rule": "iam.star"}, "rule iam.star isn't a rule"),
        ({"rule": ["iam.star-action"]}, "rule ['iam.star-action'] isn't a rule"),
        ({"fingerprint": "xyz"}, "fingerprint xyz isn't sixteen hexadecimal digits"),
        ({"resource": "web"}, "resource web isn't a URN's pattern"),
        ({"expires": "soon"}, "expires soon isn't a day; write it as 2027-01-31"),
        ({"expires": datetime(2027, 1, 31, 12)}, "expires 2027-01-31 12:00:00 isn't a day"),  # noqa: DTZ001
        ({"expire": TODAY}, "expire is no key of an exemption"),
    ],
)
def test_an_entry_that_does_not_fit_is_refused_with_its_key(change: dict[str, Any], said: str):
    with pytest.raises(ExemptionError) as refused:
        parse({"exemptions": [RIGHT, {**RIGHT, **change}]}, ALL)
    assert "entry 2" in str(refused.value)
    assert said in str(refused.value)


def test_a_program_without_the_file_has_no_exemptions(tmp_path: Path):
    assert load(tmp_path / "policy-exemptions.yaml", ALL) == Exemptions()


def test_a_file_is_read_with_its_days(tmp_path: Path):
    file = tmp_path / "policy-exemptions.yaml"
    file.write_text(yaml.safe_dump({"exemptions": [RIGHT]}))
    (entry,) = load(file, ALL).entries
    assert entry == Exemption(
        **{**{k: v for k, v in RIGHT.items() if k != "resource"}, "resources": (RIGHT["resource"],)}
    )


def test_a_file_that_is_no_yaml_is_refused_with_the_line(tmp_path: Path):
    file = tmp_path / "policy-exemptions.yaml"
    file.write_text("exemptions:\n  - rule: [kms.rotation\n")
    with pytest.raises(ExemptionError, match="line 3"):
        load(file, ALL)


@pytest.mark.parametrize("text", ["exemptions: [", "- a", "exemptions: 3", ""])
def test_a_file_that_is_no_list_of_exemptions_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "policy-exemptions.yaml"
    file.write_text(text)
    with pytest.raises(ExemptionError, match=r"policy-exemptions\.yaml"):
        load(file, ALL)
