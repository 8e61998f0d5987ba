"""Auto-scaling of a service as a plain client sets it up and sees it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.aws.test_aws_ecs_services import definition, is_steady, shown

Clients = Callable[[str], Any]


@pytest.fixture
def target(client: Clients, network: Any, unique: str, wait_for: Any) -> dict[str, str]:
    """A service of two tasks that may have two to six, as a scalable target."""
    ecs = client("ecs")
    ecs.create_cluster(clusterName=unique)
    ecs.register_task_definition(**definition(unique))
    ecs.create_service(
        cluster=unique,
        serviceName="web",
        taskDefinition=unique,
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network.subnets}},
    )
    wait_for(lambda: is_steady(ecs, unique))
    place = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{unique}/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    client("application-autoscaling").register_scalable_target(**place, MinCapacity=2, MaxCapacity=6)
    return place


def put_cpu(client: Clients, cluster: str, value: float) -> None:
    dimensions = [{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": "web"}]
    datum = {"MetricName": "CPUUtilization", "Dimensions": dimensions, "Value": value, "Unit": "Percent"}
    client("cloudwatch").put_metric_data(Namespace="AWS/ECS", MetricData=[datum])


def follow_cpu(client: Clients, target: dict[str, str], **more: Any) -> dict[str, Any]:
    return client("application-autoscaling").put_scaling_policy(
        **target,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 60.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            **more,
        },
    )


def test_a_metric_scales_the_service_and_the_activity_tells_why(
    client: Clients, target: dict[str, str], unique: str, wait_for: Any
) -> None:
    ecs, scaling = client("ecs"), client("application-autoscaling")
    policy = follow_cpu(client, target)
    put_cpu(client, unique, 110)
    wait_for(lambda: shown(ecs, unique)["desiredCount"] == 4)
    wait_for(lambda: is_steady(ecs, unique) and shown(ecs, unique)["runningCount"] == 4)
    high = policy["Alarms"][0]["AlarmName"]
    alarm = client("cloudwatch").describe_alarms(AlarmNames=[high])["MetricAlarms"][0]
    assert (alarm["StateValue"], alarm["Threshold"]) == ("ALARM", 60.0)

    def done() -> Any:
        found = scaling.describe_scaling_activities(**target)["ScalingActivities"]
        return found if found[0]["StatusCode"] == "Successful" else None

    activity = wait_for(done)[0]
    assert activity["Description"] == "Setting desired count to 4."
    assert activity["Cause"] == f"monitor alarm {high} in state ALARM triggered policy cpu"
    assert activity["EndTime"] >= activity["StartTime"]
    put_cpu(client, unique, 5)
    wait_for(lambda: shown(ecs, unique)["desiredCount"] == 2)
    deployments = ecs.list_service_deployments(cluster=unique, service="web")["serviceDeployments"]
    assert len(deployments) == 1


def test_the_two_alarms_of_a_policy_watch_its_own_metric_and_follow_its_target(
    client: Clients, target: dict[str, str], unique: str
) -> None:
    names = [it["AlarmName"] for it in follow_cpu(client, target)["Alarms"]]
    assert [it["AlarmName"] for it in follow_cpu(client, target, TargetValue=50.0)["Alarms"]] == names
    found = client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    seen = {it["AlarmName"]: it for it in found}
    high, low = seen[names[0]], seen[names[1]]
    assert (high["Threshold"], high["ComparisonOperator"], high["EvaluationPeriods"]) == (
        50.0,
        "GreaterThanThreshold",
        3,
    )
    assert (low["Threshold"], low["ComparisonOperator"], low["EvaluationPeriods"]) == (
        45.0,
        "LessThanThreshold",
        15,
    )
    assert {it["Name"]: it["Value"] for it in high["Dimensions"]} == {
        "ClusterName": unique,
        "ServiceName": "web",
    }


def test_a_scheduled_action_changes_the_limits_at_its_time(
    client: Clients, target: dict[str, str], unique: str, wait_for: Any
) -> None:
    scaling = client("application-autoscaling")
    soon = datetime.now(UTC) + timedelta(seconds=2)
    scaling.put_scheduled_action(
        **target,
        ScheduledActionName="soon",
        Schedule=f"at({soon:%Y-%m-%dT%H:%M:%S})",
        ScalableTargetAction={"MinCapacity": 3, "MaxCapacity": 4},
    )
    wait_for(lambda: shown(client("ecs"), unique)["desiredCount"] == 3)
    seen = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[target["ResourceId"]])
    limits = seen["ScalableTargets"][0]
    assert (limits["MinCapacity"], limits["MaxCapacity"]) == (3, 4)


def test_a_predictive_policy_is_kept_and_shown_and_has_no_forecast(
    client: Clients, target: dict[str, str]
) -> None:
    scaling = client("application-autoscaling")

    def put(value: float) -> str:
        return scaling.put_scaling_policy(
            **target,
            PolicyName="forecast",
            PolicyType="PredictiveScaling",
            PredictiveScalingPolicyConfiguration={
                "Mode": "ForecastAndScale",
                "MetricSpecifications": [
                    {
                        "TargetValue": value,
                        "PredefinedMetricPairSpecification": {
                            "PredefinedMetricType": "ECSServiceCPUUtilization"
                        },
                    }
                ],
            },
        )["PolicyARN"]

    assert put(60.0) == put(50.0)
    found = scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=target["ResourceId"])
    policy = found["ScalingPolicies"][0]
    assert policy["PolicyType"] == "PredictiveScaling"
    configuration = policy["PredictiveScalingPolicyConfiguration"]
    assert configuration["Mode"] == "ForecastAndScale"
    assert configuration["MetricSpecifications"][0]["TargetValue"] == 50.0
    with pytest.raises(ClientError, match="has no application-autoscaling GetPredictiveScalingForecast"):
        scaling.get_predictive_scaling_forecast(**target, PolicyName="forecast", StartTime=0, EndTime=1)
    with pytest.raises(ClientError, match="type of a scaling policy can't be changed"):
        scaling.put_scaling_policy(
            **target,
            PolicyName="forecast",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 1.0},
        )
    scaling.delete_scaling_policy(**target, PolicyName="forecast")
    assert (
        scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=target["ResourceId"])[
            "ScalingPolicies"
        ]
        == []
    )


def predefined(kind: str, **more: str) -> dict[str, Any]:
    return {"PredefinedMetricSpecification": {"PredefinedMetricType": kind, **more}}


def math(expression: str) -> dict[str, Any]:
    metric = {"Namespace": "Test", "MetricName": "m", "Dimensions": []}
    queries = [
        {"Id": "a", "MetricStat": {"Metric": metric, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "e", "Expression": expression, "ReturnData": True},
    ]
    return {"CustomizedMetricSpecification": {"Metrics": queries}}


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        ({}, "You must specify either"),
        (predefined("DynamoDBReadCapacityUtilization"), "isn't supported for the namespace ecs"),
        (predefined("ALBRequestCountPerTarget"), "wants a ResourceLabel"),
        (predefined("ALBRequestCountPerTarget", ResourceLabel="web"), "wants a ResourceLabel"),
        (math("ANOMALY_DETECTION_BAND(a)"), "can't be computed here"),
        (math("a + b"), "names b, which isn't there"),
    ],
)
def test_a_metric_that_cannot_be_tracked_is_refused(
    client: Clients, target: dict[str, str], metric: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ClientError, match=reason) as caught:
        client("application-autoscaling").put_scaling_policy(
            **target,
            PolicyName="x",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={"TargetValue": 1.0, **metric},
        )
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_change_to_a_metric_that_cannot_be_tracked_leaves_the_policy_as_it_was(
    client: Clients, target: dict[str, str]
) -> None:
    follow_cpu(client, target)
    with pytest.raises(ClientError, match="wants a ResourceLabel"):
        follow_cpu(client, target, **predefined("ALBRequestCountPerTarget"))
    found = client("application-autoscaling").describe_scaling_policies(
        ServiceNamespace="ecs", ResourceId=target["ResourceId"]
    )["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"]
    assert found["PredefinedMetricSpecification"]["PredefinedMetricType"] == "ECSServiceAverageCPUUtilization"


@pytest.mark.parametrize("schedule", ["every night", "cron(0 8 L * ? *)", "rate(0 days)"])
def test_a_schedule_that_is_not_understood_is_refused(
    client: Clients, target: dict[str, str], schedule: str
) -> None:
    with pytest.raises(ClientError, match="The schedule is invalid"):
        client("application-autoscaling").put_scheduled_action(
            **target, ScheduledActionName="x", Schedule=schedule, ScalableTargetAction={"MinCapacity": 1}
        )


def test_policies_and_schedules_want_a_scalable_target(client: Clients, target: dict[str, str]) -> None:
    scaling = client("application-autoscaling")
    scaling.deregister_scalable_target(**target)
    with pytest.raises(ClientError, match="No scalable target registered"):
        follow_cpu(client, target)
    with pytest.raises(ClientError, match="No scalable target registered"):
        scaling.put_scheduled_action(**target, ScheduledActionName="x", Schedule="rate(1 day)")
