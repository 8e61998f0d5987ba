from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from components.scaling import Scaling, ScalingArgs, ScalingRange, requests_label
from tests.unit.mocks import Recording, record

LOAD_BALANCER = (
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web-lb-1/50dc6c495c0c9188"
)
TARGET_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-2/73e2d6bc24d8a067"
LABEL = "app/web-lb-1/50dc6c495c0c9188/targetgroup/web-2/73e2d6bc24d8a067"


@cache
def scaling(label: str | None = LABEL, **given: Any) -> Recording:
    args = ScalingArgs(
        range=ScalingRange(**given), cluster="web-application-dev-web", service="web-1", requests_label=label
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


def test_policies_scale_what_the_target_names():
    recording = scaling()
    [target] = recording.of(aws.appautoscaling.Target)
    for policy in recording.of(aws.appautoscaling.Policy):
        assert policy.inputs["policyType"] == "TargetTrackingScaling"
        assert policy.property_dependencies["resourceId"] == {target.urn}
        assert policy.inputs["resourceId"] == target.inputs["resourceId"]


def test_without_a_load_balancer_requests_are_not_tracked():
    assert [it.name for it in scaling(None).of(aws.appautoscaling.Policy)] == ["web-cpu", "web-memory"]


def test_every_number_is_a_setting():
    recording = scaling(minimum=1, maximum=3, cpu=50, scale_out_cooldown=10, scale_in_cooldown=20)
    assert recording.one(aws.appautoscaling.Target).inputs["maxCapacity"] == 3
    cpu = recording.one(aws.appautoscaling.Policy, "web-cpu").inputs
    configuration = cpu["targetTrackingScalingPolicyConfiguration"]
    assert (configuration["targetValue"], configuration["scaleOutCooldown"]) == (50, 10)
    assert configuration["scaleInCooldown"] == 20


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
