"""`python -m ecs_policies.gate`: judge programs' registrations, with no engine, credentials or network.

Exit code 0: clean. 1: findings at the gate's level. 2: something couldn't be judged.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ecs_policies import command
from ecs_policies.checks.cost import monthly
from ecs_policies.gate.project import Project, ProjectError
from ecs_policies.gate.recorder import record_programs
from ecs_policies.gate.recording import Recording
from ecs_policies.gate.registered import stack_of
from ecs_policies.judging import Judge
from ecs_policies.reading.quantities import quantities
from ecs_policies.reports.model import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class _Program:
    """A program, the stacks of it that are to be judged, and by which exemptions."""

    project: Project
    stacks: tuple[str, ...]
    judge: Judge


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
        description="Judge what Pulumi programs register for their stacks, with no engine or credentials.",
        epilog="Exit code 0: clean. 1: findings at the gate's level. 2: something couldn't be judged.",
    )
    parser.add_argument(
        "--program",
        metavar="DIR",
        type=Path,
        action="append",
        help="where Pulumi.yaml is; several programs make one report; default: here",
    )
    parser.add_argument(
        "--stack",
        metavar="NAME",
        action="append",
        help="a stack to judge, of each program that has it; default: each with a settings file",
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
    programs = _programs(options)
    references = dict(_reference(it) for it in options.stack_reference)
    asked = [(program, stack) for program in programs for stack in program.stacks]
    judged: list[Judged] = []
    with console.status("") as status:
        recordings = record_programs(
            {it.project.root: it.stacks for it in programs}, stack_references=references
        )
        for number, (program, stack) in enumerate(asked, 1):
            status.update(f"Judging {program.project.name}/{stack} ({number} of {len(asked)})")
            judged.append(_judged(next(recordings), program))
    # Exemptions are each program's own; rules and levels are the same for all.
    return command.finished(tuple(judged), programs[0].judge, options)


def _programs(options: argparse.Namespace) -> list[_Program]:
    """The programs that have a stack to judge, each once. Raises `CommandError` and `ProjectError`."""
    given: dict[Path, Path] = {it.resolve(): it for it in options.program or [Path()]}
    projects = [Project.load(it) for it in given]
    known = sorted({stack for it in projects for stack in it.stacks()})
    for name in options.stack or ():
        if name not in known:
            raise command.CommandError(
                f"--stack {name}: there is no Pulumi.{name}.yaml; known are {', '.join(known)}"
            )
    for folder, project in zip(given.values(), projects, strict=True):
        if not project.stacks():
            raise command.CommandError(
                f"--program {folder}: no stack has a settings file; add Pulumi.NAME.yaml"
            )
    programs = [
        _Program(project=it, stacks=stacks, judge=command.judge_of(options, it.root))
        for it in projects
        if (stacks := tuple(_stacks(options, it)))
    ]
    _told_apart(programs)
    return programs


def _stacks(options: argparse.Namespace, project: Project) -> Iterator[str]:
    own = project.stacks()
    return (it for it in dict.fromkeys(options.stack or own) if it in own)


def _told_apart(programs: list[_Program]) -> None:
    """Refuses a stack that two programs have, since reports and baselines know it by project and name."""
    count = Counter((it.project.name, stack) for it in programs for stack in it.stacks)
    for (project, stack), number in count.items():
        if number > 1:
            folders = [str(it.project.root) for it in programs if it.project.name == project]
            raise command.CommandError(
                f"--program {', '.join(folders)}: each is the project {project} with a stack {stack}, which "
                "a report couldn't tell apart; give the projects names of their own, or judge one at a time"
            )


def _judged(recording: Recording, program: _Program) -> Judged:
    began = time.perf_counter()
    stack = stack_of(recording)
    verdict = program.judge.stack(stack, whole=not (recording.error or recording.unanswered))
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
        folder=command.in_repository(program.project.root),
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
