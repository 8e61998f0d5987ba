"""The engine's own event log, read back as values."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_ERROR = "error: "
"""What a program logs as an error has the severity of all its stderr; only the prefix tells it apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One operation on one resource. `op` is the engine's word: create, update, create-replacement, …"""

    op: str
    urn: str
    failed: bool
    keys: tuple[str, ...]
    """The properties that force a replacement."""
    diffs: tuple[str, ...]
    """The properties that differ."""

    @property
    def name(self) -> str:
        """The logical name, last in the URN."""
        return self.urn.rsplit("::", 1)[1]

    @property
    def type(self) -> str:
        """The type token, for instance aws:ecs/service:Service, without its parents'."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A finding of the policy pack."""

    policy: str
    level: str
    urn: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a run of the engine ended: its exit code, what it printed, and its events (none without a log)."""

    code: int
    stdout: str
    stderr: str
    events: tuple[Mapping[str, Any], ...]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What was done (what would be done, after a preview) in the engine's order, without `same`."""
        return tuple(step for step in _steps(self.events) if step.op not in {"same", "read", "refresh"})

    @cached_property
    def drift(self) -> tuple[Step, ...]:
        """What a refresh found changed (op update) or gone (op delete); only the state followed."""
        return tuple(step for step in _refreshed(self.events) if step.op not in {"same", "refresh"})

    @cached_property
    def changes(self) -> dict[str, frozenset[str]]:
        """Logical name → the operations on it; empty when nothing changes."""
        names: dict[str, set[str]] = {}
        for step in self.steps:
            names.setdefault(step.name, set()).add(step.op)
        return {name: frozenset(ops) for name, ops in sorted(names.items())}

    @cached_property
    def counts(self) -> Counter[str]:
        """How many of each operation."""
        return Counter(step.op for step in self.steps)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """What the policy pack found."""
        found = [event["policyEvent"] for event in self.events if "policyEvent" in event]
        return tuple(
            Violation(
                policy=event["policyName"],
                level=event["enforcementLevel"],
                urn=event.get("resourceUrn", ""),
                message=event["message"],
            )
            for event in found
        )

    @cached_property
    def errors(self) -> tuple[str, ...]:
        """The engine's and the program's error messages, without their prefix."""
        found = [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]
        lines = [f"{diagnostic.get('prefix', '')}{diagnostic['message']}".strip() for diagnostic in found]
        return tuple(line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR))


def read_log(path: Path) -> tuple[Mapping[str, Any], ...]:
    """The events of the last phase of a run: of the update, or of the preview when it came no further."""
    if not path.exists():
        return ()
    return tuple(json.loads(line) for line in path.read_text().splitlines() if line)


def _steps(events: tuple[Mapping[str, Any], ...]) -> Iterator[Step]:
    """One step for each operation that began: a failed one has no outputs event, a component has two."""
    failed = {
        (event["resOpFailedEvent"]["metadata"]["urn"], event["resOpFailedEvent"]["metadata"]["op"])
        for event in events
        if "resOpFailedEvent" in event
    }
    for event in events:
        if "resourcePreEvent" in event:
            data = event["resourcePreEvent"]["metadata"]
            yield _step(data, failed=(data["urn"], data["op"]) in failed)


def _refreshed(events: tuple[Mapping[str, Any], ...]) -> Iterator[Step]:
    """A refresh begins as one, and its outcome says what it found."""
    begun: set[str] = set()
    for event in events:
        if "resourcePreEvent" in event and event["resourcePreEvent"]["metadata"]["op"] == "refresh":
            begun.add(event["resourcePreEvent"]["metadata"]["urn"])
        elif "resOutputsEvent" in event and event["resOutputsEvent"]["metadata"]["urn"] in begun:
            data = event["resOutputsEvent"]["metadata"]
            begun.remove(data["urn"])
            yield _step(data, failed=False)


def _step(data: Mapping[str, Any], *, failed: bool) -> Step:
    return Step(
        op=data["op"],
        urn=data["urn"],
        failed=failed,
        keys=tuple(data.get("keys") or ()),
        diffs=tuple(data.get("diffs") or ()),
    )
