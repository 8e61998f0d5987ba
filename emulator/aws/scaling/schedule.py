"""When a scheduled action is due ("Schedule recurring scaling actions using Application Auto Scaling").

Times are those of the clock; what makes the embedded AWS's minutes short doesn't apply to them. A cron
expression may have what the guide's examples have: numbers, names, lists, ranges and steps, but not L, W
and #.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from dateutil import tz

_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\(([^()]+)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (1, 7, _DAYS),
    (1970, 2199, ()),
)
"""Minutes, hours, days of the month, months, days of the week and years: bounds, and names from the first."""


class ScheduleError(ValueError):
    """The schedule or its time zone can't be understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule; just one of `at`, `rate` and `cron` is set. Times are seconds since the epoch."""

    at: float | None = None
    rate: int | None = None
    cron: tuple[frozenset[int], ...] | None = None
    zone: tzinfo

    def is_due(
        self, *, after: float, until: float, begun: float, start: float | None, end: float | None
    ) -> bool:
        """Whether it has a time after one moment and until the other.

        `begun` is when the action was put, `start` and `end` bound one that recurs, which also runs at its
        start.
        """
        if self.at is not None:
            return after < self.at <= until
        if start is not None and after < start <= until:
            return True
        after = max(after, begun if start is None else start)
        until = until if end is None else min(until, end)
        if until <= after:
            return False
        if self.rate is not None:
            first = begun if start is None else start
            return (until - first) // self.rate > (after - first) // self.rate
        minutes = range(int(after // 60) + 1, int(until // 60) + 1)
        return any(self._matches(datetime.fromtimestamp(it * 60, self.zone)) for it in minutes)

    def _matches(self, local: datetime) -> bool:
        day_of_week = local.isoweekday() % 7 + 1
        shown = (local.minute, local.hour, local.day, local.month, day_of_week, local.year)
        return all(value in wanted for value, wanted in zip(shown, self.cron or (), strict=True))


def parse(expression: str, zone: str | None) -> Schedule:
    """The schedule of PutScheduledAction's Schedule and Timezone. Raises ScheduleError."""
    found_zone = tz.gettz(zone or "UTC")
    if found_zone is None:
        raise ScheduleError(f"{zone} is no time zone")
    if found := _AT.fullmatch(expression):
        local = datetime.fromisoformat(found[1]).replace(tzinfo=found_zone)
        return Schedule(at=local.timestamp(), zone=found_zone)
    if found := _RATE.fullmatch(expression):
        if int(found[1]) == 0:
            raise ScheduleError(f"{expression} never comes")
        return Schedule(rate=int(found[1]) * _SECONDS[found[2]], zone=found_zone)
    if found := _CRON.fullmatch(expression):
        fields = found[1].split()
        if len(fields) != len(_FIELDS):
            raise ScheduleError(f"{expression} doesn't have six fields")
        cron = tuple(_values(field, *of) for field, of in zip(fields, _FIELDS, strict=True))
        return Schedule(cron=cron, zone=found_zone)
    raise ScheduleError(
        f"{expression} is neither at(yyyy-mm-ddThh:mm:ss) nor rate(value unit) nor cron(fields)"
    )


def _values(field: str, low: int, high: int, names: tuple[str, ...]) -> frozenset[int]:
    """The values that a field of a cron expression stands for."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in ("*", "?"):
            begin, finish = low, high
        else:
            begin = _number(first, low, names)
            finish = _number(last, low, names) if last else (high if step else begin)
        width = _number(step, low, ()) if step else 1
        if not low <= begin <= finish <= high or width < 1:
            raise ScheduleError(f"{field} isn't between {low} and {high}")
        found |= set(range(begin, finish + 1, width))
    return frozenset(found)


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    if text.upper() in names:
        return low + names.index(text.upper())
    if not text.isdecimal():
        raise ScheduleError(f"{text!r} isn't understood in a cron expression here")
    return int(text)
