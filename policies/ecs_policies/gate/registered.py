"""A recording as the rules' model."""

from __future__ import annotations

from ecs_policies import normal, wire
from ecs_policies.gate.recording import Recorded, Recording
from ecs_policies.model import Resource, Source, Stack


def stack_of(recording: Recording) -> Stack:
    """The resources that a program registered, as the rules read them."""
    return Stack(_resource(it) for it in recording.resources)


def _resource(recorded: Recorded) -> Resource:
    source = Source(file=recorded.file, line=recorded.line) if recorded.file and recorded.line else None
    return Resource(
        type=recorded.type,
        urn=recorded.urn,
        properties=normal.inputs(wire.properties(recorded.inputs), recorded.name),
        parent=recorded.parent,
        dependencies=recorded.dependencies,
        property_dependencies=recorded.property_dependencies,
        identity=frozenset(recorded.identity),
        source=source,
    )
