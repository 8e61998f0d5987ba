"""What the tour prints: in a terminal a live view, elsewhere a line for each of ECS's events."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.text import Text

from emulator.local.demo.sample import Sample
from emulator.local.demo.text import LEGEND, drawn, style
from emulator.local.demo.timeline import Timeline

WIDEST = 100
_INDENT = "   "
_EVENTS = 3
_TASK = re.compile(r"\(task ([0-9a-f]{8})[0-9a-f]*\)")
_GROUP = re.compile(r"\(target-group \S*targetgroup/([^/]+)/[^)]+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that an act tells, whether it held, and what was seen."""

    sentence: str
    holds: bool
    seen: str = ""


def brief(event: str) -> str:
    """An event of the service with the ids cut short that nobody reads."""
    return _GROUP.sub(r"(target group \1)", _TASK.sub(r"\1", event))


class Show:
    """Speaks and draws. The watcher tells it, in a thread of its own, what is seen."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, WIDEST) - len(_INDENT)
        self._latest: Sample | None = None
        self._events: list[str] = []
        self._doing, self._since = "", time.monotonic()
        self._tells_events = False

    @property
    def is_watched(self) -> bool:
        """Whether somebody may be reading along."""
        return self._console.is_terminal

    def seen(self, sample: Sample) -> None:
        """A look of the watcher's."""
        self._latest = sample
        for event in map(brief, sample.events):
            self._events = [*self._events, event][-_EVENTS:]
            if self._tells_events:
                self._lines(f"ECS: {event}")

    def doing(self, what: str) -> None:
        """What the live view says is under way."""
        self._doing, self._since = what, time.monotonic()

    def opening(self, number: int, title: str, told: str) -> None:
        """Begins an act."""
        self.say(f"\n{number}  {title}", style="bold")
        self._lines(told)

    @contextmanager
    def live(self) -> Generator[None]:
        """Shows the service while the block runs; without a terminal, what ECS says of it."""
        if self._console.is_terminal:
            with Live(
                get_renderable=self._view, console=self._console, refresh_per_second=10, transient=True
            ):
                yield
            return
        self._tells_events = True
        try:
            yield
        finally:
            self._tells_events = False

    def closing(self, timeline: Timeline, begin: float, checks: Sequence[Check]) -> None:
        """Ends an act that began then with its timeline until now, and with what was true in it."""
        if timeline.lived(begin, timeline.end):
            self.say("")
            for line in drawn(timeline, begin=begin, end=timeline.end, width=self._width):
                line.rstrip()
                self._console.print(Text(_INDENT).append_text(line))
            self._lines(LEGEND, style="dim")
            self.say("")
        for check in checks:
            seen = f" ({check.seen})" if check.seen else ""
            if check.holds:
                self._lines(f"✓ {check.sentence}{seen}", style="green")
            else:
                self._lines(f"✗ not so: {check.sentence}{seen}", style="red")

    def quote(self, lines: Sequence[str]) -> None:
        """Somebody else's words, as they are."""
        for line in lines:
            self._lines(line, style="dim", margin="│ ")

    def say(self, words: str, *, style: str = "") -> None:
        """A sentence at the left edge."""
        for line in Text(words, style=style).wrap(self._console, self._width):
            self._console.print(line)

    def _lines(self, words: str, *, style: str = "", margin: str = "") -> None:
        """Indented, and wrapped at the width; without the spaces that Padding would end each line with."""
        for line in Text(words).wrap(self._console, self._width - len(margin)):
            line.rstrip()
            self._console.print(Text.assemble(_INDENT, (f"{margin}{line.plain}", style)))

    def _view(self) -> Padding:
        head = Text(f"{self._doing}, {time.monotonic() - self._since:.0f} s", style="bold")
        lines = [head, *self._state(), *(Text(f"ECS: {event}", style="dim") for event in self._events)]
        for line in lines:
            line.truncate(self._width, overflow="ellipsis")
        return Padding(Group(*lines), (1, 0, 0, len(_INDENT)))

    def _state(self) -> list[Text]:
        sample = self._latest
        if sample is None:
            return [Text("there is no service yet")]
        counts = f"{sample.healthy} healthy targets, {sample.desired} desired, {sample.running} tasks run"
        lines = [Text(counts)]
        for task in sample.alive:
            label = f"{task.name}  {task.zone}  revision {task.revision}  "
            lines.append(Text.assemble((label, style(task.revision)), f"{task.status:<14}{task.target}"))
        return lines
