"""The program with three services (examples/second-service) before the gate, as its README says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "second-service"


def test_the_documented_command_finds_nothing_but_what_the_team_answers_for():
    command = re.search(r"```\n(python -m ecs_policies\.gate .*?)\n```", (EXAMPLE / "README.md").read_text())
    assert command
    done = subprocess.run(
        [sys.executable, *shlex.split(command[1])[1:], "--level", "advisory"],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "load-balancer.deletion-protection" in done.stdout
    assert "exempted until 2028-11-30 by shop" in done.stdout
