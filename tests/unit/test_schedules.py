from typing import Any

import pytest

from components.schedules import Schedule

MORNING: dict[str, Any] = {"name": "morning", "schedule": "cron(0 8 ? * MON-FRI *)", "minimum": 4}


@pytest.mark.parametrize(
    "schedule",
    [
        "cron(0 8 ? * MON-FRI *)",
        "cron(0/15 8-18 1,15 * ? *)",
        "cron(0 0 L * ? 2026-2027)",
        "cron(0 9 ? * 6#3 *)",
        "rate(1 hour)",
        "rate(12 hours)",
        "at(2026-11-27T08:00:00)",
    ],
)
def test_a_time_of_the_day_an_interval_and_a_moment_are_taken(schedule: str):
    assert Schedule(**{**MORNING, "schedule": schedule}).schedule == schedule


def test_times_are_utc_unless_a_zone_is_named():
    assert Schedule(**MORNING).timezone == "UTC"
    assert Schedule(**MORNING, timezone="Europe/Berlin").timezone == "Europe/Berlin"


def test_a_night_without_any_task_is_taken():
    assert Schedule(**{**MORNING, "minimum": 0}, maximum=0).maximum == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "every morning"}, "scaling.schedules name: 'every morning' has to be 1 to 100 letters"),
        (
            {"schedule": "0 8 * * *"},
            r"scaling.schedules\[morning\].schedule: '0 8 \* \* \*' has to look like",
        ),
        ({"schedule": "cron(0 8 * * * *)"}, "question mark"),
        ({"schedule": "cron(0 8 ? * ? *)"}, "question mark"),
        ({"schedule": "cron(0 8 ? * MON)"}, "has to look like cron"),
        ({"schedule": "rate(0 hours)"}, "has to look like"),
        ({"schedule": "rate(1 week)"}, "has to look like"),
        ({"schedule": "at(2026-02-30T08:00:00)"}, "has to look like"),
        ({"schedule": "at(2026-11-27T08:00:00Z)"}, "has to look like"),
        ({"timezone": "Berlin"}, r"scaling.schedules\[morning\].timezone: 'Berlin' isn't a time zone"),
        ({"minimum": None}, "scaling.schedules: 'morning' changes nothing; set minimum, maximum or both"),
        ({"minimum": -1}, r"scaling.schedules\[morning\].minimum: -1 has to be 0 or more"),
        ({"maximum": -1}, r"scaling.schedules\[morning\].maximum: -1 has to be 0 or more"),
    ],
)
def test_a_schedule_that_aws_would_refuse_says_what_would_be_right(given: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        Schedule(**{**MORNING, **given})


def test_on_a_machine_without_a_time_zone_database_aws_decides(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("components.schedules.available_timezones", lambda: set[str]())
    assert Schedule(**MORNING, timezone="Pacific/Tahiti").timezone == "Pacific/Tahiti"
