"""What became of a service and its tasks, out of many samples: pure values that tests and drawings read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from emulator.local.demo.sample import Phase, Sample, TaskSeen

BY_ITSELF = ("EssentialContainerExited", "TaskFailedToStart")
"""Stop codes of a task that nobody stopped (Amazon ECS API Reference, "Task", `stopCode`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long a task was in one state, in seconds since the watch began."""

    status: str
    target: str
    phase: Phase
    begin: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A task from the first look that saw it to the one that saw it stopped, or to the last."""

    id: str
    name: str
    revision: int
    zone: str
    spans: tuple[Span, ...]
    stop_code: str = ""
    stopped_reason: str = ""

    @property
    def begin(self) -> float:
        """When it was first seen."""
        return self.spans[0].begin

    @property
    def end(self) -> float:
        """When it was seen stopped, or last seen."""
        return self.spans[-1].end

    @property
    def phases(self) -> tuple[tuple[Phase, float, float], ...]:
        """Its phases with their begin and end."""
        found: list[tuple[Phase, float, float]] = []
        for span in self.spans:
            if found and found[-1][0] is span.phase:
                found[-1] = (span.phase, found[-1][1], span.end)
            else:
                found.append((span.phase, span.begin, span.end))
        return tuple(found)

    @property
    def failed(self) -> bool:
        """Whether it stopped because something in it was wrong."""
        return self.stop_code in BY_ITSELF or "health checks" in self.stopped_reason

    @property
    def stopped_by_hand(self) -> bool:
        """Whether somebody called StopTask."""
        return self.stop_code == "UserInitiated"

    @property
    def drained(self) -> bool:
        """Whether its target was seen draining."""
        return any(span.target == "draining" for span in self.spans)

    def at(self, moment: float) -> Span | None:
        """What it is at a moment; None before its begin and from its end on."""
        return next((span for span in self.spans if span.begin <= moment < span.end), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A number over time: the moments at which it changed, with what it was from then on."""

    points: tuple[tuple[float, int], ...]

    @staticmethod
    def of(values: Iterable[tuple[float, int]]) -> Curve:
        """Leaves out what repeats the value before."""
        points: list[tuple[float, int]] = []
        for at, value in values:
            if not points or points[-1][1] != value:
                points.append((at, value))
        return Curve(points=tuple(points))

    def at(self, moment: float) -> int:
        """The value at a moment; 0 before the first."""
        return next((value for at, value in reversed(self.points) if at <= moment), 0)

    def within(self, begin: float, end: float) -> list[int]:
        """The values from one moment to another, in their order."""
        return [self.at(begin), *(value for at, value in self.points if begin < at <= end)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened at a moment."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Tasks in the order in which they were first seen, targets, desired count, and what ECS said."""

    begin: float
    end: float
    lives: tuple[Life, ...]
    healthy: Curve
    desired: Curve
    marks: tuple[Mark, ...]

    @staticmethod
    def of(samples: Sequence[Sample]) -> Timeline:
        """Joins samples, which are in the order of time."""
        return Timeline(
            begin=samples[0].at if samples else 0.0,
            end=samples[-1].at if samples else 0.0,
            lives=_lives(samples),
            healthy=Curve.of((it.at, it.healthy) for it in samples),
            desired=Curve.of((it.at, it.desired) for it in samples),
            marks=tuple(Mark(at=it.at, text=text) for it in samples for text in it.events),
        )

    def lived(self, begin: float, end: float) -> tuple[Life, ...]:
        """The tasks that were there between two moments."""
        return tuple(life for life in self.lives if life.begin < end and life.end > begin)

    def moments(self) -> tuple[float, ...]:
        """When anything changed, in order."""
        spans = {at for life in self.lives for span in life.spans for at in (span.begin, span.end)}
        curves = {at for curve in (self.healthy, self.desired) for at, _ in curve.points}
        return tuple(sorted(spans | curves | {mark.at for mark in self.marks}))

    def lacked(self, begin: float, end: float) -> int:
        """By how many the healthy targets fell below the desired count at the worst, between two moments."""
        changes = [
            at for curve in (self.healthy, self.desired) for at, _ in curve.points if begin < at <= end
        ]
        return max(self.desired.at(at) - self.healthy.at(at) for at in (begin, *changes))

    def ran_together(self, one: int, other: int) -> float:
        """For how many seconds tasks of both revisions were RUNNING at once."""
        return sum(
            end - begin
            for begin, end in pairwise(self.moments())
            if {one, other} <= {life.revision for life, span in self._at(begin) if span.status == "RUNNING"}
        )

    def revisions_served(self, begin: float, end: float) -> set[int]:
        """The revisions of which a task served at any time between two moments."""
        spans = [(life, span) for life in self.lives for span in life.spans if span.phase is Phase.SERVING]
        return {life.revision for life, span in spans if span.begin < end and span.end > begin}

    def zones(self, moment: float) -> Counter[str]:
        """How many tasks serve in each zone at a moment."""
        return Counter(life.zone for life, span in self._at(moment) if span.phase is Phase.SERVING)

    def _at(self, moment: float) -> list[tuple[Life, Span]]:
        return [(life, span) for life in self.lives if (span := life.at(moment))]


def _lives(samples: Sequence[Sample]) -> tuple[Life, ...]:
    """Tasks that had stopped before the watch began are none of its business."""
    looks: dict[str, list[tuple[float, TaskSeen]]] = {}
    for sample in samples:
        for task in sample.tasks:
            if task.id in looks or task.phase is not Phase.GONE:
                looks.setdefault(task.id, []).append((sample.at, task))
    return tuple(_life(seen) for seen in looks.values())


def _life(seen: Sequence[tuple[float, TaskSeen]]) -> Life:
    last = seen[-1][1]
    return Life(
        id=last.id,
        name=last.name,
        revision=last.revision,
        zone=last.zone,
        spans=_spans(seen),
        stop_code=last.stop_code,
        stopped_reason=last.stopped_reason,
    )


def _spans(seen: Sequence[tuple[float, TaskSeen]]) -> tuple[Span, ...]:
    """Each state lasts until the look that saw the next one; the last until the last look."""
    changes = [seen[0]]
    changes += [now for before, now in pairwise(seen) if _state(before[1]) != _state(now[1])]
    ends = [at for at, _ in changes[1:]] + [seen[-1][0]]
    return tuple(
        Span(status=task.status, target=task.target, phase=task.phase, begin=begin, end=end)
        for (begin, task), end in zip(changes, ends, strict=True)
        if task.phase is not Phase.GONE
    )


def _state(task: TaskSeen) -> tuple[str, str]:
    return task.status, task.target
