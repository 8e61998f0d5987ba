"""Throw-away programs for the recorder, and what of a recording a test asks for."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.recording import Recorded, Recording

AWS = {"aws:region": "eu-west-1", "aws:allowedAccountIds": ["123456789012"]}
ACCOUNT = "123456789012"

# A resource of no provider, whose inputs show what the program saw.
SEEN = """
import pulumi


def seen(name="seen", **values):
    return pulumi.CustomResource("test:index:Seen", name, values)
"""


def write(
    folder: Path,
    source: str,
    *,
    config: Mapping[str, Any] | None = None,
    project: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
    stacks: Sequence[str] = ("dev",),
) -> Path:
    """A program in `folder`, with the same config for each of its stacks; `seen` is there for it."""
    settings = {"name": "shop", "runtime": "python", **(project or {})}
    contents = {
        "Pulumi.yaml": json.dumps(settings),
        **{f"Pulumi.{stack}.yaml": json.dumps({"config": dict(config or {})}) for stack in stacks},
        "__main__.py": dedent(source),
        "shown.py": SEEN,
        **{name: dedent(text) for name, text in (files or {}).items()},
    }
    for name, text in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def recorded(
    folder: Path, source: str, *, references: Mapping[str, Path] | None = None, **rest: Any
) -> Recording:
    """The recording of a program's only stack."""
    return next(record_stacks(write(folder, source, **rest), stack_references=references or {}))


def good(recording: Recording) -> Recording:
    """The recording, which has no error."""
    assert recording.error is None, recording.error
    return recording


def one(recording: Recording, name: str, type_: str = "") -> Recorded:
    """The only resource of that name (and a type that ends so)."""
    found = [it for it in recording.resources if it.name == name and it.type.endswith(type_)]
    assert len(found) == 1, sorted(f"{it.type} {it.name}" for it in recording.resources)
    return found[0]


def values(recording: Recording, name: str = "seen") -> dict[str, Any]:
    """What the program showed through a resource of no provider."""
    return dict(one(good(recording), name, "Seen").inputs)


def line_of(source: str, text: str) -> int:
    """The line of a program that has this text."""
    return next(number for number, line in enumerate(dedent(source).splitlines(), 1) if text in line)
