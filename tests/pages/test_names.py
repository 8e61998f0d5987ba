"""Every target, path, setting, output and command that the pages name is one that there is."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.schedules import Schedule
from docs import contract
from settings import PROJECT, Settings
from tests.pages.aws_commands import commands, fault
from tests.pages.reading import GUIDES, ROOT, WRITTEN, blocks, code, text

ids = [str(it.relative_to(ROOT)) for it in WRITTEN]
TOP = {it.name for it in ROOT.iterdir() if it.is_dir() and not it.name.startswith(".")}


def targets(page: Path) -> set[str]:
    """The targets of make that a page names: in code, since in prose "make" is a word."""
    shown = "\n".join([*code(page), *blocks(page, ""), *blocks(page, "sh")])
    return set(re.findall(r"(?:^|\$\(|\s)make (?:-s )?([a-z-]+)", shown, re.MULTILINE))


def paths(page: Path) -> set[str]:
    """The files and folders of this repository that a page names."""
    written = {
        it.rstrip("/")
        for it in code(page)
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?|[\w-]+\.(?:py|md|yaml)", it)
    }
    return {it for it in written if it.split("/")[0] in TOP or "/" not in it}


def test_the_checks_see_what_the_readme_names():
    readme = ROOT / "README.md"
    assert {"up", "test", "env", "diagram"} <= targets(readme)
    assert {"components/roles.py", "application.py", "components/containers"} <= paths(readme)


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_every_make_target_exists(page: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets(page) - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_every_path_exists(page: Path):
    the_readers_own = {"cache.py"}
    assert {it for it in paths(page) - the_readers_own if not (ROOT / it).exists()} == set()


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_every_setting_exists(page: Path):
    listed = set(
        re.findall(
            r"^\| `([^`]+)` \|", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    sections = {it.partition(".")[0] for it in listed if "." in it}
    named = {it.partition(":")[0] for it in code(page) if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+(: \S+)?", it)}
    ours = {
        it for it in named if it.partition(".")[0] in sections and not it.endswith((".py", ".md", ".yaml"))
    }
    assert {it for it in ours if it not in listed} == set()


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_every_output_exists(page: Path):
    outputs = contract.schema()["properties"].keys()
    named = set(re.findall(r"pulumi stack output (?!-)([a-z_]+)", text(page)))
    assert named - outputs == set()


@pytest.mark.parametrize("page", WRITTEN, ids=ids)
def test_every_aws_command_and_its_options_exist(page: Path):
    shown = [*blocks(page, "sh"), *blocks(page, ""), *code(page)]
    found = [fault(words) for block in shown for words in commands(block)]
    assert [it for it in found if it] == []


def test_the_check_of_aws_commands_finds_what_is_wrong():
    (missing,) = commands("aws ecs stop-the-service --cluster main")
    assert fault(missing) == "aws ecs has no stop-the-service"
    (option,) = commands('arn=$(aws ecs list-tasks --cluster "$cluster" --services web)')
    assert fault(option) == "aws ecs list-tasks takes no services"
    assert len(list(commands(blocks(ROOT / "docs" / "guides" / "roll-back.md", "sh")[1]))) == 3


@pytest.mark.parametrize("page", GUIDES, ids=[it.stem for it in GUIDES])
def test_every_piece_of_shell_is_one(page: Path):
    for block in blocks(page, "sh"):
        done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", GUIDES, ids=[it.stem for it in GUIDES])
def test_every_config_of_a_guide_fits(page: Path):
    for block in blocks(page, "yaml"):
        given: dict[str, Any] = yaml.safe_load(block)
        own = {
            key.removeprefix(f"{PROJECT}:"): value for key, value in given.items() if key.startswith(PROJECT)
        }
        settings = Settings.parse({"image": "rails:1", **{key: _text(it) for key, it in own.items()}})
        assert all(Schedule(**it.model_dump()) for it in settings.scaling.schedules)
        assert given.keys() - {f"{PROJECT}:{it}" for it in own} <= {"aws:allowedAccountIds"}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
