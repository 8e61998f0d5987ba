from dataclasses import replace
from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from components.scaling import Requests, Scaling, ScalingArgs, ScalingRange, requests_label
from components.schedules import Schedule
from tests.unit.mocks import Recording, record

LOAD_BALANCER = (
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web-lb-1/50dc6c495c0c9188"
)
TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-2/73e2d6bc24d8a067"
LABEL = "app/web-lb-1/50dc6c495c0c9188/targetgroup/web-2/73e2d6bc24d8a067"


ALTERNATE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-green-3/0123456789abcdef"
REQUESTS = Requests(load_balancer_arn=LOAD_BALANCER, target_group_arn=TARGET_GROUP)


@cache
def scaling(requests: Requests | None = REQUESTS, **given: Any) -> Recording:
    args = ScalingArgs(
        range=ScalingRange(**given), cluster="web-application-dev-web", service="web-1", requests=requests
    )
    return record(lambda: Scaling("web", args).urn)


def test_a_service_scales_between_two_and_ten_tasks():
    assert scaling().one(aws.appautoscaling.Target).inputs == {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": "service/web-application-dev-web/web-1",
        "minCapacity": 2,
        "maxCapacity": 10,
    }


def test_it_tracks_cpu_memory_and_requests():
    configurations = {
        it.name: it.inputs["targetTrackingScalingPolicyConfiguration"]
        for it in scaling().of(aws.appautoscaling.Policy)
    }
    cooldowns = {"scaleOutCooldown": 60, "scaleInCooldown": 300}
    metric = "predefinedMetricSpecification"
    assert configurations == {
        "web-cpu": {
            metric: {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
            "targetValue": 60,
            **cooldowns,
        },
        "web-memory": {
            metric: {"predefinedMetricType": "ECSServiceAverageMemoryUtilization"},
            "targetValue": 70,
            **cooldowns,
        },
        "web-requests": {
            metric: {"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": LABEL},
            "targetValue": 1000,
            **cooldowns,
        },
    }


def test_of_two_target_groups_each_adds_tasks_and_none_keeps_the_other_from_letting_some_go():
    recording = scaling(replace(REQUESTS, alternate_target_group_arn=ALTERNATE))
    groups = {"web-requests": "targetgroup/web-2/73e2d6bc24d8a067"}
    groups["web-requests-green"] = "targetgroup/web-green-3/0123456789abcdef"
    for name, group in groups.items():
        policy = recording.one(aws.appautoscaling.Policy, name).inputs
        configuration = policy["targetTrackingScalingPolicyConfiguration"]
        assert configuration["disableScaleIn"] is True
        metric = configuration["predefinedMetricSpecification"]
        assert metric["resourceLabel"] == f"app/web-lb-1/50dc6c495c0c9188/{group}"
    for name in ("web-cpu", "web-memory"):
        policy = recording.one(aws.appautoscaling.Policy, name).inputs
        assert "disableScaleIn" not in policy["targetTrackingScalingPolicyConfiguration"]


def test_policies_scale_what_the_target_names():
    recording = scaling()
    [target] = recording.of(aws.appautoscaling.Target)
    for policy in recording.of(aws.appautoscaling.Policy):
        assert policy.inputs["policyType"] == "TargetTrackingScaling"
        assert policy.property_dependencies["resourceId"] == {target.urn}
        assert policy.inputs["resourceId"] == target.inputs["resourceId"]


def test_without_a_load_balancer_requests_are_not_tracked():
    assert [it.name for it in scaling(requests=None).of(aws.appautoscaling.Policy)] == [
        "web-cpu",
        "web-memory",
    ]


def test_every_number_is_a_setting():
    recording = scaling(minimum=1, maximum=3, cpu=50, scale_out_cooldown=10, scale_in_cooldown=20)
    assert recording.one(aws.appautoscaling.Target).inputs["maxCapacity"] == 3
    cpu = recording.one(aws.appautoscaling.Policy, "web-cpu").inputs
    configuration = cpu["targetTrackingScalingPolicyConfiguration"]
    assert (configuration["targetValue"], configuration["scaleOutCooldown"]) == (50, 10)
    assert configuration["scaleInCooldown"] == 20


MORNING = Schedule(name="morning", schedule="cron(0 8 ? * MON-FRI *)", timezone="Europe/Berlin", minimum=4)
EVENING = Schedule(name="evening", schedule="cron(0 20 ? * * *)", minimum=1, maximum=4)


def test_schedules_change_the_range_each_at_its_time():
    recording = scaling(schedules=(MORNING, EVENING))
    [target] = recording.of(aws.appautoscaling.Target)
    actions = {it.name: it.inputs for it in recording.of(aws.appautoscaling.ScheduledAction)}
    assert {name: it["scalableTargetAction"] for name, it in actions.items()} == {
        "web-morning": {"minCapacity": 4},
        "web-evening": {"minCapacity": 1, "maxCapacity": 4},
    }
    assert actions["web-morning"]["schedule"] == "cron(0 8 ? * MON-FRI *)"
    assert actions["web-morning"]["timezone"] == "Europe/Berlin"
    assert all(it["resourceId"] == target.inputs["resourceId"] for it in actions.values())


@pytest.mark.parametrize(
    ("schedules", "ignored"),
    [((), ()), ((MORNING,), ("minCapacity",)), ((MORNING, EVENING), ("minCapacity", "maxCapacity"))],
)
def test_no_up_pulls_back_what_a_schedule_has_changed(
    schedules: tuple[Schedule, ...], ignored: tuple[str, ...]
):
    assert scaling(schedules=schedules).one(aws.appautoscaling.Target).ignore_changes == ignored


def test_nothing_is_forecast_unless_it_is_asked_for():
    kinds = {it.inputs["policyType"] for it in scaling().of(aws.appautoscaling.Policy)}
    assert kinds == {"TargetTrackingScaling"}


@pytest.mark.parametrize(
    ("predictive", "mode"), [("forecast", "ForecastOnly"), ("scale", "ForecastAndScale")]
)
def test_a_forecast_is_of_the_cpu_that_the_service_holds(predictive: str, mode: str):
    policy = scaling(predictive=predictive, cpu=50).one(aws.appautoscaling.Policy, "web-predictive").inputs
    assert policy["policyType"] == "PredictiveScaling"
    assert policy["predictiveScalingPolicyConfiguration"] == {
        "mode": mode,
        "schedulingBufferTime": 300,
        "maxCapacityBreachBehavior": "HonorMaxCapacity",
        "metricSpecifications": [
            {
                "targetValue": "50",
                "predefinedMetricPairSpecification": {"predefinedMetricType": "ECSServiceCPUUtilization"},
            }
        ],
    }


def test_the_fewest_tasks_are_those_of_any_time():
    assert ScalingRange(schedules=(MORNING, EVENING)).minima == (1, 2, 4)


@pytest.mark.parametrize(
    ("schedules", "message"),
    [
        ((MORNING, MORNING), "scaling.schedules: 'morning' names two; rename one"),
        (
            (Schedule(name="night", schedule="rate(1 day)", maximum=1),),
            r"scaling.schedules\[night\].minimum: 2 is above the maximum of 1 at that time",
        ),
        (
            (Schedule(name="sale", schedule="rate(1 day)", minimum=11),),
            r"scaling.schedules\[sale\].minimum: 11 is above the maximum of 10 at that time",
        ),
    ],
)
def test_schedules_that_can_not_work_together_are_refused(schedules: tuple[Schedule, ...], message: str):
    with pytest.raises(ValueError, match=message):
        ScalingRange(schedules=schedules)


def test_the_requests_label_joins_the_ends_of_two_arns():
    assert requests_label(LOAD_BALANCER, TARGET_GROUP) == LABEL


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"minimum": 0}, "scaling.minimum: 0 has to be 1 or more"),
        ({"minimum": 5, "maximum": 4}, r"scaling.minimum: 5 is above scaling.maximum \(4\)"),
        ({"cpu": 0}, "scaling.cpu: 0 has to be a percentage"),
        ({"memory": 101}, "scaling.memory: 101 has to be a percentage"),
        ({"requests": 0}, "scaling.requests: 0 has to be 1 a minute or more"),
        ({"scale_out_cooldown": -1}, "scaling.scale_out_cooldown: -1 has to be 0 to 3600 seconds"),
        ({"scale_in_cooldown": 3601}, "scaling.scale_in_cooldown: 3601 has to be 0 to 3600 seconds"),
    ],
)
def test_a_range_that_can_not_work_is_refused(given: dict[str, int], message: str):
    with pytest.raises(ValueError, match=message):
        ScalingRange(**given)
