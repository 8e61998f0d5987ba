"""What a run leaves: resources, what wasn't answered or with placeholders, and what the program said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2

from ecs_policies.gate.recorder.places import Line, shown
from ecs_policies.gate.recording import Recorded


@dataclass(slots=True, kw_only=True)
class Kept:
    """Filled while a program runs."""

    resources: dict[str, Recorded] = field(default_factory=dict[str, Recorded])
    unanswered: set[str] = field(default_factory=set[str])
    placeholders: set[str] = field(default_factory=set[str])
    messages: list[str] = field(default_factory=list[str])

    def miss(self, what: str, place: Line | None) -> None:
        """Something that only a provider or a backend could answer."""
        self.unanswered.add(f"{what} at {shown(place)}")

    def make_up(self, what: str, place: Line | None) -> None:
        """Something that was answered with marked values."""
        self.placeholders.add(f"{what} at {shown(place)}")


class Log:
    """The engine's side of the SDK's log; warnings and errors are kept."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def Log(self, request: Any) -> Any:  # noqa: N802 (the protocol's name)
        """Keep what a person would have to see."""
        if request.severity >= engine_pb2.WARNING:
            self._kept.messages.append(request.message)
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, _request: Any) -> Any:  # noqa: N802 (the protocol's name)
        """Whatever the program requires: there is no engine to be too old."""
        return empty_pb2.Empty()
