"""All checks of one task definition at once."""

import json

from ecs_policies.checks import fargate, firelens, graph, timeouts, wiring
from ecs_policies.checks.problem import Problem, Problems
from ecs_policies.checks.reading import Record, items, named, record, records, text

# AWS documentation: "Amazon ECS service quotas" (Task definition size limit).
DOCUMENT_LIMIT = 64 * 1024
CONTAINERS_LIMIT = 10


def document_size(task: object) -> Problems:
    """Does the task definition's JSON stay within the 64 KiB that ECS accepts?"""
    document = json.dumps(task, separators=(",", ":"), ensure_ascii=False, default=str)
    size = len(document.encode(errors="surrogatepass"))
    if size <= DOCUMENT_LIMIT:
        return ()
    message = f"a task definition's JSON is at most {DOCUMENT_LIMIT} bytes"
    fix = "Move large environment values into the image, or into SSM parameters"
    return (Problem(path="containers", value=f"{size} bytes", message=message, fix=fix),)


def task_definition(task: Record) -> Problems:
    """What is wrong with a Fargate task definition, in the JSON shape of AWS's RegisterTaskDefinition:
    cpu, memory, ephemeralStorage, volumes and containerDefinitions. Never raises, whatever is in there."""
    cpu, memory = task.get("cpu"), task.get("memory")
    containers = task.get("containerDefinitions")
    storage = task.get("ephemeralStorage")
    return (
        *fargate.shape(cpu, memory),
        *(
            fargate.ephemeral_storage(record(storage).get("sizeInGiB", storage))
            if storage is not None
            else ()
        ),
        *(container_count(containers) or (*_images(containers), *essential(containers))),
        *fargate.reservations(cpu, memory, containers),
        *fargate.tmpfs(memory, containers),
        *graph.names(containers),
        *graph.dependencies(containers),
        *wiring.ports(containers),
        *wiring.mount_points(containers, task.get("volumes")),
        *wiring.environment(containers),
        *firelens.log_routing(containers),
        *timeouts.containers_timeouts(containers),
        *document_size(task),
    )


def container_count(containers: object) -> Problems:
    """Has the task as many containers as ECS takes?"""
    count = len(items(containers))
    if 1 <= count <= CONTAINERS_LIMIT:
        return ()
    message, fix = f"a task has 1 to {CONTAINERS_LIMIT} containers", "Add or remove containers"
    return (Problem(path="containers", value=count, message=message, fix=fix),)


def essential(containers: object) -> Problems:
    """Is at least one container essential, as ECS demands?"""
    if any(each.get("essential", True) is not False for each in records(containers)):
        return ()
    message, fix = "no container of the task is essential", "Make at least one essential"
    return (Problem(path="containers", value=None, message=message, fix=fix),)


def _images(containers: object) -> Problems:
    return tuple(
        Problem(path=f"{path}.image", value=each.get("image"), message="no image", fix="Name one")
        for path, each in named(containers)
        if not text(each.get("image"))
    )
