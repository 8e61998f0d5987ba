"""Deployments, service deployments and service revisions as the API shows them."""

from datetime import UTC, datetime
from typing import Any

from emulator.aws.ecs import alarms, breaker
from emulator.aws.ecs.failing import Cause
from emulator.aws.ecs.service import Deployment, Service, State
from emulator.aws.ecs.task_run import Status, TaskRun

# What Fargate's LATEST stands for (AWS Fargate platform versions).
LATEST = "1.4.0"


def moment(seconds: float | None) -> datetime | None:
    """A time of ours as a time of the API's."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def platform(settings: dict[str, Any]) -> str:
    """The platform version that tasks of these settings run on."""
    version = settings.get("platformVersion", "LATEST")
    return LATEST if version == "LATEST" else version


def count(tasks: list[TaskRun]) -> dict[str, int]:
    """How many tasks run and how many start."""
    return {
        "runningCount": sum(task.status is Status.RUNNING for task in tasks),
        "pendingCount": sum(task.is_starting for task in tasks),
    }


def task_counts(one: Deployment, of: Service, tasks: list[TaskRun]) -> dict[str, int]:
    """A service revision's part of the tasks."""
    counts = count([task for task in tasks if task.started_by == one.id])
    return {
        "requestedTaskCount": _desired(one, of),
        "runningTaskCount": counts["runningCount"],
        "pendingTaskCount": counts["pendingCount"],
    }


def _desired(one: Deployment, of: Service) -> int:
    """The number of the service, for its primary deployment and for blue beside it; else none."""
    primary = of.primary
    is_blue = primary is not None and primary.is_shifting and one is primary.replaces
    return of.desired_count if one is primary or is_blue else 0


def deployment(one: Deployment, of: Service, tasks: list[TaskRun]) -> dict[str, Any]:
    """One of DescribeServices' deployments."""
    return {
        **one.settings,
        "id": one.id,
        "status": one.status,
        "desiredCount": _desired(one, of),
        **count([task for task in tasks if task.started_by == one.id]),
        "failedTasks": one.failed_tasks,
        "createdAt": moment(one.created_at),
        "updatedAt": moment(one.updated_at),
        "platformVersion": platform(one.settings),
        "platformFamily": "Linux",
        "rolloutState": _rollout(one),
        "rolloutStateReason": _rollout_reason(one),
    }


def _rollout(one: Deployment) -> str:
    if one.has_failed:
        return "FAILED"
    return "COMPLETED" if one.state is State.SUCCESSFUL else "IN_PROGRESS"


def _rollout_reason(one: Deployment) -> str:
    if one.failure:
        return one.failure.rollout_reason
    back = one.takes_back
    if back and back.failure and one.state is State.IN_PROGRESS:
        by = "circuit breaker" if back.failure.cause is Cause.BREAKER else "failed"
        return f"ECS deployment {by}: rolling back to deploymentId {one.id}."
    return f"ECS deployment {one.id} {'completed' if one.state is State.SUCCESSFUL else 'in progress'}."


def service_deployment(one: Deployment, of: Service, tasks: list[TaskRun]) -> dict[str, Any]:
    """DescribeServiceDeployments' view."""
    sources = [it for it in of.deployments if it.revision_arn in one.sources]
    return {
        **service_deployment_brief(one, of),
        "updatedAt": moment(one.updated_at),
        "stoppedAt": moment(one.finished_at) if one.state is State.STOPPED else None,
        "rollback": _rollback(one, of),
        "sourceServiceRevisions": [
            {"arn": it.revision_arn, **task_counts(it, of, tasks), **_weights(one, is_target=False)}
            for it in sources
        ],
        "targetServiceRevision": {
            "arn": one.revision_arn,
            **task_counts(one, of, tasks),
            **_weights(one, is_target=True),
        },
        "lifecycleStage": one.progress.stage if one.progress else None,
        "deploymentConfiguration": one.configuration,
        "deploymentCircuitBreaker": _breaker(one, of),
        "alarms": _alarms(one),
    }


def service_deployment_brief(one: Deployment, of: Service) -> dict[str, Any]:
    """ListServiceDeployments' view."""
    return {
        "serviceDeploymentArn": one.arn,
        "serviceArn": of.arn,
        "clusterArn": of.cluster_arn,
        "createdAt": moment(one.created_at),
        "startedAt": moment(one.created_at),
        "finishedAt": moment(one.finished_at),
        "targetServiceRevisionArn": one.revision_arn,
        "status": one.state,
        "statusReason": one.status_reason or None,
    }


def service_revision(one: Deployment, of: Service, definition: Any) -> dict[str, Any]:
    """DescribeServiceRevisions' view."""
    images = [
        {"containerName": item["name"], "image": item["image"]} for item in definition.container_definitions
    ]
    resolved = [
        {
            "targetGroupArn": item["targetGroupArn"],
            "productionListenerRule": item.get("advancedConfiguration", {}).get("productionListenerRule"),
        }
        for item in one.balancers or []
        if "targetGroupArn" in item
    ]
    return {
        **one.settings,
        "serviceRevisionArn": one.revision_arn,
        "serviceArn": of.arn,
        "clusterArn": of.cluster_arn,
        "platformVersion": platform(one.settings),
        "platformFamily": "Linux",
        "containerImages": images,
        "resolvedConfiguration": {"loadBalancers": resolved},
        "createdAt": moment(one.created_at),
    }


def _weights(one: Deployment, *, is_target: bool) -> dict[str, float]:
    """The shares of the traffic that one side is to have; a rolling update shifts none."""
    if one.progress is None:
        return {}
    shares = {
        "requestedTestTrafficWeight": one.progress.test,
        "requestedProductionTrafficWeight": one.progress.production,
    }
    return shares if is_target else {name: 100.0 - share for name, share in shares.items()}


def _breaker(one: Deployment, of: Service) -> dict[str, Any]:
    wanted = breaker.settings(one)
    if not wanted.get("enable"):
        return {"status": "DISABLED"}
    return {
        "status": _monitoring(one, Cause.BREAKER),
        "failureCount": one.failed_tasks,
        "threshold": breaker.threshold(of.desired_count, wanted.get("thresholdConfiguration")),
    }


def _alarms(one: Deployment) -> dict[str, Any]:
    wanted = alarms.settings(one)
    if not wanted or not one.watches_alarms:
        return {"status": "DISABLED", "alarmNames": wanted.get("alarmNames", [])}
    return {
        "status": _monitoring(one, Cause.ALARM),
        "alarmNames": wanted["alarmNames"],
        "triggeredAlarmNames": list(one.failure.alarms) if one.failure else [],
    }


def _monitoring(one: Deployment, cause: Cause) -> str:
    if one.failure and one.failure.cause is cause:
        return "TRIGGERED"
    return "MONITORING" if one.state is State.IN_PROGRESS else "MONITORING_COMPLETE"


def _rollback(one: Deployment, of: Service) -> dict[str, Any] | None:
    if one.failure is None or one.rolled_back_at is None:
        return None
    takes = next((item for item in of.deployments if item.takes_back is one), None)
    target = one.replaces if one.shifts_traffic else takes
    return {
        "reason": one.failure.status_reason,
        "startedAt": moment(one.rolled_back_at),
        "serviceRevisionArn": target.revision_arn if target else None,
    }
