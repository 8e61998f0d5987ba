"""Several programs before the gate at once: one report, in which each keeps what is its own."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policies.gate.programs import AWS, write
from tests.policies.gate.test_command import ONE, PROGRAM, STAR, run

pytestmark = pytest.mark.engine

GOOD, BAD = PROGRAM.replace("ACTION", ONE), PROGRAM.replace("ACTION", STAR)


def project(folder: Path, source: str, *stacks: str) -> Path:
    """A program whose project has its folder's name, in a repository that is the folder above."""
    (folder.parent / ".git").mkdir(parents=True, exist_ok=True)
    return write(folder, source, config=AWS, project={"name": folder.name}, stacks=stacks or ("dev",))


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return project(tmp_path / "bad", BAD)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return project(tmp_path / "good", GOOD, "dev", "local")


def judged(report: Path, *programs: Path, options: tuple[str | Path, ...] = ()) -> tuple[int, Any]:
    """The exit code for these programs, and what the JSON report has of each stack by its full name."""
    given = [it for program in programs for it in ("--program", program)]
    done = run("gate", *given, "--json", report, *options)
    assert "Traceback" not in done.stderr
    if not report.exists():
        return done.returncode, done.stderr
    stacks = json.loads(report.read_text())["stacks"]
    return done.returncode, {f"{it['project']}/{it['stack']}": it for it in stacks}


def test_they_make_one_report_in_the_order_given_and_the_worst_decides(bad: Path, good: Path, tmp_path: Path):
    code, stacks = judged(tmp_path / "it.json", good, bad)
    assert code == 1
    assert list(stacks) == ["good/dev", "good/local", "bad/dev"]
    assert [it["rule"] for it in stacks["bad/dev"]["findings"]] == ["iam.star-action"]
    assert not any(stacks[it]["findings"] for it in ("good/dev", "good/local"))
    fails = project(tmp_path / "fails", "raise ValueError('a bad day')")
    assert judged(tmp_path / "it.json", good, bad, fails)[0] == 2


def test_a_finding_is_annotated_in_its_own_programs_file(bad: Path, good: Path, tmp_path: Path):
    sarif = tmp_path / "it.sarif"
    judged(tmp_path / "it.json", good, bad, options=("--sarif", sarif))
    runs = json.loads(sarif.read_text())["runs"]
    (place,) = (it["locations"][0]["physicalLocation"] for one in runs for it in one["results"])
    assert place["artifactLocation"]["uri"] == "bad/__main__.py"
    assert len({it["automationDetails"]["id"] for it in runs}) == 3


def test_each_is_judged_by_the_exemptions_beside_it(bad: Path, good: Path, tmp_path: Path):
    (finding,) = judged(tmp_path / "it.json", bad)[1]["bad/dev"]["findings"]
    exemption = {
        "rule": "iam.star-action",
        "resource": "urn:pulumi:*::*::aws:iam/policy:Policy::policy",
        "fingerprint": finding["fingerprint"],
        "reason": "tried out",
        "owner": "shop",
        "expires": date(2999, 1, 1),
    }
    (bad / "policy-exemptions.yaml").write_text(yaml.safe_dump({"exemptions": [exemption]}))
    worse = project(tmp_path / "worse", BAD)
    code, stacks = judged(tmp_path / "it.json", good, bad, worse)
    assert code == 1
    assert [len(it["exempted"]) for it in stacks.values()] == [0, 0, 1, 0]
    assert [len(it["findings"]) for it in stacks.values()] == [0, 0, 0, 1]


def test_a_named_stack_is_judged_of_those_that_have_it(bad: Path, good: Path, tmp_path: Path):
    assert list(judged(tmp_path / "it.json", bad, good, options=("--stack", "local"))[1]) == ["good/local"]
    code, said = judged(tmp_path / "none.json", bad, good, options=("--stack", "prod"))
    assert code == 2
    assert "--stack prod: there is no Pulumi.prod.yaml; known are dev, local" in said


def test_a_baseline_knows_a_finding_of_the_same_program_alone(bad: Path, tmp_path: Path):
    before = tmp_path / "before.json"
    judged(before, bad)
    worse = project(tmp_path / "worse", BAD)
    code, stacks = judged(tmp_path / "after.json", bad, worse, options=("--baseline", before))
    assert code == 1
    assert [len(it["known"]) for it in stacks.values()] == [1, 0]


def test_a_program_that_is_named_twice_is_judged_once(good: Path, tmp_path: Path):
    assert list(judged(tmp_path / "it.json", good, good)[1]) == ["good/dev", "good/local"]


def test_a_stack_that_two_programs_have_is_refused(good: Path, tmp_path: Path):
    other = project(tmp_path / "elsewhere" / "good", GOOD)
    code, said = judged(tmp_path / "it.json", good, other)
    assert code == 2
    assert f"--program {good}, {other}: each is the project good with a stack dev" in said


def test_a_program_without_a_stacks_file_is_refused_among_others_too(good: Path, tmp_path: Path):
    empty = project(tmp_path / "empty", GOOD)
    (empty / "Pulumi.dev.yaml").unlink()
    code, said = judged(tmp_path / "it.json", good, empty)
    assert code == 2
    assert f"--program {empty}: no stack has a settings file; add Pulumi.NAME.yaml" in said
