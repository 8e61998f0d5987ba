"""How many tasks policies want, and when schedules are due: the pure part."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.aws.scaling.decide import Bounds, stepped, tracked
from emulator.aws.scaling.schedule import ScheduleError, parse

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("capacity", "value", "target", "expected"),
    [
        (2, 90, 60, 3),
        (2, 61, 60, 3),
        (3, 60, 60, 3),
        (4, 30, 60, 2),
        (4, 40, 60, 3),
        (10, 66, 60, 11),
        (5, 0, 60, 0),
    ],
)
def test_target_tracking_wants_as_many_as_bring_the_metric_to_its_target(
    capacity: int, value: float, target: float, expected: int
) -> None:
    assert tracked(capacity, value, target) == expected


STEPS = [
    {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 10, "ScalingAdjustment": 1},
    {"MetricIntervalLowerBound": 10, "ScalingAdjustment": 3},
    {"MetricIntervalUpperBound": 0, "ScalingAdjustment": -1},
]


@pytest.mark.parametrize(("breach", "expected"), [(0, 5), (9.9, 5), (10, 7), (100, 7), (-5, 3)])
def test_a_step_is_chosen_by_how_far_the_metric_is_from_the_threshold(breach: float, expected: int) -> None:
    configuration = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": STEPS}
    assert stepped(configuration, 4, breach) == expected


@pytest.mark.parametrize(
    ("kind", "amount", "more", "expected"),
    [
        ("ExactCapacity", 7, {}, 7),
        ("PercentChangeInCapacity", 50, {}, 6),
        ("PercentChangeInCapacity", 10, {}, 5),
        ("PercentChangeInCapacity", 70, {}, 6),
        ("PercentChangeInCapacity", -10, {}, 3),
        ("PercentChangeInCapacity", -70, {}, 2),
        ("PercentChangeInCapacity", 25, {"MinAdjustmentMagnitude": 2}, 6),
        ("ChangeInCapacity", -9, {}, 0),
    ],
)
def test_a_step_may_be_a_number_a_share_or_a_change(
    kind: str, amount: int, more: dict[str, Any], expected: int
) -> None:
    steps = [{"ScalingAdjustment": amount}]
    assert stepped({"AdjustmentType": kind, "StepAdjustments": steps, **more}, 4, 1.0) == expected


def test_no_step_for_a_breach_leaves_the_capacity() -> None:
    steps = [{"MetricIntervalLowerBound": 10, "ScalingAdjustment": 1}]
    assert stepped({"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps}, 4, 5.0) == 4


def test_bounds_hold_a_capacity() -> None:
    assert [Bounds(least=2, most=4).hold(it) for it in (1, 3, 9)] == [2, 3, 4]


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def due(expression: str, after: str, until: str, *, zone: str = "UTC", **bounds: Any) -> bool:
    moments = {name: at(value) for name, value in bounds.items()}
    settled = {"begun": 0.0, "start": None, "end": None, **moments}
    return parse(expression, zone).is_due(after=at(after), until=at(until), **settled)


def test_an_at_expression_is_due_once_and_in_its_time_zone() -> None:
    assert due("at(2026-03-01T08:00:00)", "2026-03-01T07:59", "2026-03-01T08:00")
    assert not due("at(2026-03-01T08:00:00)", "2026-03-01T08:00", "2026-03-02T08:00")
    assert due("at(2026-03-01T08:00:00)", "2026-03-01T06:59", "2026-03-01T07:00", zone="Europe/Berlin")


def test_a_rate_counts_from_its_beginning_or_its_start() -> None:
    begun = {"begun": "2026-03-01T00:10"}
    assert not due("rate(1 hour)", "2026-03-01T00:10", "2026-03-01T01:09", **begun)
    assert due("rate(1 hour)", "2026-03-01T01:09", "2026-03-01T01:10", **begun)
    start = {**begun, "start": "2026-03-01T06:00"}
    assert not due("rate(5 minutes)", "2026-03-01T00:10", "2026-03-01T05:59", **start)
    assert due("rate(5 minutes)", "2026-03-01T05:59", "2026-03-01T06:00", **start)
    assert due("rate(5 minutes)", "2026-03-01T06:00", "2026-03-01T06:05", **start)
    assert not due("rate(5 minutes)", "2026-03-01T06:05", "2026-03-01T06:09", **start)


def test_what_recurs_stops_at_its_end() -> None:
    assert due("rate(1 day)", "2026-03-01T12:00", "2026-03-02T12:00", begun="2026-03-01T00:00")
    end = {"begun": "2026-03-01T00:00", "end": "2026-03-01T23:00"}
    assert not due("rate(1 day)", "2026-03-01T12:00", "2026-03-02T12:00", **end)


@pytest.mark.parametrize(
    ("expression", "moments"),
    [
        ("cron(0 10 * * ? *)", ["2026-03-02T10:00", "2026-03-03T10:00"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-03-02T18:00", "2026-03-06T18:00"]),
        ("cron(0 18 ? * 2-6 *)", ["2026-03-02T18:00", "2026-03-06T18:00"]),
        ("cron(0 8 1 * ? *)", ["2026-04-01T08:00"]),
        ("cron(0/15 * * * ? *)", ["2026-03-02T10:15", "2026-03-02T10:45"]),
        ("cron(5-10/5 0,12 ? JAN,MAR SUN 2026)", ["2026-03-01T12:10", "2026-01-04T00:05"]),
    ],
)
def test_a_cron_expression_is_due_in_its_minutes(expression: str, moments: list[str]) -> None:
    for moment in moments:
        second = at(moment)
        schedule = parse(expression, None)
        bounds: dict[str, Any] = {"begun": 0.0, "start": None, "end": None}
        assert schedule.is_due(after=second - 1, until=second, **bounds)
        assert not schedule.is_due(after=second, until=second + 59, **bounds)


def test_a_weekday_expression_rests_on_the_weekend_and_a_zone_moves_it() -> None:
    assert not due("cron(0 18 ? * MON-FRI *)", "2026-03-07T00:00", "2026-03-08T23:59")
    assert due("cron(0 8 * * ? *)", "2026-07-01T05:59", "2026-07-01T06:00", zone="Europe/Berlin")
    assert due("cron(0 8 * * ? *)", "2026-01-01T06:59", "2026-01-01T07:00", zone="Europe/Berlin")


def test_a_jump_of_the_clock_over_a_time_makes_it_due() -> None:
    assert due("cron(30 3 15 * ? *)", "2026-03-10T00:00", "2026-03-20T00:00")


@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("every day", "UTC"),
        ("at(tomorrow)", "UTC"),
        ("rate(0 minutes)", "UTC"),
        ("rate(1 week)", "UTC"),
        ("cron(0 8 * * *)", "UTC"),
        ("cron(60 8 * * ? *)", "UTC"),
        ("cron(0 8 L * ? *)", "UTC"),
        ("cron(0 8 ? * MON#1 *)", "UTC"),
        ("rate(1 minute)", "Mars/Olympus"),
    ],
)
def test_a_schedule_that_nobody_can_keep_is_refused(expression: str, zone: str) -> None:
    with pytest.raises(ScheduleError):
        parse(expression, zone)
