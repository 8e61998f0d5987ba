"""A stretch of a timeline as lines of text, for a terminal of any width and colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text

from emulator.local.demo.axis import Axis
from emulator.local.demo.sample import Phase
from emulator.local.demo.timeline import Life, Timeline

SIGNS = {Phase.STARTING: "·", Phase.SERVING: "█", Phase.LEAVING: "▒"}
FAILED, CUT = "✗", "≈"
LEGEND = f"· starting   █ serving   ▒ draining, stopping   {FAILED} failed   {CUT} time left out"
STYLES = ("blue", "green", "red", "magenta", "yellow", "cyan")
"""For the revisions, in turn; their numbers stand beside them."""
_LABEL = 26


def style(revision: int) -> str:
    """The colour of a revision."""
    return STYLES[(revision - 1) % len(STYLES)]


def drawn(timeline: Timeline, *, begin: float, end: float, width: int) -> list[Text]:
    """The tasks of that time with a line each, then the healthy targets and the desired count."""
    axis = Axis.of(timeline.moments(), begin=begin, end=end)
    count = max(width - _LABEL, 10)
    cells = [(axis.moment(index / count), axis.moment((index + 1) / count)) for index in range(count)]
    lines = [_line("task      zone        rev", _cuts(axis, count))]
    for life in timeline.lived(begin, end):
        label = f"{life.name}  {life.zone}  {life.revision:>2}"
        lines.append(_line(label, _lane(life, cells), style(life.revision)))
    lines.append(_line("healthy targets", _row(cells, lambda a, b: min(timeline.healthy.within(a, b)))))
    lines.append(_line("desired count", _row(cells, lambda a, b: min(timeline.desired.within(a, b)))))
    return lines


def _line(label: str, cells: str, colour: str = "") -> Text:
    return Text.assemble((f"{label:<{_LABEL}}", ""), (cells, colour))


def _cuts(axis: Axis, count: int) -> str:
    """A sign over each place where time is left out."""
    signs = [" "] * count
    for cut in axis.cuts:
        signs[min(int((cut.left + cut.right) / 2 * count), count - 1)] = CUT
    return "".join(signs)


def _lane(life: Life, cells: Sequence[tuple[float, float]]) -> str:
    signs = [_sign(life, begin, end) for begin, end in cells]
    if life.failed:
        last = max((index for index, sign in enumerate(signs) if sign != " "), default=0)
        signs[last] = FAILED
    return "".join(signs)


def _sign(life: Life, begin: float, end: float) -> str:
    span = life.at((begin + end) / 2)
    return SIGNS[span.phase] if span else " "


def _row(cells: Sequence[tuple[float, float]], value: Callable[[float, float], int]) -> str:
    """A number where it changes, and a line as long as it stays."""
    shown, before = "", None
    for begin, end in cells:
        number = str(value(begin, end))
        shown += "─" if number == before else number
        before = number
    return shown[: len(cells)]
