"""Reading a value of the model, whatever it turns out to be: nothing here raises on junk."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ecs_policies.model import UNKNOWN, Unknown, Value

IS_UNKNOWN = "it isn't known before deployment"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a value can't be read. `path` leads from the value to the part that is at fault."""

    reason: str
    path: str = ""


def mapping(value: Value) -> Mapping[str, Value]:
    """The object, or an empty one when it is something else."""
    return value if isinstance(value, Mapping) else {}


def items(value: Value) -> Sequence[Value]:
    """The list; one value alone counts as a list of one, as in IAM's grammar; None as none."""
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    return (value,)


def text(value: Value) -> str | None:
    """The text, if it is one."""
    return value if isinstance(value, str) else None


def parsed(value: Value) -> Value | Unreadable:
    """The value of a JSON text; an object or list is taken as it is."""
    if isinstance(value, Unknown):
        return Unreadable(IS_UNKNOWN)
    if not isinstance(value, str):
        return value
    try:
        return cast(Value, json.loads(value))
    except (ValueError, RecursionError):
        return Unreadable("it isn't valid JSON")


def has_unknown(value: Value) -> bool:
    """Whether the value, or anything inside it, is unknown."""
    pending: list[Value] = [value]
    while pending:
        it = pending.pop()
        if it is UNKNOWN:
            return True
        if isinstance(it, Mapping):
            pending.extend(it.values())
        elif isinstance(it, Sequence) and not isinstance(it, str):
            pending.extend(it)
    return False
