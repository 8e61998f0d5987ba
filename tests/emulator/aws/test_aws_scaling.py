"""Target tracking moves a service's desired count, under a clock that the test moves."""

from typing import Any

import pytest

from emulator.aws.ecs.service import State
from tests.emulator.aws.scaling_world import CLOUDWATCH, CPU, MEMORY, Scaled
from tests.emulator.aws.world import TIMING


@pytest.fixture
def scaled() -> Scaled:
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
