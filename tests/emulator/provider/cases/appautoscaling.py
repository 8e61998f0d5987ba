"""Application Auto Scaling."""

from typing import Any

from tests.emulator.provider.cases.ecs import cluster, service
from tests.emulator.provider.harness import Case, Made, World


def target_inputs(world: World) -> dict[str, Any]:
    return {
        "serviceNamespace": "ecs",
        "resourceId": f"service/{cluster(world).outputs['name']}/{service(world).outputs['name']}",
        "scalableDimension": "ecs:service:DesiredCount",
        "minCapacity": 2,
        "maxCapacity": 10,
    }


def where(world: World) -> dict[str, Any]:
    """Of a target that exists."""
    inputs = target_inputs(world)
    made: Made = world.make("aws:appautoscaling/target:Target", "target", inputs)
    return {k: made.outputs[k] for k in ("serviceNamespace", "resourceId", "scalableDimension")}


CASES = (
    Case(
        token="aws:appautoscaling/target:Target",
        inputs=target_inputs,
        update={
            "minCapacity": 1,
            "maxCapacity": 4,
            "suspendedState": {"dynamicScalingInSuspended": True},
            "tags": {"Name": "other"},
        },
        replace={"resourceId": "service/another/another"},
    ),
    Case(
        token="aws:appautoscaling/policy:Policy",
        inputs=lambda w: {
            **where(w),
            "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": {
                "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
                "targetValue": 60,
                "scaleInCooldown": 300,
                "scaleOutCooldown": 60,
            },
        },
        update={
            "targetTrackingScalingPolicyConfiguration": {
                "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
                "targetValue": 62.5,
            }
        },
        replace={"name": "another"},
    ),
    Case(
        token="aws:appautoscaling/scheduledAction:ScheduledAction",
        inputs=lambda w: {
            **where(w),
            "schedule": "cron(0 8 * * ? *)",
            "timezone": "Europe/Berlin",
            "scalableTargetAction": {"minCapacity": 4, "maxCapacity": 10},
        },
        update={
            "schedule": "cron(0 9 * * ? *)",
            "scalableTargetAction": {"minCapacity": 1, "maxCapacity": 2},
            "timezone": "UTC",
        },
        replace={"name": "another"},
    ),
)
