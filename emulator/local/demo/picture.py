"""The timeline of a whole tour as a picture: a lane for each task, and under them the healthy targets."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from emulator.local.demo import svg
from emulator.local.demo.axis import Axis
from emulator.local.demo.sample import Phase
from emulator.local.demo.timeline import Curve, Life, Timeline

WIDTH, MARGIN = 880, 16
_LEFT, _RIGHT = 120, WIDTH - MARGIN
_HEAD, _LANE, _BAR, _UNIT, _ROW = 58, 17, 11, 14, 19
"""Heights: of the acts' titles, a lane, a serving task's bar, a target in the lower chart, a row of words."""
_LETTER = 6.7
"""The width of a letter, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A part of the tour, in seconds since the watch began."""

    title: str
    begin: float
    end: float


def picture(timeline: Timeline, acts: Sequence[Act], *, revisions: Mapping[int, str]) -> str:
    """An SVG file's content. `revisions` says what each revision is, for the legend."""
    return _Picture(timeline, acts, revisions).drawn()


class _Picture:
    """Its parts from top to bottom; each adds its elements, and moves `y` on down."""

    def __init__(self, timeline: Timeline, acts: Sequence[Act], revisions: Mapping[int, str]) -> None:
        self._timeline, self._acts, self._revisions = timeline, acts, revisions
        self._begin, self._end = acts[0].begin, acts[-1].end
        self._axis = Axis.of(timeline.moments(), begin=self._begin, end=self._end)
        self._lives = timeline.lived(self._begin, self._end)
        numbers = sorted({*revisions, *(life.revision for life in self._lives)})
        self._colours = {number: f"r{index % len(svg.REVISIONS)}" for index, number in enumerate(numbers)}
        self._y = float(_HEAD)
        self._parts: list[str] = []

    def drawn(self) -> str:
        for zone in sorted({life.zone for life in self._lives}):
            self._zone(zone)
        self._rollbacks()
        self._targets()
        self._times()
        bands = self._bands(self._y)
        self._legend()
        height = ceil(self._y + MARGIN - _ROW / 2)
        return svg.document(
            WIDTH,
            height,
            title="What ECS did with the service's tasks",
            description="A lane for each task, in the availability zone that it ran in, over the acts of the "
            "tour; below, the number of healthy targets beside the desired count.",
            body=[svg.rect(0, 0, WIDTH, height, "paper", corner=8), *bands, *self._parts],
        )

    def _x(self, moment: float) -> float:
        return _LEFT + self._axis.place(moment) * (_RIGHT - _LEFT)

    def _bands(self, bottom: float) -> list[str]:
        """The acts, every other one on a tinted ground."""
        parts: list[str] = []
        for number, act in enumerate(self._acts, 1):
            left, width = self._x(act.begin), self._x(act.end) - self._x(act.begin)
            if number % 2:
                parts.append(svg.rect(left, MARGIN / 2, width, bottom - MARGIN / 2, "band"))
            lines = textwrap.wrap(f"{number} {act.title}", max(int((width - 8) / _LETTER), 8))
            parts += [svg.text(left + 5, 22 + 14 * row, line, "strong") for row, line in enumerate(lines)]
        return parts

    def _zone(self, zone: str) -> None:
        self._parts.append(svg.text(MARGIN, self._y + _LANE - 5, zone))
        for life in (life for life in self._lives if life.zone == zone):
            self._parts.append(svg.group(f"task {life.id}", self._lane(life, self._y + _LANE / 2)))
            self._y += _LANE
        self._parts.append(svg.path(f"M{MARGIN} {self._y + 5:.1f}H{_RIGHT}", "line"))
        self._y += 10

    def _lane(self, life: Life, middle: float) -> list[str]:
        colour = self._colours[life.revision]
        parts = [
            bar(phase, self._x(begin), self._x(end), middle, colour)
            for phase, begin, end in life.phases
            if begin < self._end
        ]
        begin, end = self._x(life.begin), self._x(life.end)
        parts.append(svg.text(begin - 4, middle + 4, f"rev {life.revision}", "small", anchor="end"))
        if life.failed or life.stopped_by_hand:
            parts.append(cross(end + 6, middle))
        if life.stopped_by_hand:
            parts.append(svg.text(end + 15, middle + 4, "stopped by hand", "small"))
        return parts

    def _rollbacks(self) -> None:
        for mark in self._timeline.marks:
            if "deployment failed" in mark.text and self._begin < mark.at < self._end:
                x = self._x(mark.at)
                self._parts.append(svg.path(f"M{x:.1f} {_HEAD - 8}V{self._y - 5:.1f}", "moment"))
                self._parts.append(svg.text(x + 4, _HEAD, "ECS rolls back", "small quiet"))

    def _targets(self) -> None:
        """Both numbers as steps over a scale."""
        healthy, desired = self._timeline.healthy, self._timeline.desired
        most = max(*healthy.within(self._begin, self._end), *desired.within(self._begin, self._end))
        base = self._y + 8 + most * _UNIT
        for value in range(0, most + 1, 2):
            y = base - value * _UNIT
            self._parts.append(svg.path(f"M{_LEFT} {y:.1f}H{_RIGHT}", "line"))
            self._parts.append(svg.text(_LEFT - 6, y + 4, str(value), "small quiet", anchor="end"))
        steps = self._steps(healthy, base)
        self._parts.append(svg.path(f"{steps}V{base:.1f}H{_LEFT}Z", "under"))
        self._parts.append(svg.path(steps, "ink"))
        self._parts.append(svg.path(self._steps(desired, base), "desired"))
        middle = base - most * _UNIT / 2
        self._parts += [svg.text(MARGIN, middle - 2, "healthy"), svg.text(MARGIN, middle + 12, "targets")]
        self._y = base

    def _steps(self, curve: Curve, base: float) -> str:
        points = f"M{_LEFT} {base - curve.at(self._begin) * _UNIT:.1f}"
        for at, value in curve.points:
            if self._begin < at < self._end:
                points += f"H{self._x(at):.1f}V{base - value * _UNIT:.1f}"
        return f"{points}H{_RIGHT}"

    def _times(self) -> None:
        """When each act began, and where the axis leaves time out."""
        for cut in self._axis.cuts:
            self._parts.append(zigzag(_LEFT + (cut.left + cut.right) / 2 * (_RIGHT - _LEFT), self._y))
        for act in self._acts:
            minutes, seconds = divmod(int(act.begin - self._begin), 60)
            self._parts.append(
                svg.text(self._x(act.begin) + 5, self._y + 19, f"{minutes}:{seconds:02}", "small quiet")
            )
        self._y += 27

    def _legend(self) -> None:
        """What the colours are, and what the strokes."""
        self._y += _ROW
        of = self._revisions
        self._row(
            (bar(Phase.SERVING, 0, 14, 0, self._colours[number]), f"revision {number}: {of[number]}")
            for number in sorted(of)
        )
        first = "r0"
        self._row(
            (
                (bar(Phase.STARTING, 0, 14, 0, first), "starts"),
                (bar(Phase.SERVING, 0, 14, 0, first), "its target is healthy"),
                (bar(Phase.LEAVING, 0, 14, 0, first), "drains, stops"),
                (cross(7, 0), "failed, or stopped by hand"),
                (svg.path("M0 0H14", "desired"), "desired count"),
                (zigzag(7, 0), "time left out"),
            )
        )

    def _row(self, entries: Iterable[tuple[str, str]]) -> None:
        """Signs with their words, on as many lines as they need."""
        x = float(MARGIN)
        for sign, words in entries:
            width = 20 + len(words) * _LETTER + 14
            if x + width > _RIGHT:
                x, self._y = float(MARGIN), self._y + _ROW
            self._parts.append(f'<g transform="translate({x:.1f} {self._y - 4:.1f})">{sign}</g>')
            self._parts.append(svg.text(x + 20, self._y, words))
            x += width
        self._y += _ROW


def bar(phase: Phase, left: float, right: float, middle: float, colour: str) -> str:
    """A part of a task's life: thin while it starts, full while it serves, a row of strokes while it goes."""
    width = max(right - left, 1.0)
    if phase is Phase.SERVING:
        return svg.rect(left, middle - _BAR / 2, width, _BAR, colour, corner=2)
    if phase is Phase.STARTING:
        return svg.rect(left, middle - 1, width, 2, colour)
    count = max(round(width / 5), 1)
    return svg.path("".join(f"M{left + 2 + 5 * i:.1f} {middle - 4:.1f}v8" for i in range(count)), colour)


def cross(x: float, y: float) -> str:
    """A task that ended against the scheduler's will."""
    return svg.path(f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8", "ink")


def zigzag(x: float, y: float) -> str:
    """A cut of the axis."""
    return svg.path(f"M{x - 6:.1f} {y:.1f}l3 -4l3 8l3 -8l3 4", "ink")
