"""A stack's state, as `pulumi stack export` writes it, as the rules' model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from ecs_policies import normal, wire
from ecs_policies.model import Resource, Source, Stack

_PROVIDER = "pulumi:providers:"
_POSITION = "project:///"


class StateError(ValueError):
    """A text that isn't a stack's state; says what was expected."""


def read(text: str) -> Stack:
    """The resources of an exported state. Raises `StateError`.

    Secrets have to be shown (`--show-secrets`) to be judged: a ciphertext counts as unknown. What the program
    only reads, or what waits for its deletion, isn't the stack's.
    """
    try:
        content = json.loads(text)
        resources = cast("list[Mapping[str, Any]]", content["deployment"].get("resources") or [])
        return Stack(
            _resource(it)
            for it in resources
            if not it["type"].startswith(_PROVIDER) and not it.get("external") and not it.get("delete")
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise StateError(
            "this isn't a stack's state; pipe `pulumi stack export --show-secrets --stack NAME` in"
        ) from None


def _resource(content: Mapping[str, Any]) -> Resource:
    sent = wire.properties(content.get("inputs") or {})
    outputs = wire.properties(content.get("outputs") or {})
    origins = cast("dict[str, list[str] | None]", content.get("propertyDependencies") or {})
    return Resource(
        type=content["type"],
        urn=content["urn"],
        properties=normal.inputs(sent, content["urn"].rpartition("::")[2]),
        parent=content.get("parent"),
        dependencies=tuple(content.get("dependencies") or ()),
        property_dependencies={key: tuple(it or ()) for key, it in origins.items()},
        identity=normal.identity(outputs, sent, {"id": content.get("id")}),
        source=_source(content.get("sourcePosition")),
    )


def _source(position: str | None) -> Source | None:
    if not position or not position.startswith(_POSITION):
        return None
    file, _, line = position.removeprefix(_POSITION).partition("#")
    number = line.partition(",")[0]
    return Source(file=file, line=int(number)) if number.isdigit() else None
