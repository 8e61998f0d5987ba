"""`python -m ecs_policies.gate`: judge a program's registrations, with no engine, credentials or network.

Exit code 0: clean. 1: findings at the gate's level. 2: something couldn't be judged.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console

from ecs_policies import command
from ecs_policies.checks.cost import monthly
from ecs_policies.gate.project import ProjectError
from ecs_policies.gate.recorder import record_stacks, stack_names
from ecs_policies.gate.recording import Recording
from ecs_policies.gate.registered import stack_of
from ecs_policies.judging import Judge
from ecs_policies.reading.quantities import quantities
from ecs_policies.reports.model import Judged


def main(arguments: list[str] | None = None) -> int:
    """Runs the gate and returns its exit code."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
    try:
        return _gate(options, console)
    except (command.CommandError, ProjectError) as error:
        console.print(str(error), style="red")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ecs_policies.gate",
        description="Judge what a Pulumi program registers for its stacks, with no engine or credentials.",
        epilog="Exit code 0: clean. 1: findings at the gate's level. 2: something couldn't be judged.",
    )
    parser.add_argument(
        "--program", metavar="DIR", type=Path, default=Path(), help="where Pulumi.yaml is; default: here"
    )
    parser.add_argument(
        "--stack",
        metavar="NAME",
        action="append",
        help="a stack to judge; default: each with a settings file",
    )
    parser.add_argument(
        "--stack-reference",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="another stack's outputs: JSON of them, or a JSON Schema of them",
    )
    command.add_options(parser)
    return parser


def _gate(options: argparse.Namespace, console: Console) -> int:
    program: Path = options.program.resolve()
    known = stack_names(program)
    stacks = tuple(dict.fromkeys(options.stack or known))
    for name in stacks:
        if name not in known:
            raise command.CommandError(
                f"--stack {name}: there is no Pulumi.{name}.yaml; known are {', '.join(known)}"
            )
    if not stacks:
        raise command.CommandError(
            f"--program {options.program}: no stack has a settings file; add Pulumi.NAME.yaml"
        )
    references = dict(_reference(it) for it in options.stack_reference)
    judge = command.judge_of(options, program)
    judged: list[Judged] = []
    with console.status("") as status:
        recordings = record_stacks(program, stacks, stack_references=references)
        for number, name in enumerate(stacks, 1):
            status.update(f"Judging {name} ({number} of {len(stacks)})")
            judged.append(_judged(next(recordings), judge))
    return command.finished(tuple(judged), judge, options)


def _judged(recording: Recording, judge: Judge) -> Judged:
    began = time.perf_counter()
    stack = stack_of(recording)
    verdict = judge.stack(stack, whole=not (recording.error or recording.unanswered))
    return Judged(
        project=recording.project,
        stack=recording.stack,
        resources=len(stack.resources),
        verdict=verdict,
        bill=monthly(quantities(stack)),
        unanswered=recording.unanswered,
        assumed=recording.placeholders,
        error=recording.error,
        seconds=recording.seconds + time.perf_counter() - began,
    )


def _reference(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not name or not equals or not Path(file).is_file():
        raise command.CommandError(
            f"--stack-reference {text}: give the stack's full name, =, and a file that exists"
        )
    return name, Path(file)


if __name__ == "__main__":
    sys.exit(main())
