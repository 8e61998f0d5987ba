"""Tolerant reading of container JSON: the checks judge what is there and never fail on what is odd.

A policy rule feeds the checks anything a program wrote: numbers as strings, null for a list, a list for an
object.
"""

from collections.abc import Iterator, Mapping
from typing import cast

Record = Mapping[str, object]


def number(value: object) -> float | None:
    """The value as a number, from a number or a numeric string; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        parsed = float(value)
    except (ValueError, OverflowError):
        return None
    return parsed if abs(parsed) < float("inf") else None


def record(value: object) -> Record:
    """The value if it is an object, else an empty one."""
    return cast("Record", value) if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    """The value's elements if it is a list, else none."""
    return list(cast("list[object]", value)) if isinstance(value, list | tuple) else []


def records(value: object) -> list[Record]:
    """The objects of a list; elements that aren't objects are left out."""
    return [cast("Record", item) for item in items(value) if isinstance(item, Mapping)]


def text(value: object) -> str:
    """The value if it is a string, else the empty string."""
    return value if isinstance(value, str) else ""


def named(containers: object) -> Iterator[tuple[str, Record]]:
    """Each container with its path: "containers.rails", or "containers[0]" for one without a name."""
    for index, container in enumerate(records(containers)):
        name = text(container.get("name"))
        yield (f"containers.{name}" if name else f"containers[{index}]"), container
