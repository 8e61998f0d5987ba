"""Programs with mistakes, and stacks to preview and to bring up with them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from emulator.local.stack import LocalStack
from tests.engine.conftest import StackFactory
from tests.engine.three_doors.programs import Programs

Stand: TypeAlias = Callable[[Path], LocalStack]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    return Programs(folder=tmp_path_factory.mktemp("programs"))


@pytest.fixture(scope="module")
def unborn(new_stack: StackFactory) -> LocalStack:
    """A stack that is previewed only, so that no reference is known."""
    return new_stack()


@pytest.fixture(scope="module")
def stand(new_stack: StackFactory, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """Brings a stack up with a program, whatever is found in it; the same stack each time."""
    stack = new_stack()
    config = tmp_path_factory.mktemp("config") / "advice.json"
    config.write_text(json.dumps({"all": "advisory"}))

    def up(program: Path) -> LocalStack:
        made = stack.up("--skip-preview", "--policy-pack-config", str(config), program=program)
        assert made.code == 0, made.stdout + made.stderr
        return stack

    return up
