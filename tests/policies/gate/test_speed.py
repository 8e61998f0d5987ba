"""How long a recording takes: measured against the imports that the program can't do without."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import monotonic

import pytest
from ecs_policies.gate.recorder import record_stacks

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
PAIRS = 3
IMPORT = """
import contextlib, importlib, sys
sys.path.insert(0, ".")
for name in sys.stdin.read().split():
    with contextlib.suppress(ModuleNotFoundError):  # what Python only tries, such as sitecustomize
        importlib.import_module(name)
"""

# Of the modules that a run imports, those that aren't the recorder's.
_IMPORTED = re.compile(r"^import time:[^|]*\|[^|]*\| +(\S+)$", re.MULTILINE)


def imported_by_a_run(stack: str) -> list[str]:
    options = ["-m", "ecs_policies.gate.recorder", "--program", ".", "--stack", stack]
    command = [sys.executable, "-X", "importtime", *options]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stderr
    return [it for it in _IMPORTED.findall(said) if not it.startswith("ecs_policies.gate")]


def import_them(modules: Sequence[str]) -> None:
    subprocess.run([sys.executable, "-c", IMPORT], cwd=ROOT, check=True, input="\n".join(modules), text=True)


def seconds(work: Callable[[], object]) -> float:
    started = monotonic()
    work()
    return monotonic() - started


def test_a_stack_takes_less_than_twice_the_time_of_its_imports():
    """Taken in turns and compared by medians, so that what else the machine does weighs on both alike."""
    modules = imported_by_a_run("prod")
    assert sum(it.startswith("pulumi_aws.") for it in modules) > 300
    pairs = [
        (seconds(lambda: import_them(modules)), seconds(lambda: list(record_stacks(ROOT, ["prod"]))))
        for _ in range(PAIRS)
    ]
    imports, recordings = (median(it) for it in zip(*pairs, strict=True))
    assert recordings < 2 * imports, f"imports {imports:.2f} s, recording {recordings:.2f} s"
