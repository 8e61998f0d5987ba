"""Services and tasks as the API shows them."""

from typing import Any

from emulator.aws.ecs.describe_deployments import count, deployment, moment, platform, task_counts
from emulator.aws.ecs.image import Fault
from emulator.aws.ecs.service import Service
from emulator.aws.ecs.task_run import Interface, Status, TaskRun


def service(one: Service, tasks: list[TaskRun]) -> dict[str, Any]:
    """DescribeServices' view."""
    ongoing = one.ongoing
    shown = [item for item in one.deployments if item.status != "INACTIVE"]
    return {
        **one.settings,
        "serviceArn": one.arn,
        "serviceName": one.name,
        "clusterArn": one.cluster_arn,
        "status": one.status,
        "roleArn": one.settings.get("role"),
        "platformFamily": "Linux",
        **count(tasks),
        "deployments": [deployment(item, one, tasks) for item in shown],
        "events": [
            {"id": item["id"], "createdAt": moment(item["at"]), "message": item["message"]}
            for item in one.events
        ],
        "createdAt": moment(one.created_at),
        "createdBy": f"arn:aws:iam::{one.account}:root",
        "currentServiceDeployment": ongoing.arn if ongoing else None,
        "currentServiceRevisions": [
            {"arn": item.revision_arn, **task_counts(item, one, tasks)} for item in shown
        ],
        "taskSets": [],
        "tags": one.tags,
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
        "platformVersion": platform(one.settings),
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


def _architecture(definition: Any) -> str:
    platform: dict[str, str] = definition.runtime_platform or {}
    return "arm64" if platform.get("cpuArchitecture") == "ARM64" else "x86_64"
