"""Reading a value of the model, whatever it turns out to be: nothing here raises on junk."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ecs_policies.model import UNKNOWN, Unknown, Value

IS_UNKNOWN = "it isn't known before deployment"
_TRUE, _FALSE = ("true", "1"), ("false", "0")


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


def flag(value: Value, *, default: bool) -> bool | Unreadable:
    """A switch, as the provider takes it: true or false, also as text; unset is the provider's default."""
    if value is None:
        return default
    if isinstance(value, Unknown):
        return Unreadable(IS_UNKNOWN)
    if isinstance(value, bool):
        return value
    spelt = str(value).lower() if isinstance(value, (str, int)) else ""
    if spelt in _TRUE or spelt in _FALSE:
        return spelt in _TRUE
    return Unreadable("it's neither true nor false")


def number(value: Value, *, default: float) -> float | Unreadable:
    """A number, also as text; unset is the provider's default."""
    if value is None:
        return default
    if isinstance(value, Unknown):
        return Unreadable(IS_UNKNOWN)
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            found = float(value)
        except (ValueError, OverflowError):
            return Unreadable("it isn't a number")
        if math.isfinite(found):
            return found
    return Unreadable("it isn't a number")


def word(value: Value, *, default: str = "") -> str | Unreadable:
    """A text; unset is the provider's default."""
    if value is None:
        return default
    if isinstance(value, Unknown):
        return Unreadable(IS_UNKNOWN)
    return value if isinstance(value, str) else Unreadable("it isn't text")


def block(value: Value) -> Mapping[str, Value] | Unreadable:
    """A block of settings that the provider takes once, as an object or as a list of one; unset is empty."""
    content = items(value)
    if not content:
        return {}
    if len(content) == 1 and isinstance(content[0], Mapping):
        return content[0]
    if has_unknown(value):
        return Unreadable(IS_UNKNOWN)
    return Unreadable("it isn't a block of settings")


def blocks(value: Value) -> tuple[Mapping[str, Value], ...] | Unreadable:
    """Blocks that the provider takes any number of, as a list or as one object; unset is none."""
    found = tuple(it for it in items(value) if isinstance(it, Mapping))
    if len(found) == len(items(value)):
        return found
    unknown = any(isinstance(it, Unknown) for it in items(value))
    return Unreadable(IS_UNKNOWN if unknown else "it isn't a list of blocks")


def lowered(value: Value) -> Mapping[str, Value]:
    """An object with its keys in lower case, as ECS and IAM take JSON keys in any case."""
    return {str(key).lower(): it for key, it in mapping(value).items()}
