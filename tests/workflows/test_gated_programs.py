"""What a pull request's gate judges: every program of this repository, the roles of bootstrap too."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ecs_policies.gate.project import Project, ProjectError

from tests.workflows.steps import ROOT

# GitHub's page "SARIF results exceed one or more limits": runs in a file.
MOST_RUNS = 20


def arguments() -> list[str]:
    """What `make gate` gives to the gate."""
    command = ["make", "--dry-run", "--directory", str(ROOT), "gate"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (gate,) = re.findall(r"-m ecs_policies\.gate (.*)", shown.replace("\\\n", ""))
    return shlex.split(gate)


def given(option: str) -> list[str]:
    found = arguments()
    return [value for name, value in pairwise(found) if name == option]


def projects() -> list[Project]:
    return [Project.load(ROOT / it) for it in given("--program")]


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository, those not yet committed too."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(it) for it in names.split("\0") if (ROOT / it).is_file()]


def test_every_program_in_python_is_gated():
    programs: set[str] = set()
    for file in tracked("Pulumi.yaml", "*/Pulumi.yaml"):
        try:
            Project.load(ROOT / file.parent)
        except ProjectError as error:
            assert "this gate runs Python programs" in str(error), error  # noqa: PT017
            assert file.parent.as_posix() == "examples/web-service-in-yaml"
        else:
            programs.add(file.parent.as_posix())
    assert sorted(given("--program")) == sorted(programs)
    assert {".", "bootstrap", "backend", "examples/another-team"} <= programs


def test_all_their_stacks_fit_into_one_upload_to_code_scanning():
    stacks = [(project.name, it) for project in projects() for it in project.stacks()]
    assert len(set(stacks)) == len(stacks) <= MOST_RUNS
    of_bootstrap = [it for project, it in stacks if project == "web-application-bootstrap"]
    assert of_bootstrap == ["dev", "local", "prod", "staging"]


@pytest.mark.parametrize("reference", given("--stack-reference"))
def test_the_outputs_that_the_gate_is_told_are_committed(reference: str):
    assert Path(reference.partition("=")[2]) in tracked("reader", "examples")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the repository, as far as the programs need it."""
    for file in tracked():
        if file.parts[0] not in ("tests", "docs", "emulator"):
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, tmp_path / file)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def gate(clone: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """What `make gate GATE_FLAGS=…` answers in this clone: the exit code, and the SARIF file."""
    sarif = clone / "gate.sarif"
    command = [sys.executable, "-m", "ecs_policies.gate", *arguments(), "--sarif", str(sarif), *options]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode < 2, done.stdout + done.stderr
    return done.returncode, json.loads(sarif.read_text(encoding="utf-8"))


def place(result: dict[str, Any]) -> tuple[str, int]:
    """The file and the line that a result is shown at."""
    it = result["locations"][0]["physicalLocation"]
    return it["artifactLocation"]["uri"], it["region"]["startLine"]


@pytest.mark.engine
def test_a_change_that_lets_any_repository_take_bootstraps_roles_is_annotated_and_told(clone: Path):
    base, comment = clone / "base.json", clone / "comment.md"
    assert gate(clone, "--stack", "dev", "--json", str(base))[0] == 0
    trust = clone / "components" / "delivery" / "github.py"
    exact = trust.read_text(encoding="utf-8")
    assert exact.count('{"aud": AUDIENCE, **claims}') == 1
    any_repository = exact.replace('{"aud": AUDIENCE, **claims}', '{"aud": AUDIENCE}')
    trust.write_text(any_repository, encoding="utf-8")

    code, sarif = gate(clone, "--stack", "dev", "--baseline", str(base), "--markdown", str(comment))
    assert code == 1
    found = {it["automationDetails"]["id"]: it["results"] for it in sarif["runs"]}
    results = found.pop("ecs-policies/web-application-bootstrap/dev/")
    assert not any(found.values())
    assert [it["ruleId"] for it in results] == ["iam.public-trust"] * 3
    for it in results:
        file, line = place(it)
        assert file == "bootstrap/__main__.py"
        assert "DeliveryRoles(" in (clone / file).read_text(encoding="utf-8").splitlines()[line - 1]
    text = comment.read_text(encoding="utf-8")
    assert "### <code>web-application-bootstrap/dev</code>" in text
    assert "| <code>web-application/dev</code> |" in text[text.index("### No finding") :]
