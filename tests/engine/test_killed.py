"""A killed `up` of the whole program: repaired in the open, then completed, with nothing outside or twice."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from rich.console import Console

from emulator.local.aws import ROOT
from emulator.local.failure import LocalStackError
from emulator.local.session import exported, made_ready, pending_operations
from emulator.local.stack import LocalStack
from tests.engine.harness import driver, environment
from tests.engine.inventory import inventory

KEPT_BY_AWS = {"task definition"}
"""What a destroyed stack leaves, as it does on AWS."""


def standing(stack: LocalStack) -> int:
    """How many resources the state has, read where the engine writes it."""
    try:
        checkpoint = json.loads(stack.checkpoint.read_text())["checkpoint"]
    except (FileNotFoundError, ValueError):
        return 0
    # A stack that was never brought up has no latest deployment.
    return len((checkpoint.get("latest") or {}).get("resources") or [])


def kill_up(folder: Path, stack: LocalStack, *, at: int) -> None:
    """An `up` whose engine is killed, without warning, once the state has `at` resources."""
    command = driver("up")
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(
        command, cwd=ROOT, env=environment(folder), stdin=quiet, stdout=quiet, stderr=quiet
    )
    deadline = time.monotonic() + 120
    while standing(stack) < at:
        assert running.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    for lock in stack.lock_files():
        os.kill(int(json.loads(lock.read_text())["pid"]), signal.SIGKILL)
    assert running.wait(timeout=60) != 0


@pytest.mark.parametrize("at", [5, 35, 66])
def test_after_a_kill_repair_and_up_end_complete(folder: Path, at: int) -> None:
    stack = made_ready(folder, Console(quiet=True))
    before = inventory(stack)
    kill_up(folder, stack, at=at)
    with pytest.raises(LocalStackError, match="make repair"):
        made_ready(folder, Console(quiet=True))
    in_flight = [one["resource"]["urn"].rsplit("::", 1)[1] for one in pending_operations(exported(stack))]

    done = subprocess.run(driver("repair"), cwd=ROOT, env=environment(folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stderr for name in in_flight), done.stderr

    completed = stack.up()
    assert completed.code == 0, completed.stdout + completed.stderr
    assert stack.preview("--expect-no-changes").code == 0
    assert standing(stack) > 66

    # Whatever stood outside the state, or stood twice, would be left now.
    assert stack.destroy("--skip-preview").code == 0
    after = inventory(stack)
    assert {kind: after[kind] - before[kind] for kind in after if kind not in KEPT_BY_AWS} == {
        kind: frozenset() for kind in after if kind not in KEPT_BY_AWS
    }
