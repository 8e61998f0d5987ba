"""This repository's own program as the rules' model."""

import json
from dataclasses import replace
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.unit import mocks


def as_model(registration: mocks.Registration) -> Resource:
    return Resource(
        type=registration.type,
        urn=registration.urn,
        properties={key: plain(value) for key, value in registration.inputs.items()},
        parent=registration.parent or None,
        dependencies=tuple(sorted(registration.dependencies)),
        property_dependencies={
            key: tuple(sorted(it)) for key, it in registration.property_dependencies.items()
        },
    )


def plain(value: Any) -> Any:
    if isinstance(value, mocks.Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(it) for key, it in value.items()}
    if isinstance(value, list):
        return [plain(it) for it in value]
    return UNKNOWN if value == mocks.UNKNOWN else value


def copied(resource: Resource, stack: str) -> Resource:
    """The resource as another stack of the same program would have it: its own URNs and explicit names."""
    name = resource.urn.split(":")[2]

    def moved(text: str) -> str:
        return text.replace(f"urn:pulumi:{name}::", f"urn:pulumi:{stack}::")

    properties = {
        key: it
        if it is UNKNOWN
        else json.loads(json.dumps(it, default=lambda _: mocks.UNKNOWN).replace(f"-{name}-", f"-{stack}-"))
        for key, it in resource.properties.items()
    }
    return replace(
        resource,
        urn=moved(resource.urn),
        properties={key: it if it is UNKNOWN else plain(it) for key, it in properties.items()},
        dependencies=tuple(map(moved, resource.dependencies)),
        property_dependencies={
            key: tuple(map(moved, it)) for key, it in resource.property_dependencies.items()
        },
    )
