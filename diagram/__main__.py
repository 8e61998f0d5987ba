"""`python -m diagram`: draw what a program registers for its stacks, with no engine, credentials or network.

Exit code 0: drawn. 2: something couldn't be drawn, and the text says why.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ecs_policies.gate.project import ProjectError
from ecs_policies.gate.recorder import record_stacks, stack_names
from ecs_policies.gate.recording import Recording
from rich.console import Console

from diagram.composition import picture_of
from diagram.drawing import DrawingError, draw
from diagram.source import source_of


class OptionsError(Exception):
    """An option doesn't fit; the text says which, and what would."""


def main(arguments: list[str] | None = None) -> int:
    """Draws and returns the exit code."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
    try:
        _draw_all(options, console)
    except (OptionsError, ProjectError, DrawingError) as error:
        console.print(str(error), style="red")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m diagram",
        description="Draw what a Pulumi program registers for its stacks, with no engine or credentials.",
    )
    add = parser.add_argument
    add("--program", metavar="DIR", type=Path, default=Path(), help="where Pulumi.yaml is; default: here")
    add(
        "--stack", metavar="NAME", action="append", help="a stack to draw; default: each with a settings file"
    )
    add(
        "--stack-reference",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="another stack's outputs: JSON of them, or a JSON Schema of them",
    )
    add("--output", metavar="FILE", type=Path, help="one stack's picture; default: .diagrams/STACK.svg")
    return parser


def _draw_all(options: argparse.Namespace, console: Console) -> None:
    known = stack_names(options.program)
    stacks: list[str] = list(dict.fromkeys(options.stack or known))
    for name in stacks:
        if name not in known:
            raise OptionsError(
                f"--stack {name}: there is no Pulumi.{name}.yaml; known are {', '.join(known)}"
            )
    if options.output and (len(stacks) != 1 or options.output.suffix != ".svg"):
        raise OptionsError(
            f"--output {options.output}: it takes the name of an .svg, and --stack with one stack"
        )
    references = dict(_reference(it) for it in options.stack_reference)
    with console.status("") as status:
        status.update(f"Running the program for {', '.join(stacks)}")
        for recording in record_stacks(options.program, stacks, stack_references=references):
            status.update(f"Drawing {recording.stack}")
            _draw(recording, options.output or Path(".diagrams", f"{recording.stack}.svg"), console)


def _draw(recording: Recording, picture: Path, console: Console) -> None:
    if recording.error:
        raise DrawingError(f"{recording.stack} can't be drawn, since the program failed: {recording.error}")
    if recording.unanswered:
        missing = ", ".join(recording.unanswered)
        console.print(f"{recording.stack}: only AWS or a backend could answer {missing}", style="yellow")
    picture.parent.mkdir(parents=True, exist_ok=True)
    source = picture.with_suffix(".d2")
    source.write_text(source_of(picture_of(recording)), encoding="utf-8")
    draw(source, picture)
    console.print(f"{recording.stack}: {picture}")


def _reference(text: str) -> tuple[str, Path]:
    name, equals, file = text.partition("=")
    if not name or not equals or not Path(file).is_file():
        raise OptionsError(f"--stack-reference {text}: give the stack's full name, =, and a file that exists")
    return name, Path(file)


if __name__ == "__main__":
    sys.exit(main())
