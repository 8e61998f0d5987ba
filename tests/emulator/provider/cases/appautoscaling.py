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


def predictive(target: str) -> dict[str, Any]:
    pair = {"predefinedMetricType": "ECSServiceCPUUtilization"}
    return {"metricSpecifications": [{"targetValue": target, "predefinedMetricPairSpecification": pair}]}


def of_both_groups() -> list[dict[str, Any]]:
    """The requests of two target groups, by metric math."""

    def requests(name: str) -> dict[str, Any]:
        metric = {
            "namespace": "AWS/ApplicationELB",
            "metricName": "RequestCount",
            "dimensions": [{"name": "TargetGroup", "value": f"targetgroup/{name}/1"}],
        }
        return {"id": name, "returnData": False, "metricStat": {"metric": metric, "stat": "Sum"}}

    total = {"id": "total", "expression": "FILL(blue, 0) + FILL(green, 0)", "returnData": True}
    return [requests("blue"), requests("green"), total]


def stepping(tasks: int) -> dict[str, Any]:
    steps = [
        {"metricIntervalLowerBound": "0", "metricIntervalUpperBound": "20", "scalingAdjustment": tasks},
        {"metricIntervalLowerBound": "20", "scalingAdjustment": tasks + 1},
    ]
    return {"adjustmentType": "ChangeInCapacity", "cooldown": 60, "stepAdjustments": steps}


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
        token="aws:appautoscaling/policy:Policy",
        inputs=lambda w: {
            **where(w),
            "policyType": "PredictiveScaling",
            "predictiveScalingPolicyConfiguration": predictive("60"),
        },
        update={"predictiveScalingPolicyConfiguration": {**predictive("50"), "mode": "ForecastAndScale"}},
        replace={"name": "another"},
    ),
    Case(
        token="aws:appautoscaling/policy:Policy",
        inputs=lambda w: {
            **where(w),
            "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": {
                "customizedMetricSpecification": {"metrics": of_both_groups()},
                "targetValue": 1000,
            },
        },
        update={
            "targetTrackingScalingPolicyConfiguration": {
                "customizedMetricSpecification": {"metrics": of_both_groups()},
                "targetValue": 900,
                "disableScaleIn": True,
            }
        },
        replace={"name": "another"},
    ),
    Case(
        token="aws:appautoscaling/policy:Policy",
        inputs=lambda w: {
            **where(w),
            "policyType": "StepScaling",
            "stepScalingPolicyConfiguration": stepping(1),
        },
        update={"stepScalingPolicyConfiguration": stepping(2)},
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
