"""`python -m emulator.bench`: how long the program takes on the real engine, against its floor.

The floor is the same verb with a pack of no rules, on a program that imports the same pulumi_aws modules and
registers nothing: what engine, Python and imports cost before this project does anything. Program and floor
take turns, so that a machine's drift meets both; medians and their ratio count, single times mean little.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from emulator.engine.engine import Engine
from emulator.engine.finder import find_engine
from emulator.local.events import Result
from emulator.local.seed import seed
from emulator.local.stack import LocalStack

AIMS = {"preview of a new stack": 2.0, "up from nothing": 6.0, "up with no change": 2.5}
"""Times its floor that each verb may take."""

LOOKED_UP = {"ecr", "secretsmanager"}
"""Modules that the program only looks things up with, so that no resource shows them."""


@dataclass(slots=True)
class Times:
    """Seconds that each verb took, run by run."""

    program: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in AIMS})
    floor: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in AIMS})


def main() -> int:
    """Print a table of medians and ratios; 1 if a ratio is above its aim and `--strict` is given."""
    parser = argparse.ArgumentParser(description="Time the program on the local stack against its floor.")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (5)")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if an aim is missed")
    options = parser.parse_args()
    console = Console()
    times = measure(find_engine(console), options.runs, console)
    console.print(table(times))
    missed = [name for name, aim in AIMS.items() if ratio(times, name) > aim]
    return 1 if missed and options.strict else 0


def measure(engine: Engine, runs: int, console: Console) -> Times:
    """Times of program and floor, in turns; the first pair warms caches up and doesn't count."""
    times = Times()
    with tempfile.TemporaryDirectory() as folder, console.status("") as status:
        empty = _write_floor(Path(folder))
        for run in range(runs + 1):
            status.update(f"run {run} of {runs}" if run else "warming up")
            counted = times if run else Times()
            with _stack(engine, Path(folder) / f"program-{run}") as stack:
                _time(counted.program, stack)
                _list_modules(stack, empty)
            with _stack(engine, Path(folder) / f"floor-{run}", empty) as stack:
                _time(counted.floor, stack)
    return times


def ratio(times: Times, name: str) -> float:
    """The program's median as a multiple of its floor's."""
    return median(times.program[name]) / median(times.floor[name])


def table(times: Times) -> Table:
    """Medians in seconds, with the range, and the ratio beside its aim."""
    shown = Table("verb", "program", "floor", "ratio", "aim", title="median (fastest to slowest), seconds")
    for name, aim in AIMS.items():
        row = [_spread(times.program[name]), _spread(times.floor[name]), f"{ratio(times, name):.2f}"]
        shown.add_row(name, *row, f"≤ {aim:g}")
    return shown


def _spread(seconds: list[float]) -> str:
    return f"{median(seconds):.1f} ({min(seconds):.1f} to {max(seconds):.1f})"


@contextmanager
def _stack(engine: Engine, directory: Path, floor: Path | None = None) -> Generator[LocalStack]:
    stack = (
        LocalStack(directory, engine=engine, program=floor, pack=floor / "pack")
        if floor
        else LocalStack(directory, engine=engine)
    )
    stack.start()
    try:
        if floor is None:
            seed(stack)
        yield stack
    finally:
        stack.stop()


def _time(times: dict[str, list[float]], stack: LocalStack) -> None:
    verbs: tuple[tuple[str, Callable[[], Result]], ...] = (
        ("preview of a new stack", stack.preview),
        ("up from nothing", stack.up),
        ("up with no change", stack.up),
    )
    for name, verb in verbs:
        began = time.perf_counter()
        done = verb()
        times[name].append(time.perf_counter() - began)
        if done.code:
            raise SystemExit(f"{name} failed:\n{done.stdout}{done.stderr}")


def _write_floor(folder: Path) -> Path:
    """A program that registers nothing, under this project's name and config, with a pack of no rules."""
    floor = folder / "floor"
    (floor / "pack").mkdir(parents=True)
    options = json.dumps({"toolchain": "uv", "virtualenv": str(Path(sys.prefix))})
    runtime = f"runtime: {{name: python, options: {options}}}\n"
    (floor / "Pulumi.yaml").write_text(f"name: web-application\n{runtime}")
    (floor / "Pulumi.local.yaml").write_text("config:\n  aws:region: us-east-1\n")
    (floor / "modules.json").write_text("[]")
    (floor / "__main__.py").write_text(
        "import json\n"
        "import pulumi_aws\n"
        "import pydantic\n"
        "for module in json.load(open('modules.json')):\n"
        # A module of pulumi_aws loads when something of it is read; what `dir` reads isn't enough.
        "    hasattr(getattr(pulumi_aws, module), 'anything')\n"
    )
    (floor / "pack" / "PulumiPolicy.yaml").write_text(f"{runtime}version: 0.0.1\n")
    (floor / "pack" / "__main__.py").write_text(
        "from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy\n"
        # The SDK refuses a pack without a policy, so it has one that judges nothing.
        "nothing = ResourceValidationPolicy('nothing', 'judges nothing', lambda args, report: None)\n"
        "PolicyPack('none', policies=[nothing], enforcement_level=EnforcementLevel.MANDATORY)\n"
    )
    return floor


def _list_modules(stack: LocalStack, floor: Path) -> None:
    """Tell the floor's program which of pulumi_aws's modules the stack's resources come from."""
    state = json.loads(stack.pulumi("stack", "export", "--stack", stack.stack).stdout)
    types = {resource["type"] for resource in state["deployment"]["resources"]}
    modules = {token.split(":")[1].split("/")[0] for token in types if token.startswith("aws:")} | LOOKED_UP
    (floor / "modules.json").write_text(json.dumps(sorted(modules)))


if __name__ == "__main__":
    sys.exit(main())
