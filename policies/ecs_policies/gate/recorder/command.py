"""The recorder's command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from ecs_policies.gate.recorder.run import record


def recorded(arguments: Sequence[str]) -> str:
    """The recording that the arguments ask for, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m ecs_policies.gate.recorder", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, metavar="DIR", help="folder of Pulumi.yaml")
    parser.add_argument("--stack", required=True, metavar="NAME", help="stack to run the program for")
    parser.add_argument(
        "--stack-reference",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="outputs of another stack: JSON, or a JSON schema; NAME may be a pattern",
    )
    given = parser.parse_args(arguments)
    named = (it.partition("=") for it in given.stack_reference)
    references = {name: Path(file).resolve() for name, _, file in named}
    recording = record(given.program, given.stack, references)
    return json.dumps(recording.to_json(), sort_keys=True)
