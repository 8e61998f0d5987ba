"""What RegisterTaskDefinition refuses, and the defaults it fills in.

The rules are those of "Amazon ECS task definition parameters" and, for Fargate, of "Amazon ECS task
definition differences for Fargate".
"""

import re
from collections.abc import Iterator
from typing import Any

from moto.ecs.exceptions import EcsClientException

Container = dict[str, Any]

_MIB_A_GIB = 1024
# "Task CPU and memory" in Amazon ECS task definition parameters for Fargate: MiB by CPU units.
_FARGATE_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1 * _MIB_A_GIB, 4 * _MIB_A_GIB + 1, _MIB_A_GIB)),
    1024: tuple(range(2 * _MIB_A_GIB, 8 * _MIB_A_GIB + 1, _MIB_A_GIB)),
    2048: tuple(range(4 * _MIB_A_GIB, 16 * _MIB_A_GIB + 1, _MIB_A_GIB)),
    4096: tuple(range(8 * _MIB_A_GIB, 30 * _MIB_A_GIB + 1, _MIB_A_GIB)),
    8192: tuple(range(16 * _MIB_A_GIB, 60 * _MIB_A_GIB + 1, 4 * _MIB_A_GIB)),
    16384: tuple(range(32 * _MIB_A_GIB, 120 * _MIB_A_GIB + 1, 8 * _MIB_A_GIB)),
    32768: (60 * _MIB_A_GIB, 120 * _MIB_A_GIB, 244 * _MIB_A_GIB),
}
_HEALTH_RANGES = {"interval": (5, 300), "timeout": (2, 120), "retries": (1, 10), "startPeriod": (0, 300)}
_HEALTH_DEFAULTS = {"interval": 30, "timeout": 5, "retries": 3}
_ECR_IMAGE = re.compile(r"^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/")
_FAMILY = re.compile(r"^[A-Za-z0-9_-]{1,255}$")


def check(request: dict[str, Any]) -> None:
    """Raises a ClientException for the first thing that AWS would refuse."""
    for problem in problems(request):
        raise EcsClientException(problem)


def problems(request: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the request, in AWS's words where they are known."""
    containers: list[Container] = _list(request, "containerDefinitions")
    if not _FAMILY.match(request.get("family") or ""):
        yield "Family should match [A-Za-z0-9_-]{1,255}."
    if not containers:
        yield "Container list cannot be empty."
    for container in containers:
        for name in ("name", "image"):
            if not container.get(name):
                yield f"Container.{name} should not be null or empty."
    yield from _between(containers, request)
    if "FARGATE" in _list(request, "requiresCompatibilities"):
        yield from _fargate(request, containers)
    for container in containers:
        yield from _within(container, request)


def complete(request: dict[str, Any]) -> dict[str, Any]:
    """The request with the defaults that DescribeTaskDefinition shows."""
    containers = [_complete(container) for container in request["containerDefinitions"]]
    # A volume that names no place is a bind mount that lives as long as the task.
    nowhere: dict[str, str] = {}
    volumes = [dict(one) if len(one) > 1 else {**one, "host": nowhere} for one in _list(request, "volumes")]
    return {**request, "containerDefinitions": containers, "volumes": volumes}


def _complete(container: Container) -> Container:
    lists = ("portMappings", "environment", "mountPoints", "volumesFrom", "systemControls")
    filled: Container = {**dict.fromkeys(lists, ()), "cpu": 0, "essential": True, **container}
    for name in lists:
        filled[name] = list(filled[name])
    filled["portMappings"] = [
        {"hostPort": port["containerPort"], "protocol": "tcp", **port} if "containerPort" in port else port
        for port in filled["portMappings"]
    ]
    if "healthCheck" in filled:
        filled["healthCheck"] = {**_HEALTH_DEFAULTS, **filled["healthCheck"]}
    return filled


def _between(containers: list[Container], request: dict[str, Any]) -> Iterator[str]:
    """Rules on how the containers refer to each other and to volumes."""
    names = [container.get("name", "") for container in containers]
    if len(set(names)) < len(names):
        yield "Container names must be unique within a task definition."
    if containers and not any(container.get("essential", True) for container in containers):
        yield "A task definition must have at least one essential container."
    routers = [container["name"] for container in containers if "firelensConfiguration" in container]
    if len(routers) > 1:
        yield "Only one container may specify 'firelensConfiguration' in a task definition."
    if not routers and any(_driver(container) == "awsfirelens" for container in containers):
        yield "When the log driver is awsfirelens, one container must specify 'firelensConfiguration'."
    volumes = {volume.get("name") for volume in _list(request, "volumes")}
    for container in containers:
        for mount in _list(container, "mountPoints"):
            if mount.get("sourceVolume") not in volumes:
                yield f"Unknown volume '{mount.get('sourceVolume')}'."
    yield from _dependencies(containers)


def _dependencies(containers: list[Container]) -> Iterator[str]:
    by_name = {container.get("name", ""): container for container in containers}
    for name, container in by_name.items():
        for edge in _list(container, "dependsOn"):
            other, condition = edge.get("containerName"), edge.get("condition")
            if other not in by_name:
                yield f"Container '{name}' depends on '{other}', which the task definition does not have."
            elif condition in ("COMPLETE", "SUCCESS") and by_name[other].get("essential", True):
                yield f"Container '{name}' depends on '{other}' as {condition}, but '{other}' is essential."
            elif condition == "HEALTHY" and "healthCheck" not in by_name[other]:
                yield f"Container '{name}' depends on '{other}' as HEALTHY, which has no health check."
    if _has_cycle({name: _edges(container) for name, container in by_name.items()}):
        yield "The containers' dependencies ('dependsOn') form a cycle."


def _has_cycle(graph: dict[str, list[str]]) -> bool:
    """Whether leaving out, again and again, what depends on nothing leaves something."""
    left = dict(graph)
    while True:
        free = [name for name, edges in left.items() if not any(edge in left for edge in edges)]
        if not free:
            return bool(left)
        for name in free:
            del left[name]


def _fargate(request: dict[str, Any], containers: list[Container]) -> Iterator[str]:
    """Rules for tasks that run on Fargate (Amazon ECS task definition differences for Fargate)."""
    if request.get("networkMode") != "awsvpc":
        yield "Fargate only supports network mode ‘awsvpc’."  # noqa: RUF001 - AWS's own quotation marks
    cpu, memory = _units(request.get("cpu")), _units(request.get("memory"))
    if cpu is None:
        yield "Fargate requires that 'cpu' be defined at the task level."
    elif memory is None:
        yield "Fargate requires that 'memory' be defined at the task level."
    elif memory not in _FARGATE_MEMORY.get(cpu, ()):
        yield "No Fargate configuration exists for given values."
    storage = _structure(request, "ephemeralStorage").get("sizeInGiB")
    if storage is not None and not 21 <= storage <= 200:
        yield f"Ephemeral storage must be between 21 and 200 GiB, got {storage}."
    if request.get("placementConstraints"):
        yield "Fargate does not support placement constraints."
    if request.get("pidMode") not in (None, "task"):
        yield f"Tasks using the Fargate launch type do not support pidMode '{request['pidMode']}'."
    has_role = bool(request.get("executionRoleArn"))
    for container in containers:
        if container.get("privileged"):
            yield f"Fargate does not support the 'privileged' flag, container '{container.get('name')}'."
        if _driver(container) not in (None, "awslogs", "splunk", "awsfirelens"):
            yield f"Log driver '{_driver(container)}' is not supported by Fargate."
        if not has_role and _driver(container) == "awslogs":
            yield "Fargate requires task definition to have execution role ARN to support log driver awslogs."
        if not has_role and _ECR_IMAGE.match(container.get("image") or ""):
            yield "Fargate requires task definition to have execution role ARN to support ECR images."
        if (container.get("stopTimeout") or 0) > 120:
            yield f"Container '{container.get('name')}': 'stopTimeout' must be at most 120 on Fargate."
    yield from _reservations(cpu, memory, containers)


def _reservations(cpu: int | None, memory: int | None, containers: list[Container]) -> Iterator[str]:
    if cpu is not None and sum(container.get("cpu", 0) for container in containers) > cpu:
        yield "The sum of the containers' 'cpu' must not exceed the task's."
    reserved = [container.get("memoryReservation", container.get("memory", 0)) for container in containers]
    if memory is not None and sum(reserved) > memory:
        yield "The sum of the containers' memory reservations must not exceed the task's 'memory'."


def _within(container: Container, request: dict[str, Any]) -> Iterator[str]:
    """Rules on one container by itself."""
    name, memory = container.get("name"), container.get("memory")
    reservation = container.get("memoryReservation")
    if memory is None and reservation is None and not request.get("memory"):
        yield (
            f"Invalid setting for container '{name}'. "
            "At least one of 'memory' or 'memoryReservation' must be specified."
        )
    if memory is not None and reservation is not None and reservation > memory:
        yield f"Invalid setting for container '{name}'. 'memory' must not be below 'memoryReservation'."
    task_memory = _units(request.get("memory"))
    if memory is not None and task_memory is not None and memory > task_memory:
        yield f"Invalid setting for container '{name}'. 'memory' must not exceed the task's."
    if container.get("secrets") and not request.get("executionRoleArn"):
        yield (
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
        )
    if request.get("networkMode") == "awsvpc":
        for port in _list(container, "portMappings"):
            if port.get("hostPort", port.get("containerPort")) != port.get("containerPort"):
                yield (
                    "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
                )
    for setting, (low, high) in _HEALTH_RANGES.items():
        value = _structure(container, "healthCheck").get(setting)
        if value is not None and not low <= value <= high:
            yield f"Container '{name}': health check '{setting}' must be {low} to {high}, got {value}."


def _list(value: dict[str, Any], key: str) -> list[Any]:
    return value.get(key) or []


def _structure(value: dict[str, Any], key: str) -> dict[str, Any]:
    return value.get(key) or {}


def _edges(container: Container) -> list[str]:
    return [edge.get("containerName", "") for edge in _list(container, "dependsOn")]


def _driver(container: Container) -> str | None:
    return _structure(container, "logConfiguration").get("logDriver")


def _units(value: str | None) -> int | None:
    """CPU units or MiB; the API also takes `1 vCPU` and `2 GB`."""
    if not value:
        return None
    match = re.fullmatch(r"(\d*\.?\d+)\s*(vcpu|gb)?", value.strip(), flags=re.IGNORECASE)
    if match is None:
        return None
    return round(float(match[1]) * (_MIB_A_GIB if match[2] else 1))
