"""The pack on another team's program (examples/policies-only), as its README says."""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "policies-only"


def documented() -> list[str]:
    """The arguments of the gate's command in the example's README."""
    command = re.search(
        r"```\n(python -m ecs_policies\.gate .*?)```", (EXAMPLE / "README.md").read_text(), re.DOTALL
    )
    assert command
    return shlex.split(command[1].replace("\\\n", " "))[1:]


def gate(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_documented_command_finds_nothing_but_what_the_team_answers_for():
    done = gate(*documented(), "--level", "advisory")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "service.private-subnets" in done.stdout
    assert "exempted until 2028-11-30 by reports" in done.stdout


def test_the_example_shares_no_code_with_this_repository():
    tree = ast.parse((EXAMPLE / "__main__.py").read_text())
    names = {alias.name for it in ast.walk(tree) if isinstance(it, ast.Import) for alias in it.names}
    assert names == {"json", "pulumi", "pulumi_aws"}
    assert not [it for it in ast.walk(tree) if isinstance(it, ast.ImportFrom)]


def test_a_tag_that_the_team_wants_and_a_resource_lacks_is_found(tmp_path: Path):
    copy = tmp_path / "reports"
    copy.mkdir()
    for file in EXAMPLE.iterdir():
        if file.is_file():
            (copy / file.name).write_text(file.read_text().replace("Team: reports, ", ""))
    found = gate(*(str(copy) if it == "examples/policies-only" else it for it in documented()))
    assert found.returncode == 1
    assert "tags.required" in found.stdout
    assert "Team" in found.stdout
