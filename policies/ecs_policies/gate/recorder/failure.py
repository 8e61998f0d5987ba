"""A program's refusal or failure in one paragraph: no traceback, no secret."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi

from ecs_policies.gate.recorder.places import Places, shown


def paragraph(error: BaseException, places: Places) -> str:
    """What went wrong: a refusal in the program's own words, else where, what kind and what it says."""
    if isinstance(error, pulumi.RunError):
        return "\n".join(line for line in str(error).splitlines() if line.strip())
    place = places.failed(error)
    at = f"{shown(place)}: " if place else ""
    said = " ".join(str(error).split("\n\n")[0].split())
    return f"{at}{type(error).__name__}: {said}" if said else f"{at}{type(error).__name__}"


def with_unanswered(text: str, unanswered: Iterable[str]) -> str:
    """A failure after an answer that the gate couldn't give says so, since that may be why."""
    missed = "; ".join(sorted(unanswered))
    return f"{text}\nBefore, it asked for what the gate can't answer: {missed}" if missed else text
