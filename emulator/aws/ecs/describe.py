"""Services, deployments and tasks as the API shows them."""

from datetime import UTC, datetime
from typing import Any

from emulator.aws.ecs.breaker import threshold
from emulator.aws.ecs.image import Fault
from emulator.aws.ecs.service import Deployment, Service, State
from emulator.aws.ecs.task_run import Interface, Status, TaskRun

# What Fargate's LATEST stands for (AWS Fargate platform versions).
LATEST = "1.4.0"


def moment(seconds: float | None) -> datetime | None:
    """A time of ours as a time of the API's."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def service(one: Service, tasks: list[TaskRun]) -> dict[str, Any]:
    """DescribeServices' view."""
    primary = one.primary
    shown = [item for item in one.deployments if item.status != "INACTIVE"]
    return {
        **one.settings,
        "serviceArn": one.arn,
        "serviceName": one.name,
        "clusterArn": one.cluster_arn,
        "status": one.status,
        "roleArn": one.settings.get("role"),
        "platformFamily": "Linux",
        "runningCount": _count(tasks)["runningCount"],
        "pendingCount": _count(tasks)["pendingCount"],
        "deployments": [deployment(item, one, tasks) for item in shown],
        "events": [
            {"id": f"{index}-{one.name}", "createdAt": moment(item["at"]), "message": item["message"]}
            for index, item in zip(range(len(one.events), 0, -1), one.events, strict=True)
        ],
        "createdAt": moment(one.created_at),
        "createdBy": f"arn:aws:iam::{one.account}:root",
        "currentServiceDeployment": primary.arn if primary and primary.state == "IN_PROGRESS" else None,
        "currentServiceRevisions": [
            {"arn": item.revision_arn, **_task_counts(item, one, tasks)} for item in shown
        ],
        "taskSets": [],
        "tags": one.tags,
    }


def deployment(one: Deployment, of: Service, tasks: list[TaskRun]) -> dict[str, Any]:
    """One of DescribeServices' deployments."""
    is_primary = one.status == "PRIMARY"
    return {
        **one.settings,
        "id": one.id,
        "status": one.status,
        "desiredCount": of.desired_count if is_primary else 0,
        **_count([task for task in tasks if task.started_by == one.id]),
        "failedTasks": one.failed_tasks,
        "createdAt": moment(one.created_at),
        "updatedAt": moment(one.updated_at),
        "platformVersion": _platform(one.settings),
        "platformFamily": "Linux",
        "rolloutState": _rollout(one),
        "rolloutStateReason": _rollout_reason(one),
    }


def _rollout(one: Deployment) -> str:
    if one.has_failed:
        return "FAILED"
    return "COMPLETED" if one.state is State.SUCCESSFUL else "IN_PROGRESS"


def _rollout_reason(one: Deployment) -> str:
    if one.has_failed:
        return f"ECS deployment circuit breaker: {one.reason}."
    if one.takes_back and one.state is State.IN_PROGRESS:
        return f"ECS deployment circuit breaker: rolling back to deploymentId {one.id}."
    return f"ECS deployment {one.id} {'completed' if one.state is State.SUCCESSFUL else 'in progress'}."


def service_deployment(one: Deployment, of: Service, tasks: list[TaskRun]) -> dict[str, Any]:
    """DescribeServiceDeployments' view."""
    counts = _task_counts(one, of, tasks)
    return {
        **service_deployment_brief(one, of),
        "updatedAt": moment(one.updated_at),
        "stoppedAt": moment(one.finished_at) if one.state is State.STOPPED else None,
        "statusReason": f"Circuit breaker: {one.reason}." if one.has_failed else None,
        "rollback": _rollback(one, of),
        "sourceServiceRevisions": [{"arn": arn} for arn in one.sources],
        "targetServiceRevision": {"arn": one.revision_arn, **counts},
        "deploymentConfiguration": of.settings["deploymentConfiguration"],
        "deploymentCircuitBreaker": _breaker(one, of),
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
    }


def service_revision(one: Deployment, of: Service, definition: Any) -> dict[str, Any]:
    """DescribeServiceRevisions' view."""
    images = [
        {"containerName": item["name"], "image": item["image"]} for item in definition.container_definitions
    ]
    return {
        **one.settings,
        "serviceRevisionArn": one.revision_arn,
        "serviceArn": of.arn,
        "clusterArn": of.cluster_arn,
        "platformVersion": _platform(one.settings),
        "platformFamily": "Linux",
        "containerImages": images,
        "createdAt": moment(one.created_at),
    }


def task(one: TaskRun) -> dict[str, Any]:
    """DescribeTasks' view."""
    definition = one.definition
    return {
        "taskArn": one.arn,
        "clusterArn": one.cluster_arn,
        "taskDefinitionArn": definition.arn,
        "attachments": [_attachment(one.interface, one.status)] if one.interface else [],
        "attributes": [{"name": "ecs.cpu-architecture", "value": _architecture(definition)}],
        "availabilityZone": one.zone or None,
        "capacityProviderName": one.capacity_provider,
        "launchType": one.settings.get("launchType", "FARGATE"),
        "connectivity": "CONNECTED" if Status.PENDING in one.entered else None,
        "containers": _containers(one),
        "cpu": definition.cpu,
        "memory": definition.memory,
        "lastStatus": one.status,
        "desiredStatus": one.desired_status,
        "enableExecuteCommand": one.settings.get("enableExecuteCommand", False),
        "group": one.group,
        "healthStatus": _health(one),
        "overrides": one.settings.get(
            "overrides", {"containerOverrides": [], "inferenceAcceleratorOverrides": []}
        ),
        "platformVersion": _platform(one.settings),
        "platformFamily": "Linux",
        "ephemeralStorage": definition.ephemeral_storage or {"sizeInGiB": 20},
        "createdAt": moment(one.created_at),
        "pullStartedAt": moment(one.entered.get(Status.PENDING)),
        "pullStoppedAt": moment(one.entered.get(Status.ACTIVATING)),
        "startedAt": moment(one.entered.get(Status.RUNNING)),
        "startedBy": one.started_by or None,
        "stoppingAt": moment(one.entered.get(Status.DEACTIVATING, one.entered.get(Status.STOPPING))),
        "executionStoppedAt": moment(one.entered.get(Status.DEPROVISIONING)),
        "stoppedAt": moment(one.entered.get(Status.STOPPED)),
        "stopCode": one.stop_code or None,
        "stoppedReason": one.stopped_reason or None,
        "tags": one.tags,
        "version": len(one.entered),
    }


def _health(one: TaskRun) -> str:
    health = {item["healthStatus"] for item in _containers(one)}
    return "UNHEALTHY" if "UNHEALTHY" in health else "HEALTHY" if health == {"HEALTHY"} else "UNKNOWN"


def _containers(one: TaskRun) -> list[dict[str, Any]]:
    """The task's containers; one without a health check has no known health."""
    interfaces: list[dict[str, str]] = []
    if one.interface:
        interfaces = [{"attachmentId": one.interface.attachment, "privateIpv4Address": one.interface.address}]
    return [
        {
            "containerArn": f"{one.arn.replace(':task/', ':container/')}/{item['name']}",
            "taskArn": one.arn,
            "name": item["name"],
            "image": item["image"],
            "runtimeId": f"{one.id}-{index}",
            "lastStatus": _container_status(one),
            "exitCode": _exit_code(one, item["name"]),
            "reason": _container_reason(one, item["name"]),
            "networkBindings": [],
            "networkInterfaces": interfaces,
            "healthStatus": _container_health(one, item),
            "cpu": str(item.get("cpu", 0)),
            "memory": str(item["memory"]) if "memory" in item else None,
            "memoryReservation": str(item["memoryReservation"]) if "memoryReservation" in item else None,
        }
        for index, item in enumerate(one.definition.container_definitions)
    ]


def _container_status(one: TaskRun) -> str:
    return "PENDING" if one.is_starting else "STOPPED" if _has_ended(one) else "RUNNING"


def _exit_code(one: TaskRun, container: str) -> int | None:
    """None for one that never started; the others end with 0 when they are told to."""
    if not _has_ended(one) or Status.ACTIVATING not in one.entered:
        return None
    return one.ended.exit_code or 0 if one.ended and one.ended.container == container else 0


def _container_reason(one: TaskRun, container: str) -> str | None:
    pulled = one.ended is None or one.ended.container != container or one.ended.fault is not Fault.MISSING
    return None if pulled or one.ended is None else one.ended.reason


def _container_health(one: TaskRun, item: dict[str, Any]) -> str:
    if "healthCheck" not in item:
        return "UNKNOWN"
    if one.ended and one.ended.container == item["name"] and one.ended.fault is Fault.UNHEALTHY:
        return "UNHEALTHY"
    return "HEALTHY" if _container_status(one) == "RUNNING" else "UNKNOWN"


def _attachment(interface: Interface, status: Status) -> dict[str, Any]:
    details = {
        "subnetId": interface.subnet,
        "networkInterfaceId": interface.id,
        "macAddress": interface.mac,
        "privateDnsName": interface.dns_name,
        "privateIPv4Address": interface.address,
    }
    return {
        "id": interface.attachment,
        "type": "ElasticNetworkInterface",
        "status": "DELETED" if status is Status.STOPPED else "ATTACHED",
        "details": [{"name": name, "value": value} for name, value in details.items()],
    }


def _has_ended(one: TaskRun) -> bool:
    return one.status in (Status.DEPROVISIONING, Status.STOPPED)


def _count(tasks: list[TaskRun]) -> dict[str, int]:
    return {
        "runningCount": sum(task.status is Status.RUNNING for task in tasks),
        "pendingCount": sum(task.is_starting for task in tasks),
    }


def _task_counts(one: Deployment, of: Service, tasks: list[TaskRun]) -> dict[str, int]:
    counts = _count([task for task in tasks if task.started_by == one.id])
    return {
        "requestedTaskCount": of.desired_count if one.status == "PRIMARY" else 0,
        "runningTaskCount": counts["runningCount"],
        "pendingTaskCount": counts["pendingCount"],
    }


def _breaker(one: Deployment, of: Service) -> dict[str, Any]:
    wanted = of.settings["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    if not wanted.get("enable"):
        return {"status": "DISABLED"}
    ended = "TRIGGERED" if one.has_failed else "MONITORING_COMPLETE"
    return {
        "status": "MONITORING" if one.state is State.IN_PROGRESS else ended,
        "failureCount": one.failed_tasks,
        "threshold": threshold(of.desired_count),
    }


def _rollback(one: Deployment, of: Service) -> dict[str, Any] | None:
    back = next((item for item in of.deployments if item.takes_back is one), None)
    if back is None:
        return None
    return {
        "reason": f"Service deployment rolled back because of the circuit breaker: {one.reason}.",
        "startedAt": moment(one.rolled_back_at),
        "serviceRevisionArn": back.revision_arn,
    }


def _platform(settings: dict[str, Any]) -> str:
    version = settings.get("platformVersion", "LATEST")
    return LATEST if version == "LATEST" else version


def _architecture(definition: Any) -> str:
    platform: dict[str, str] = definition.runtime_platform or {}
    return "arm64" if platform.get("cpuArchitecture") == "ARM64" else "x86_64"
