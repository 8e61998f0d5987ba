"""Steps, limits and schedules move a service's desired count, and activities tell of it."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.aws.scaling import activities
from emulator.aws.scaling.scaler import DIMENSION
from tests.emulator.aws.scaling_world import CLOUDWATCH, CPU, SCALING, Scaled


@pytest.fixture
def scaled() -> Scaled:
    return Scaled()


def test_a_step_policy_acts_when_its_alarm_goes_off(scaled: Scaled) -> None:
    steps = [
        {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 20.0, "ScalingAdjustment": 1},
        {"MetricIntervalLowerBound": 20.0, "ScalingAdjustment": 3},
    ]
    body = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps, "Cooldown": 0}
    policy = scaled.put_policy("StepScaling", body)
    CLOUDWATCH.put_metric_alarm(
        name=f"alarm-{policy.policy_name}",
        namespace="AWS/ECS",
        metric_name="CPUUtilization",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        period=60,
        threshold=70.0,
        statistic="Average",
        description="",
        dimensions=[
            {"Name": "ClusterName", "Value": scaled.service.cluster_name},
            {"Name": "ServiceName", "Value": "web"},
        ],
        alarm_actions=[policy.policy_arn],
    )
    scaled.put("CPUUtilization", 65)
    assert scaled.capacity == 2
    scaled.put("CPUUtilization", 95)
    assert scaled.capacity == 5
    CLOUDWATCH.set_alarm_state(f"alarm-{policy.policy_name}", "by hand", "{}", "ALARM")
    scaled.pass_time(1)
    assert scaled.capacity == 6


def test_a_step_policy_may_remove_tasks(scaled: Scaled) -> None:
    steps = [{"MetricIntervalUpperBound": 0.0, "ScalingAdjustment": -1}]
    body = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": steps, "Cooldown": 0}
    policy = scaled.put_policy("StepScaling", body)
    CLOUDWATCH.put_metric_alarm(
        name=f"alarm-{policy.policy_name}",
        namespace="Test",
        metric_name=policy.policy_name,
        comparison_operator="LessThanThreshold",
        evaluation_periods=1,
        period=60,
        threshold=20.0,
        statistic="Average",
        description="",
        dimensions=[],
        alarm_actions=[policy.policy_arn],
    )
    scaled.service.settings = {**scaled.service.settings, "desiredCount": 4}
    scaled.pass_time(60)
    scaled.put_metric("Test", policy.policy_name, 5)
    assert scaled.capacity == 3


def test_new_limits_bring_the_service_within_them(scaled: Scaled) -> None:
    scaled.limit(3, 8)
    scaled.pass_time(1)
    assert scaled.capacity == 3
    scaled.limit(1, 2)
    scaled.pass_time(1)
    assert scaled.capacity == 2
    assert scaled.causes() == ["minimum capacity was set to 3", "maximum capacity was set to 2"]


def test_a_number_that_was_set_by_hand_stays_until_a_policy_acts(scaled: Scaled) -> None:
    scaled.follow(60, CPU)
    scaled.service.settings = {**scaled.service.settings, "desiredCount": 1}
    scaled.pass_time(50)
    assert scaled.capacity == 1
    scaled.put("CPUUtilization", 61)
    assert scaled.capacity == 2


@pytest.mark.parametrize("expression", ["at(1970-01-01T00:30:00)", "cron(30 0 * * ? *)", "rate(20 minutes)"])
def test_a_scheduled_action_sets_the_limits_at_its_time(scaled: Scaled, expression: str) -> None:
    # The clock of these tests began at 00:16:40.
    scaled.schedule(expression, MinCapacity=4, MaxCapacity=5)
    scaled.pass_time(2)
    assert scaled.capacity == 2
    scaled.world.clock.at = {"at": 1800.0, "cr": 1800.0, "ra": scaled.world.clock.at + 1200}[expression[:2]]
    scaled.pass_time(1)
    assert scaled.capacity == 4
    assert (scaled.target.min_capacity, scaled.target.max_capacity) == (4, 5)
    assert scaled.causes() == [
        "scheduled action name night was triggered",
        "minimum capacity was set to 4",
    ]


def test_a_scheduled_action_does_not_wait_for_a_cooldown_and_may_leave_a_limit(scaled: Scaled) -> None:
    scaled.follow(60, CPU)
    scaled.put("CPUUtilization", 180)
    assert scaled.capacity == 6
    scaled.schedule("at(1970-01-01T00:30:00)", MaxCapacity=3)
    scaled.pass_time(1)
    scaled.world.clock.at = 1800.0
    scaled.pass_time(1)
    assert (scaled.capacity, scaled.target.min_capacity) == (3, 2)


@pytest.mark.parametrize(
    ("suspended", "act"),
    [
        ("DynamicScalingOutSuspended", lambda it: it.put("CPUUtilization", 180)),
        ("DynamicScalingInSuspended", lambda it: it.put("CPUUtilization", 5)),
        ("ScheduledScalingSuspended", lambda it: setattr(it.world.clock, "at", 1800.0)),
    ],
)
def test_what_is_suspended_does_nothing(scaled: Scaled, suspended: str, act: Callable[[Scaled], Any]) -> None:
    scaled.follow(60, CPU)
    scaled.schedule("at(1970-01-01T00:30:00)", MinCapacity=5)
    scaled.service.settings = {**scaled.service.settings, "desiredCount": 3}
    scaled.pass_time(60)
    scaled.target.suspended_state = {suspended: True}
    act(scaled)
    scaled.pass_time(2)
    assert scaled.capacity == 3


def test_an_activity_is_in_progress_until_the_tasks_run_or_it_is_overridden(scaled: Scaled) -> None:
    scaled.follow(60, CPU, ScaleOutCooldown=0)
    scaled.put("CPUUtilization", 90)
    first = activities.of(SCALING)[0]
    assert (first.status, first.capacity) == ("InProgress", 3)
    scaled.put("CPUUtilization", 90)
    scaled.pass_time(60)
    second = activities.of(SCALING)[0]
    assert (first.status, second.status) == ("Overridden", "Successful")
    shown = activities.describe(second)
    assert shown["Description"] == "Setting desired count to 5."
    assert (
        shown["StatusMessage"] == "Successfully set desired count to 5. Change successfully fulfilled by ecs."
    )
    assert shown["EndTime"] > shown["StartTime"]


def test_a_target_that_cannot_be_scaled_does_not_hold_up_the_others(
    scaled: Scaled, caplog: pytest.LogCaptureFixture
) -> None:
    broken = scaled.make_target(1, 2)
    broken.resource_id = "service"
    SCALING.targets[DIMENSION] = {"service": broken, **SCALING.targets[DIMENSION]}
    scaled.limit(3, 6)
    scaled.pass_time(2)
    assert scaled.capacity == 3
    assert caplog.text.count("scaling failed with service") == 1
