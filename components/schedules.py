"""When a service's range of tasks changes: at a time of the day, every so often, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from components.errors import InvalidSettingError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_CRON = re.compile(r"cron\((?P<fields>[A-Z0-9 *?,/#-]+)\)")
_RATE = re.compile(r"rate\([1-9]\d* (minute|hour|day)s?\)")
_AT = re.compile(r"at\((?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A change of the fewest or the most tasks, or of both, which lasts until another one changes them.

    `schedule` is cron(minutes hours day-of-month month day-of-week year), rate(5 minutes) or
    at(2026-11-27T08:00:00), told by the clock of `timezone`, which knows of summer time. Raises
    `InvalidSettingError`. Application Auto Scaling User Guide, "How scheduled scaling … works".
    """

    name: str
    """Unique among a service's schedules."""
    schedule: str
    timezone: str = "UTC"
    minimum: int | None = None
    maximum: int | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            fix = "has to be 1 to 100 letters, digits, dots, hyphens and underscores"
            raise InvalidSettingError("scaling.schedules name", self.name, fix)
        if not (_is_cron(self.schedule) or _RATE.fullmatch(self.schedule) or _is_at(self.schedule)):
            fix = (
                "has to look like cron(0 8 ? * MON-FRI *), rate(12 hours) or at(2026-11-27T08:00:00); of a "
                "cron's six fields either the third or the fifth, of days, is a question mark"
            )
            raise InvalidSettingError(self.setting("schedule"), self.schedule, fix)
        # A machine without a time-zone database knows none, and then AWS decides.
        known = available_timezones()
        if known and self.timezone not in known:
            fix = "isn't a time zone of IANA's; write it like Europe/Berlin or UTC"
            raise InvalidSettingError(self.setting("timezone"), self.timezone, fix)
        if self.minimum is None and self.maximum is None:
            fix = "changes nothing; set minimum, maximum or both"
            raise InvalidSettingError("scaling.schedules", self.name, fix)
        for end in ("minimum", "maximum"):
            value: int | None = getattr(self, end)
            if value is not None and value < 0:
                raise InvalidSettingError(self.setting(end), value, "has to be 0 or more")

    def setting(self, key: str) -> str:
        """A setting of this schedule, as messages name it."""
        return f"scaling.schedules[{self.name}].{key}"


def _is_cron(schedule: str) -> bool:
    written = _CRON.fullmatch(schedule)
    fields = written["fields"].split() if written else []
    return len(fields) == 6 and (fields[2] == "?") != (fields[4] == "?")


def _is_at(schedule: str) -> bool:
    written = _AT.fullmatch(schedule)
    try:
        return written is not None and bool(datetime.fromisoformat(written["time"]))
    except ValueError:
        return False
