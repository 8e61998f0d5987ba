"""What many rules come down to: one setting of a resource has to have one value."""

from collections.abc import Callable, Iterator

from ecs_policies.model import Problem, Resource, Value
from ecs_policies.reading.values import Unreadable, flag, number, word


def unverifiable(resource: Resource, path: str, reason: Unreadable) -> Problem:
    """The problem that a part of a resource can't be read."""
    where = f"{path}.{reason.path}" if reason.path else path
    return Problem(resource=resource, path=where, message=reason.reason, unverifiable=True)


def unless_held(resource: Resource, path: str, message: str, held: bool | None) -> Iterator[Problem]:  # noqa: FBT001
    """The problem, unless what is demanded holds; one that can't be judged if that isn't known (None)."""
    if not held:
        yield Problem(resource=resource, path=path, message=message, unverifiable=held is None)


def wants_flag(
    resource: Resource, path: str, value: Value, *, want: bool, default: bool, message: str
) -> Iterator[Problem]:
    """The switch at `path` has to be `want`; `default` is the provider's for one that isn't set."""
    found = flag(value, default=default)
    if isinstance(found, Unreadable):
        yield unverifiable(resource, path, found)
    elif found != want:
        yield Problem(resource=resource, path=path, message=message)


def wants_word(
    resource: Resource, path: str, value: Value, *, good: Callable[[str], bool], default: str, message: str
) -> Iterator[Problem]:
    """The text at `path` has to be good; `{}` in the message stands for what it is."""
    found = word(value, default=default)
    if isinstance(found, Unreadable):
        yield unverifiable(resource, path, found)
    elif not good(found):
        yield Problem(resource=resource, path=path, message=message.replace("{}", found or "not set"))


def wants_number(
    resource: Resource,
    path: str,
    value: Value,
    *,
    good: Callable[[float], bool],
    default: float,
    message: str,
) -> Iterator[Problem]:
    """The number at `path` has to be good; `{}` in the message stands for what it is."""
    found = number(value, default=default)
    if isinstance(found, Unreadable):
        yield unverifiable(resource, path, found)
    elif not good(found):
        yield Problem(resource=resource, path=path, message=message.replace("{}", f"{found:g}"))
