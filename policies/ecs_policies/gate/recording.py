"""What a run of a program registered: the contract between the recorder's process and the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One registration, its inputs in Pulumi's wire format (secrets and unknowns by their signatures).

    `inputs` have the provider's default tags merged in. `identity` are the placeholders for id, ARN and name
    that references to the resource hold. `file` is relative to the program, `line` counts from 1.
    """

    type: str
    urn: str
    name: str
    custom: bool
    inputs: Mapping[str, Any]
    parent: str | None = None
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    identity: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One stack's run. `unanswered` names what only AWS or a backend could answer: invokes, stack references.

    `placeholders` names look-ups that were answered with marked values. `error` is the program's refusal or
    failure, in one paragraph.
    """

    project: str
    stack: str
    resources: tuple[Recorded, ...] = ()
    unanswered: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    error: str | None = None
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Recording:
        """From what `to_json` made, possibly by way of JSON text."""
        lists = {key: tuple(content[key]) for key in ("unanswered", "placeholders", "messages")}
        known: dict[str, Any] = {**content, **lists}
        known["resources"] = tuple(_recorded(it) for it in content["resources"])
        return cls(**known)


def _recorded(content: Mapping[str, Any]) -> Recorded:
    known: dict[str, Any] = {**content}
    known["dependencies"] = tuple(content["dependencies"])
    known["property_dependencies"] = {key: tuple(it) for key, it in content["property_dependencies"].items()}
    known["identity"] = tuple(content["identity"])
    return Recorded(**known)
