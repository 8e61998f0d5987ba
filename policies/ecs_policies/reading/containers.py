"""The containers of a task definition, which ECS reads out of one JSON text."""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, replace

from ecs_policies.model import UNKNOWN, Problem, Resource, Value
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.spelling import fault, is_too_deep, spelt
from ecs_policies.reading.values import (
    IS_UNKNOWN,
    Unreadable,
    block,
    has_unknown,
    items,
    mapping,
    parsed,
    text,
)

CONTAINERS = "containerDefinitions"
_ENDED = ("COMPLETE", "SUCCESS")


def containers(definition: Resource) -> tuple[Mapping[str, Value], ...] | Unreadable:
    """The containers of a task definition, their keys as AWS spells them ("portMappings")."""
    content = parsed(definition.properties.get(CONTAINERS))
    if isinstance(content, Unreadable):
        return content
    if content is UNKNOWN:
        return Unreadable(IS_UNKNOWN)
    if is_too_deep(content):
        return Unreadable("it's nested deeper than any list of containers")
    found = tuple(mapping(spelt(it)) for it in items(content) if isinstance(it, Mapping))
    if not found or len(found) != len(items(content)) or isinstance(content, Mapping):
        return Unreadable("it isn't a list of containers")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container: its fields as AWS spells them, and its place among a resource's properties.

    `prepares` says that others wait for its end before they start, so that it never serves.
    """

    definition: Resource
    path: str
    fields: Mapping[str, Value]
    prepares: bool

    def problem(self, place: str, message: str) -> Problem:
        """A problem at a place inside the container."""
        return Problem(resource=self.definition, path=f"{self.path}.{place}", message=message)

    def faults(self, *fields: str) -> list[Problem]:
        """A problem for each of these fields that isn't what ECS takes, or isn't known."""
        found = (fault(it, self.fields[it]) for it in fields if it in self.fields)
        return [unverifiable(self.definition, self.path, it) for it in found if it]

    def unreadable(self, place: str, reason: Unreadable) -> Problem:
        """The problem that a place inside the container can't be read."""
        return unverifiable(self.definition, f"{self.path}.{place}", reason)


def members(definition: Resource) -> Generator[Problem, None, tuple[Container, ...]]:
    """The containers of a task definition; yields the problem that they can't be read, and is none then."""
    found = containers(definition)
    if isinstance(found, Unreadable):
        yield unverifiable(definition, CONTAINERS, found)
        return ()
    ended = _waited_for(found)
    return tuple(
        Container(
            definition=definition,
            path=place(it, index),
            fields=it,
            prepares=text(it.get("name")) in ended and it.get("essential") is False,
        )
        for index, it in enumerate(found)
    )


def _waited_for(found: Iterable[Mapping[str, Value]]) -> frozenset[str | None]:
    """The names of the containers whose end another one waits for."""
    edges = (mapping(edge) for it in found for edge in items(it.get("dependsOn")))
    names = {text(it.get("containerName")) for it in edges if it.get("condition") in _ENDED}
    return frozenset(names - {None})


def place(container: Mapping[str, Value], index: int) -> str:
    """Where a container stands in its task definition: by its name, which outlasts a change of order."""
    return f"{CONTAINERS}[{text(container.get('name')) or index}]"


def readable(definition: Resource, *fields: str) -> Generator[Problem, None, tuple[Container, ...]]:
    """The containers with their name and these fields alone, for a check that takes them as they are.

    Yields a problem for each field that isn't what ECS takes, and is empty then, so that nothing is judged
    by half.
    """
    found = yield from members(definition)
    wanted = ("name", *fields)
    faults = [problem for it in found for problem in it.faults(*wanted)]
    yield from faults
    if faults:
        return ()
    return tuple(
        replace(it, fields={key: it.fields[key] for key in wanted if key in it.fields}) for it in found
    )


def plain(containers: Iterable[Container]) -> list[Mapping[str, Value]]:
    """The containers as the checks take them."""
    return [it.fields for it in containers]


def on_fargate(definition: Resource) -> Generator[Problem, None, bool]:
    """Whether the task is for Fargate; yields the problem that it can't be told, and assumes so then."""
    name = "requiresCompatibilities"
    value = definition.properties.get(name)
    if has_unknown(value):
        yield unverifiable(definition, name, Unreadable(f"whether the task is for Fargate: {IS_UNKNOWN}"))
        return True
    return "FARGATE" in items(value)


def is_windows(definition: Resource) -> bool:
    """Whether the containers are for Windows; one that isn't known to be is for Linux, which can do more."""
    platform = block(definition.properties.get("runtimePlatform"))
    family = None if isinstance(platform, Unreadable) else text(platform.get("operatingSystemFamily"))
    return bool(family) and str(family).upper().startswith("WINDOWS")
