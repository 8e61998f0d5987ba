"""The engine that holds a role: what the committed Go module builds, and nothing that was downloaded."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from emulator.engine import go_build
from emulator.engine.__main__ import main
from emulator.engine.cache import cache_directory
from emulator.engine.engine import EngineError, pinned_version
from tests.workflows.steps import ACTION_STEPS, executable, run, steps

BUILD = "Install uv and the locked environment, and build the engine"
RECORD = """
import os, sys
with open("told", "a") as told:
    print(os.path.basename(sys.argv[0]), *sys.argv[1:], file=told)
"""


@pytest.fixture(autouse=True)
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The versions that are built, into an empty cache; a `pulumi` that fits is on PATH all the same."""
    built: list[str] = []

    def build(version: str, _console: Console) -> None:
        built.append(version)
        engine = cache_directory() / version / "bin" / "pulumi"
        engine.with_name("pulumi-language-python").unlink(missing_ok=True)
        executable(engine, f"print('built {len(built)}')")

    monkeypatch.setattr(go_build, "build", build)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    executable(tmp_path / "path" / "pulumi", f"print('v{pinned_version()}')")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "path"), os.environ["PATH"]]))
    return built


def told_by(engine: Path) -> str:
    return subprocess.run([engine], capture_output=True, text=True, check=True).stdout


def test_it_is_built_once_whatever_is_on_path(tmp_path: Path, builds: list[str]):
    assert main([str(tmp_path / "one")]) == main([str(tmp_path / "two")]) == 0
    assert builds == [pinned_version()]
    assert told_by(tmp_path / "one" / "bin" / "pulumi") == "built 1\n"
    assert told_by(tmp_path / "two" / "bin" / "pulumi") == "built 1\n"


def test_one_that_was_downloaded_is_not_taken(tmp_path: Path, builds: list[str]):
    for name in ("pulumi", "pulumi-language-python"):
        executable(cache_directory() / pinned_version() / "bin" / name, "print('downloaded')")
    assert main([str(tmp_path)]) == 0
    assert builds == [pinned_version()]
    assert told_by(tmp_path / "bin" / "pulumi") == "built 1\n"


def test_the_language_host_beside_it_serves_and_needs_nothing_of_the_checkout(tmp_path: Path):
    assert main([str(tmp_path)]) == 0
    host = tmp_path / "bin" / "pulumi-language-python"
    assert str(go_build.MODULE) not in host.read_text(encoding="utf-8")
    with subprocess.Popen([host], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        process.terminate()
        assert process.wait(10) == 0
    assert port > 0


def test_where_it_cannot_be_built_there_is_none_and_one_paragraph_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fail(_version: str, _console: Console) -> None:
        raise EngineError("Go ended with: checksum mismatch")

    monkeypatch.setattr(go_build, "build", fail)
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == "The engine couldn't be built: Go ended with: checksum mismatch\n"
    assert not (tmp_path / "bin" / "pulumi").exists()


def test_a_job_builds_it_and_runs_that_one(tmp_path: Path):
    executable(tmp_path / "stand-ins" / "make", RECORD)
    executable(tmp_path / ".venv" / "bin" / "python", RECORD)
    given = {"RUNNER_TEMP": str(tmp_path / "temp"), "GITHUB_PATH": str(tmp_path / "path.txt")}
    done = run(ACTION_STEPS[BUILD], tmp_path, given, tmp_path / "stand-ins")
    assert done.returncode == 0, done.stderr
    told = (tmp_path / "told").read_text(encoding="utf-8").splitlines()
    assert told == ["make .venv/.ready", f"python -m emulator.engine {tmp_path}/temp/pulumi"]
    assert (tmp_path / "path.txt").read_text(encoding="utf-8").splitlines()[
        -1
    ] == f"{tmp_path}/temp/pulumi/bin"


def test_a_build_that_fails_ends_the_step(tmp_path: Path):
    executable(tmp_path / "stand-ins" / "make", "")
    executable(tmp_path / ".venv" / "bin" / "python", "raise SystemExit(1)")
    given = {"RUNNER_TEMP": str(tmp_path / "temp"), "GITHUB_PATH": str(tmp_path / "path.txt")}
    assert run(ACTION_STEPS[BUILD], tmp_path, given, tmp_path / "stand-ins").returncode != 0
    assert not (tmp_path / "path.txt").exists()


def test_no_step_downloads_an_engine():
    shells = [it["run"] for _, it in steps() if "run" in it]
    assert [it for it in shells if re.search(r"get\.pulumi\.com|PulumiCommand|pulumi/releases", it)] == []
    assert sum("pulumi up" in it for it in shells) == 2
