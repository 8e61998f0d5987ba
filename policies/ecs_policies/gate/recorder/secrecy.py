"""Values that must not appear in a message, and messages without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import pulumi

from ecs_policies.gate.recorder import plain
from ecs_policies.gate.recorder.subject import PLACEHOLDER

_SHORTEST: Final = 4
"""Shorter texts say nothing, and would be found inside every other word."""


class Secrets:
    """The secret texts that a run has met."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def note(self, value: Any) -> None:
        """Remember every text inside a secret value."""
        if isinstance(value, Mapping):
            for it in cast("Mapping[Any, Any]", value).values():
                self.note(it)
        elif isinstance(value, (list, tuple)):
            for it in cast("list[Any]", value):
                self.note(it)
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            text = str(value)
            # What stands for a secret is none, and says more than the word that would take its place.
            if len(text) >= _SHORTEST and not text.startswith(PLACEHOLDER):
                self._texts.add(text)

    def find(self, sent: Any) -> None:
        """Remember the secrets among a resource's properties."""
        if plain.is_secret(sent):
            self.note(sent["value"])
        elif isinstance(sent, Mapping):
            for it in cast("Mapping[str, Any]", sent).values():
                self.find(it)
        elif isinstance(sent, list):
            for it in cast("list[Any]", sent):
                self.find(it)

    def redacted(self, text: str) -> str:
        """A text with no secret in it."""
        for it in sorted(self._texts, key=len, reverse=True):
            text = text.replace(it, "[secret]")
        return text


def note_made_secrets(secrets: Secrets) -> None:
    """Remember what the program makes a secret itself, which may fail before it reaches any resource."""
    make: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.secret  # pyright: ignore[reportUnknownMemberType]

    def noting(val: Any) -> pulumi.Output[Any]:
        secrets.note(val)
        return make(val)

    pulumi.Output.secret = staticmethod(noting)
