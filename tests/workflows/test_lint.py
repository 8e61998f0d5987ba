"""How `make lint` comes by actionlint."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.workflows.steps import ROOT, executable

TOO_OLD = "import sys\nsys.exit('go.mod requires go >= 1.25.0')"
WHEEL = """
import pathlib, sys
if sys.argv[1] == "--version":
    sys.exit()
assert sys.argv[1:8] == ["run", "--quiet", "--locked", "--isolated", "--only-group", "go", "go"], sys.argv
assert sys.argv[8:11] == ["build", "-C", "tools"], sys.argv
pathlib.Path(sys.argv[sys.argv.index("-o") + 1]).write_text("of the wheel")
"""
NO_WHEEL = """
import sys
if sys.argv[1] != "--version":
    sys.exit("no network")
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that is set up but for actionlint, with a Go on PATH that is too old."""
    for name in (
        "Makefile",
        "pyproject.toml",
        "uv.lock",
        "policies/pyproject.toml",
        "reader/pyproject.toml",
        "tools/go.mod",
        "tools/go.sum",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    executable(tmp_path / "path" / "go", TOO_OLD)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / ".ready").touch()
    return tmp_path


def make(clone: Path, target: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(clone / "path"), os.environ["PATH"]])
    # What the make that runs the tests hands down is not for this one.
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))
    } | {"PATH": path}
    return subprocess.run(
        ["make", target], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )


def test_a_go_that_is_too_old_gives_way_to_the_wheel(clone):
    executable(clone / "path" / "uv", WHEEL)
    done = make(clone, ".venv/bin/actionlint")
    assert done.returncode == 0, done.stderr
    assert (clone / ".venv" / "bin" / "actionlint").read_text(encoding="utf-8") == "of the wheel"


def test_it_is_built_again_only_when_its_module_changes(clone):
    executable(clone / "path" / "uv", WHEEL)
    make(clone, ".venv/bin/actionlint")
    assert "Building" not in make(clone, ".venv/bin/actionlint").stderr
    built = (clone / ".venv" / "bin" / "actionlint").stat().st_mtime
    os.utime(clone / "tools" / "go.sum", (built + 1, built + 1))
    assert "Building" in make(clone, ".venv/bin/actionlint").stderr


def test_where_it_cant_be_had_lint_fails_and_says_what_it_takes(clone):
    executable(clone / "path" / "uv", NO_WHEEL)
    done = make(clone, "lint")
    assert done.returncode != 0
    assert "no network" in done.stderr
    assert "actionlint couldn't be built: it takes Go" in done.stderr
    assert done.stdout == ""
