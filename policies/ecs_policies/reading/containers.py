"""The containers of a task definition, which ECS reads out of one JSON text."""

from collections.abc import Mapping

from ecs_policies.model import UNKNOWN, Resource, Value
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, lowered, parsed

CONTAINERS = "containerDefinitions"


def containers(definition: Resource) -> tuple[Mapping[str, Value], ...] | Unreadable:
    """The containers of a task definition with their keys in lower case, as the provider takes any case."""
    content = parsed(definition.properties.get(CONTAINERS))
    if isinstance(content, Unreadable):
        return content
    if content is UNKNOWN:
        return Unreadable(IS_UNKNOWN)
    found = tuple(lowered(it) for it in items(content) if isinstance(it, Mapping))
    if not found or len(found) != len(items(content)) or isinstance(content, Mapping):
        return Unreadable("it isn't a list of containers")
    return found
