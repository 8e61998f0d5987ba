"""A setting that lies inside blocks of a resource ("accessLogs.enabled")."""

from collections.abc import Mapping

from ecs_policies.model import Resource, Value
from ecs_policies.reading.values import Unreadable, block, flag, number, word


def at(resource: Resource, path: str) -> Value | Unreadable:
    """What stands at a path of names; None where a part of it isn't set, so that the default holds.

    Each block may be an object or a list of one, as the provider takes it.
    """
    value: Value = resource.properties
    for name in path.split("."):
        found = block(value)
        if isinstance(found, Unreadable):
            return found
        value = found.get(name)
    return value


def block_at(resource: Resource, path: str) -> Mapping[str, Value] | Unreadable:
    """The block of settings at a path; unset is empty."""
    value = at(resource, path)
    return value if isinstance(value, Unreadable) else block(value)


def flag_at(resource: Resource, path: str, *, default: bool) -> bool | Unreadable:
    """The switch at a path; unset is the provider's default."""
    value = at(resource, path)
    return value if isinstance(value, Unreadable) else flag(value, default=default)


def number_at(resource: Resource, path: str, *, default: float) -> float | Unreadable:
    """The number at a path; unset is the provider's default."""
    value = at(resource, path)
    return value if isinstance(value, Unreadable) else number(value, default=default)


def word_at(resource: Resource, path: str, *, default: str = "") -> str | Unreadable:
    """The text at a path; unset is the provider's default."""
    value = at(resource, path)
    return value if isinstance(value, Unreadable) else word(value, default=default)
