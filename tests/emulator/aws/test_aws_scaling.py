"""Policies and schedules move a service's desired count, under a clock that the test moves."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends

import emulator.aws.patches.autoscaling
import emulator.aws.patches.cloudwatch  # noqa: F401 - what they change is what is tried here
from emulator.aws.ecs.service import State
from emulator.aws.scaling import activities
from emulator.aws.scaling.scaler import DIMENSION, Scaler
from tests.emulator.aws.world import ACCOUNT, REGION, TIMING, World, make_world

SCALING: Any = applicationautoscaling_backends[ACCOUNT][REGION]
CLOUDWATCH: Any = cloudwatch_backends[ACCOUNT][REGION]
NUMBERS = itertools.count()
CPU = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
MEMORY = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}}


class Scaled:
    """A service of two tasks that may have two to six."""

    def __init__(self) -> None:
        self.world: World = make_world()
        self.service = self.world.service
        self.resource = f"service/{self.service.cluster_name}/web"
        self.scaler = Scaler(ACCOUNT, REGION, clock=self.world.clock, timing=TIMING)
        # moto looks the service up by a table of its own, which the patches of ECS replace.
        self.target: Any = SCALING._add_scalable_target(self._target(2, 6))
        self.world.pass_time(60)

    def _target(self, least: int, most: int) -> Any:
        from moto.applicationautoscaling.models import FakeScalableTarget

        return FakeScalableTarget(SCALING, "ecs", self.resource, DIMENSION, least, most, "", "")

    def limit(self, least: int, most: int) -> None:
        """RegisterScalableTarget of a known target."""
        self.target.update(least, most, None)
        self.target.registered = True

    def follow(self, target: float, metric: dict[str, Any], **more: Any) -> Any:
        """Puts a target tracking policy."""
        return self.put_policy("TargetTrackingScaling", {"TargetValue": target, **metric, **more})

    def put_policy(self, kind: str, body: dict[str, Any], *, name: str = "") -> Any:
        return SCALING.put_scaling_policy(
            policy_name=name or f"policy-{next(NUMBERS)}",
            service_namespace="ecs",
            resource_id=self.resource,
            scalable_dimension=DIMENSION,
            policy_body=body,
            policy_type=kind,
        )

    def schedule(self, expression: str, **limits: int) -> None:
        SCALING.put_scheduled_action(
            service_namespace="ecs",
            schedule=expression,
            timezone=None,
            scheduled_action_name="night",
            resource_id=self.resource,
            scalable_dimension=DIMENSION,
            start_time=None,
            end_time=None,
            scalable_target_action=limits,
        )

    def put(self, name: str, value: float) -> None:
        """Puts a metric of the service, and lets a second pass."""
        dimensions = {"ClusterName": self.service.cluster_name, "ServiceName": "web"}
        self.put_metric("AWS/ECS", name, value, **dimensions)

    def put_metric(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        shown = [{"Name": key, "Value": it} for key, it in dimensions.items()]
        datum = {"MetricName": name, "Dimensions": shown, "Value": value}
        CLOUDWATCH.put_metric_data(namespace, [datum])
        self.pass_time(1)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.world.pass_time(1)
            self.scaler.tick()

    @property
    def capacity(self) -> int:
        return self.service.desired_count

    def causes(self) -> list[str]:
        """The causes of the activities, oldest first."""
        return [it.cause for it in reversed(activities.of(SCALING)) if it.target[1] == self.resource]


@pytest.fixture
def scaled() -> Scaled:
    SCALING.targets.clear()
    SCALING.policies.clear()
    SCALING.scheduled_actions.clear()
    return Scaled()


def test_a_metric_above_its_target_adds_tasks_in_proportion(scaled: Scaled) -> None:
    policy = scaled.follow(60, CPU)
    scaled.put("CPUUtilization", 55)
    assert scaled.capacity == 2
    scaled.put("CPUUtilization", 100)
    assert scaled.capacity == 4
    scaled.world.pass_time(60)
    assert len(scaled.world.running()) == 4
    high = policy.alarms[0].name
    assert scaled.causes() == [f"monitor alarm {high} in state ALARM triggered policy {policy.policy_name}"]


def test_no_more_tasks_than_the_maximum_and_no_fewer_than_the_minimum_run(scaled: Scaled) -> None:
    scaled.follow(60, CPU)
    scaled.put("CPUUtilization", 1000)
    assert scaled.capacity == 6
    scaled.pass_time(60)
    scaled.put("CPUUtilization", 1)
    assert scaled.capacity == 2


def test_a_metric_just_below_its_target_removes_nothing(scaled: Scaled) -> None:
    scaled.follow(60, CPU)
    scaled.put("CPUUtilization", 180)
    scaled.pass_time(60)
    scaled.put("CPUUtilization", 54)
    assert scaled.capacity == 6
    scaled.put("CPUUtilization", 41)
    assert scaled.capacity == 5


def test_a_policy_with_scale_in_disabled_only_adds(scaled: Scaled) -> None:
    scaled.follow(60, CPU, DisableScaleIn=True)
    scaled.put("CPUUtilization", 180)
    scaled.pass_time(60)
    scaled.put("CPUUtilization", 1)
    assert scaled.capacity == 6


def test_one_policy_is_enough_to_add_and_all_have_to_agree_to_remove(scaled: Scaled) -> None:
    scaled.follow(60, CPU)
    scaled.follow(70, MEMORY)
    scaled.put("CPUUtilization", 10)
    assert scaled.capacity == 2
    scaled.put("MemoryUtilization", 140)
    assert scaled.capacity == 4
    scaled.pass_time(60)
    scaled.put("CPUUtilization", 10)
    assert scaled.capacity == 4
    scaled.put("MemoryUtilization", 50)
    assert scaled.capacity == 3


def test_of_several_policies_the_one_with_the_largest_capacity_counts(scaled: Scaled) -> None:
    scaled.follow(60, CPU)
    scaled.follow(70, MEMORY)
    dimensions = [
        {"Name": "ClusterName", "Value": scaled.service.cluster_name},
        {"Name": "ServiceName", "Value": "web"},
    ]
    CLOUDWATCH.put_metric_data(
        "AWS/ECS",
        [
            {"MetricName": "CPUUtilization", "Dimensions": dimensions, "Value": 80},
            {"MetricName": "MemoryUtilization", "Dimensions": dimensions, "Value": 175},
        ],
    )
    scaled.pass_time(1)
    assert scaled.capacity == 5


def test_during_the_cooldown_only_a_larger_scale_out_adds_and_only_the_difference(scaled: Scaled) -> None:
    scaled.follow(60, CPU, ScaleOutCooldown=100)
    scaled.put("CPUUtilization", 90)
    assert scaled.capacity == 3
    scaled.put("CPUUtilization", 90)
    assert scaled.capacity == 3
    scaled.put("CPUUtilization", 120)
    assert scaled.capacity == 4
    scaled.pass_time(100 * TIMING.second)
    scaled.put("CPUUtilization", 90)
    assert scaled.capacity == 6


def test_during_the_scale_in_cooldown_nothing_is_removed_but_tasks_are_added(scaled: Scaled) -> None:
    scaled.follow(60, CPU, ScaleInCooldown=200, ScaleOutCooldown=0)
    scaled.put("CPUUtilization", 180)
    scaled.pass_time(60)
    scaled.put("CPUUtilization", 49)
    assert scaled.capacity == 5
    scaled.pass_time(60)
    scaled.put("CPUUtilization", 20)
    assert scaled.capacity == 5
    scaled.put("CPUUtilization", 70)
    assert scaled.capacity == 6
    scaled.put("CPUUtilization", 20)
    assert scaled.capacity == 2


def test_an_ecs_service_has_a_cooldown_of_five_minutes_by_default(scaled: Scaled) -> None:
    scaled.follow(60, CPU)
    scaled.put("CPUUtilization", 90)
    scaled.pass_time(300 * TIMING.second - 3)
    scaled.put("CPUUtilization", 90)
    assert scaled.capacity == 3
    scaled.pass_time(3)
    scaled.put("CPUUtilization", 90)
    assert scaled.capacity == 5


def test_a_deployment_keeps_tasks_from_being_removed_and_lets_them_be_added(scaled: Scaled) -> None:
    scaled.follow(60, CPU, ScaleOutCooldown=0, ScaleInCooldown=0)
    scaled.put("CPUUtilization", 90)
    scaled.pass_time(60)
    new = scaled.world.deploy("web:2")
    scaled.put("CPUUtilization", 10)
    assert scaled.capacity == 3
    scaled.put("CPUUtilization", 80)
    assert scaled.capacity == 4
    scaled.pass_time(100)
    assert new.state is State.SUCCESSFUL
    assert scaled.capacity == 4
    scaled.put("CPUUtilization", 10)
    assert scaled.capacity == 2


def test_requests_for_each_target_are_tracked(scaled: Scaled) -> None:
    label = "app/web/50dc6c495c0c9188/targetgroup/web/943f017f100becff"
    specification = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": label}
    scaled.follow(1000, {"PredefinedMetricSpecification": specification})
    scaled.put_metric(
        "AWS/ApplicationELB",
        "RequestCountPerTarget",
        2400,
        TargetGroup="targetgroup/web/943f017f100becff",
        LoadBalancer="app/web/50dc6c495c0c9188",
    )
    assert scaled.capacity == 5


def test_a_metric_of_ones_own_is_tracked(scaled: Scaled) -> None:
    specification = {
        "Namespace": "Queue",
        "MetricName": "Backlog",
        "Dimensions": [{"Name": "Queue", "Value": "mail"}],
        "Statistic": "Maximum",
    }
    scaled.follow(100, {"CustomizedMetricSpecification": specification})
    scaled.put_metric("Queue", "Backlog", 250, Queue="mail")
    assert scaled.capacity == 5


def requests_of_both_groups() -> dict[str, Any]:
    def query(identity: str) -> dict[str, Any]:
        metric = {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": "RequestCount",
            "Dimensions": [{"Name": "TargetGroup", "Value": identity}],
        }
        return {"Id": identity, "MetricStat": {"Metric": metric, "Stat": "Sum"}, "ReturnData": False}

    total = {"Id": "total", "Expression": "(FILL(blue, 0) + FILL(green, 0)) / 2", "ReturnData": True}
    return {"CustomizedMetricSpecification": {"Metrics": [query("blue"), query("green"), total]}}


def test_metric_math_over_several_metrics_is_tracked(scaled: Scaled) -> None:
    scaled.follow(1000, requests_of_both_groups())
    scaled.put_metric("AWS/ApplicationELB", "RequestCount", 1500, TargetGroup="blue")
    assert scaled.capacity == 2
    scaled.put_metric("AWS/ApplicationELB", "RequestCount", 1500, TargetGroup="green")
    assert scaled.capacity == 3


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
    broken = scaled._target(1, 2)
    broken.resource_id = "service"
    SCALING.targets[DIMENSION] = {"service": broken, **SCALING.targets[DIMENSION]}
    scaled.limit(3, 6)
    scaled.pass_time(2)
    assert scaled.capacity == 3
    assert caplog.text.count("scaling failed with service") == 1
