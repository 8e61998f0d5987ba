"""Task definitions for the cases of the rules about them."""

import json
from collections.abc import Mapping
from typing import Any

from ecs_policies.model import Resource
from ecs_policies.reading.values import has_unknown

from tests.policies.cases.case import Case
from tests.policies.stacks import TASK, resource

CONTAINERS = "containerDefinitions"
UNREADABLE: Mapping[str, Any] = {"malformed": True, "unsure": (("task", CONTAINERS),)}


def task(*containers: Any, name: str = "task", text: Any = None, **properties: Any) -> Resource:
    """A task definition; its containers are a JSON text, unless part of them is unknown, or else `text`."""
    whole = list(containers)
    document = text if text is not None else whole if has_unknown(whole) else json.dumps(whole)
    return resource(TASK, name, {"family": "web", CONTAINERS: document, **properties})


def container(name: str = "web", **fields: Any) -> dict[str, Any]:
    """A container with these fields; the ones that are None it hasn't."""
    return {"name": name, **{key: it for key, it in fields.items() if it is not None}}


def at(place: str, name: str = "web", definition: str = "task") -> tuple[str, str]:
    """Where a finding is: a place inside a container."""
    return definition, f"{CONTAINERS}[{name}].{place}"


def of(rule: str, says: str, *definitions: Resource, **more: Any) -> Case:
    """A case of a rule."""
    return Case(rule=rule, says=says, stack=definitions, **more)


def not_json(rule: str, **properties: Any) -> Case:
    """The case that the containers are no JSON, which each rule has to say."""
    return of(
        rule, "doesn't pass over containers that are no JSON", task(text="{", **properties), **UNREADABLE
    )
