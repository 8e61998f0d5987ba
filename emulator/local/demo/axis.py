"""The axis of a drawing: time as it passes, but with the stretches cut short in which nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 2.0
"""Seconds without a change that are drawn in full."""
CUT = 0.8
"""Seconds that a longer stretch is drawn as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From one moment to another, and where it is drawn, both ends as shares of the axis."""

    begin: float
    end: float
    left: float
    right: float
    is_cut: bool

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Stretches of time side by side; 0 is the left end, 1 the right one."""

    stretches: tuple[Stretch, ...]

    @staticmethod
    def of(changes: Iterable[float], *, begin: float, end: float) -> Axis:
        """An axis from `begin` to `end`, which is later, with something happening at `changes`."""
        moments = sorted({begin, end, *(at for at in changes if begin < at < end)})
        lengths = [
            CUT if later - earlier > LONGEST else later - earlier for earlier, later in pairwise(moments)
        ]
        stretches: list[Stretch] = []
        left = 0.0
        for (earlier, later), length in zip(pairwise(moments), lengths, strict=True):
            right = left + length / sum(lengths)
            is_cut = later - earlier > LONGEST
            stretches.append(Stretch(begin=earlier, end=later, left=left, right=right, is_cut=is_cut))
            left = right
        return Axis(stretches=tuple(stretches))

    @property
    def cuts(self) -> tuple[Stretch, ...]:
        """The stretches that are cut short."""
        return tuple(it for it in self.stretches if it.is_cut)

    def place(self, moment: float) -> float:
        """Where a moment is drawn; what is before the axis at 0, what is after it at 1."""
        for it in self.stretches:
            if moment < it.end:
                share = max(moment - it.begin, 0.0) / it.seconds
                return it.left + share * (it.right - it.left)
        return 1.0

    def moment(self, place: float) -> float:
        """The moment that is drawn there."""
        for it in self.stretches:
            if place < it.right:
                share = max(place - it.left, 0.0) / (it.right - it.left)
                return it.begin + share * it.seconds
        return self.stretches[-1].end
