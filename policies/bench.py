"""What the rules cost, as medians: over the program's largest stack, over 1,000 and 10,000 resources.

`make bench` runs it. A large stack is copies of the program's own, each under names of its own.
"""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from ecs_policies.catalogue import ALL
from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.registered import stack_of
from ecs_policies.judging import Judge
from ecs_policies.model import Resource, Stack
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
LARGEST = "prod"
SIZES = (1_000, 10_000)
RUNS = 5
AIM = 0.5
"""Seconds for the whole pack over the program's own stack."""


def main() -> None:
    """Measure and print."""
    (recording,) = record_stacks(ROOT, [LARGEST])
    own = stack_of(recording).resources
    judge = Judge(rules=ALL, today=date(2026, 11, 27))
    judge.stack(Stack(own))  # loads what is loaded once
    table = Table("Resources", "Seconds", "Range", "Each, ms")
    for size in (len(own), *SIZES):
        stack = [it for copy in range(-(-size // len(own))) for it in _copied(own, copy)][:size]
        seconds = _measured(lambda resources=stack: judge.stack(Stack(resources)))
        middle = statistics.median(seconds)
        spread = f"{min(seconds):.3f} to {max(seconds):.3f}"
        table.add_row(f"{size:,}", f"{middle:.3f}", spread, f"{middle / size * 1000:.3f}")
    console = Console()
    console.print(f"{len(ALL)} rules, median of {RUNS} (aim: {AIM} s over the program's own stack)")
    console.print(table)


def _measured(run: Callable[[], object]) -> list[float]:
    seconds: list[float] = []
    for _ in range(RUNS):
        began = time.process_time()
        run()
        seconds.append(time.process_time() - began)
    return seconds


def _copied(resources: tuple[Resource, ...], copy: int) -> list[Resource]:
    """The resources as another stack of the program would have them: its own URNs, names and ids."""
    known = sorted({name for it in resources for name in it.identity}, key=len, reverse=True)
    names = re.compile("|".join(map(re.escape, [f":{LARGEST}::", *known])))

    def moved(text: str) -> str:
        return names.sub(
            lambda found: f"{found[0].removesuffix('::')}{copy}{'::' * found[0].endswith('::')}", text
        )

    return [
        replace(
            it,
            urn=moved(it.urn),
            properties=json.loads(moved(json.dumps(it.properties, default=str))),
            dependencies=tuple(map(moved, it.dependencies)),
            property_dependencies={
                key: tuple(map(moved, urns)) for key, urns in it.property_dependencies.items()
            },
            identity=frozenset(map(moved, it.identity)),
        )
        for it in resources
    ]


if __name__ == "__main__":
    main()
