"""How the statements of a delivery role are written: one service, its calls, and what they are for."""

from __future__ import annotations

from collections.abc import Iterable

from components.documents import Conditions, Statement

_NONE: Conditions = {}
ANY = ("*",)
"""Where AWS takes nothing narrower (Service Authorization Reference: the action has no resource type)."""


def allow(
    sid: str, service: str, calls: Iterable[str], resources: Iterable[str], conditions: Conditions = _NONE
) -> Statement:
    """A statement about calls of one service, given without its prefix."""
    return Statement(
        sid=sid,
        actions=tuple(f"{service}:{it}" for it in calls),
        resources=tuple(resources),
        conditions=conditions,
    )


def with_resources(statements: Iterable[Statement]) -> list[Statement]:
    """Leaves out what is about nothing that the environment has."""
    return [it for it in statements if it.resources]
