"""`python -m ecs_policies.audit`: judge the state of a stack that stands.

Exit code 0: clean. 1: findings at the level. 2: something couldn't be judged.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console

from ecs_policies import command
from ecs_policies.audit.state import StateError, read
from ecs_policies.checks.cost import monthly
from ecs_policies.model import Stack
from ecs_policies.reading.quantities import quantities
from ecs_policies.reports.model import Judged


def main(arguments: list[str] | None = None) -> int:
    """Runs the audit and returns its exit code."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
    try:
        return _audit(options)
    except (command.CommandError, StateError) as error:
        console.print(str(error), style="red")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ecs_policies.audit",
        description="Judge a stack's state, as pulumi stack export --show-secrets writes it.",
        epilog="Exit code 0: clean. 1: findings at the level. 2: something couldn't be judged.",
    )
    parser.add_argument(
        "--state",
        metavar="FILE",
        type=Path,
        help="an exported state; default: standard input, which no file keeps",
    )
    parser.add_argument(
        "--program", metavar="DIR", type=Path, default=Path(), help="where Pulumi.yaml is; default: here"
    )
    command.add_options(parser)
    return parser


def _audit(options: argparse.Namespace) -> int:
    judge = command.judge_of(options, options.program)
    text = command.text_of(options.state, "--state") if options.state else sys.stdin.read()
    began = time.perf_counter()
    stack = read(text)
    project, name = _named(stack)
    judged = Judged(
        project=project,
        stack=name,
        resources=len(stack.resources),
        verdict=judge.stack(stack),
        bill=monthly(quantities(stack)),
        seconds=time.perf_counter() - began,
        folder=command.in_repository(options.program),
    )
    return command.finished((judged,), judge, options)


def _named(stack: Stack) -> tuple[str, str]:
    """Project and stack, as every URN has them."""
    for it in stack.resources:
        name, project, *_ = it.urn.removeprefix("urn:pulumi:").split("::")
        return project, name
    return "", "an empty stack"


if __name__ == "__main__":
    sys.exit(main())
