"""What the acts have in hand: a stack, the watch over its service, and a way to check what they tell."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from emulator.local.demo.picture import Act
from emulator.local.demo.sample import Sample
from emulator.local.demo.show import Check, Show
from emulator.local.demo.timeline import Timeline
from emulator.local.demo.watcher import Watcher
from emulator.local.events import Result
from emulator.local.seed import seed
from emulator.local.stack import LocalStack

PATIENCE = 60.0
"""Seconds within which a service has to come to rest."""
_QUOTED = 20
_WORDS = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}


class NotSoError(Exception):
    """What an act told didn't hold; its checks say what."""


class Tour:
    """One tour, act by act. `began` is when the act under way began, in seconds since the watch did."""

    def __init__(self, stack: LocalStack, watcher: Watcher, show: Show) -> None:
        self.stack, self.watcher, self.show = stack, watcher, show
        self.began = 0.0
        self.checks: list[Check] = []
        self.acts: list[Act] = []
        self.revisions: dict[int, str] = {}
        self._settings: dict[str, Any] = {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """The stack's settings without the project's name before them."""
        prefix = f"{self.stack.project}:"
        merged = {**self.stack.settings(), **self._settings}
        return {key.removeprefix(prefix): value for key, value in merged.items() if key.startswith(prefix)}

    @property
    def timeline(self) -> Timeline:
        """All that the watcher saw until now."""
        return self.watcher.timeline()

    def up(self, changes: Mapping[str, Any] | None = None) -> tuple[Result, float]:
        """`pulumi up` with `changes` to the settings, which stay if it ends well; and its seconds."""
        named = {f"{self.stack.project}:{key}": value for key, value in (changes or {}).items()}
        wanted = {**self._settings, **named}
        seed(self.stack, wanted)
        self.show.doing("pulumi up")
        began = time.monotonic()
        result = self.stack.up("--skip-preview", settings=wanted)
        if result.code == 0:
            self._settings = wanted
        return result, time.monotonic() - began

    def check(self, sentence: str, holds: object, seen: object = "") -> None:
        """Takes a note of what an act tells, and of what was seen. Raises NotSoError when it doesn't hold."""
        self.checks.append(Check(sentence=sentence, holds=bool(holds), seen=str(seen)))
        if not holds:
            raise NotSoError

    def ended_well(self, verb: str, result: Result, seconds: float) -> None:
        """Checks a run of the engine that has to succeed, and quotes the engine if it didn't."""
        if result.code:
            self.show.quote((result.stdout + result.stderr).strip().splitlines()[-_QUOTED:])
        self.check(f"`{verb}` ended well", result.code == 0, f"{_done(result)}, in {seconds:.0f} s")

    def settled(self) -> Sample:
        """Waits until the service is at rest, and returns what a look shows then."""
        if rested := self.watcher.wait_for(lambda sample: sample.is_steady, seconds=PATIENCE):
            return rested
        sentence = f"the service came to rest within {PATIENCE:.0f} s"
        self.checks.append(Check(sentence=sentence, holds=False))
        raise NotSoError

    def never_lacked(self) -> None:
        """Checks that since the act began there were always as many healthy targets as desired."""
        timeline = self.timeline
        lowest = min(timeline.healthy.within(self.began, timeline.end))
        lacked = timeline.lacked(self.began, timeline.end)
        self.check("healthy targets never fell below the desired count", lacked <= 0, f"the fewest: {lowest}")

    def name_revision(self, caption: str) -> None:
        """Says what the newest revision is that a task was seen of."""
        self.revisions[max(life.revision for life in self.timeline.lives)] = caption


def _done(result: Result) -> str:
    """How many resources were created, updated, replaced and deleted; a replacement's steps are one."""
    operations: dict[str, str] = {}
    for step in result.steps:
        operations[step.urn] = "replace" if "replace" in step.op else step.op
    counts = Counter(operations.values())
    return ", ".join(f"{count} {_WORDS.get(it, it)}" for it, count in counts.items()) or "nothing changed"
