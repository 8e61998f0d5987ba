"""ECS tasks: they have addresses and pass through their states."""

from typing import Any, NoReturn

from moto.core.responses import ActionResult
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse as Responses

from emulator.aws.ecs import describe
from emulator.aws.ecs.scheduler import scheduler
from emulator.aws.ecs.task_run import TaskRun
from emulator.aws.patching import replace


# RunTask starts tasks on Fargate, in the first subnet's zone; EC2 instances aren't part of the embedded AWS.
@replace(Responses)
def run_task(self: Any) -> ActionResult:
    backend = self.ecs_backend
    cluster = backend._get_cluster(self.params.get("cluster", "default"))
    definition = backend.describe_task_definition(self.params["taskDefinition"])
    place = self.params.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    if definition.network_mode == "awsvpc" and not place.get("subnets"):
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    fleet = scheduler(backend).fleet
    tasks = [
        fleet.start(self.params, cluster=cluster, definition=definition)
        for _ in range(self.params.get("count", 1))
    ]
    return ActionResult({"tasks": [describe.task(task) for task in tasks], "failures": []})


# StopTask begins to stop the task; a service replaces it.
@replace(Responses)
def stop_task(self: Any) -> ActionResult:
    backend = self.ecs_backend
    task = find(backend, self.params.get("cluster", "default"), self.params["task"])
    if task is None:
        raise InvalidParameterException("The referenced task was not found.")
    reason = self.params.get("reason") or "Task stopped by user"
    scheduler(backend).fleet.stop(task, code="UserInitiated", reason=reason)
    return ActionResult({"task": describe.task(task)})


@replace(Responses)
def describe_tasks(self: Any) -> ActionResult:
    cluster = self.params.get("cluster", "default")
    names: list[str] = self.params.get("tasks") or []
    if not names:
        raise InvalidParameterException("Tasks cannot be empty.")
    found = {name: find(self.ecs_backend, cluster, name) for name in names}
    with_tags = "TAGS" in self.params.get("include", [])
    shown = [describe.task(task) for task in found.values() if task]
    for view in shown:
        view["tags"] = view["tags"] if with_tags else None
    base = self.ecs_backend._get_cluster(cluster).arn.replace(":cluster/", ":task/")
    failures = [
        {"arn": name if name.startswith("arn:") else f"{base}/{name}", "reason": "MISSING"}
        for name, task in found.items()
        if task is None
    ]
    return ActionResult({"tasks": shown, "failures": failures})


# ListTasks filters, shows what should run unless STOPPED is asked for, and gives a hundred at a time.
@replace(Responses)
def list_tasks(self: Any) -> ActionResult:
    backend, params = self.ecs_backend, self.params
    cluster = backend._get_cluster(params.get("cluster", "default"))
    tasks: list[TaskRun] = list(backend.tasks.get(cluster.name, {}).values())
    wanted = params.get("desiredStatus", "RUNNING")
    service = params.get("serviceName", "").rsplit("/", 1)[-1]
    shown = [
        task.arn
        for task in tasks
        if task.desired_status == wanted
        and (not service or task.service_arn.rsplit("/", 1)[-1] == service)
        and ("family" not in params or task.definition.family == params["family"])
        and ("startedBy" not in params or task.started_by == params["startedBy"])
    ]
    start, most = int(params.get("nextToken") or 0), int(params.get("maxResults") or 100)
    following = {"nextToken": str(start + most)} if start + most < len(shown) else {}
    return ActionResult({"taskArns": shown[start : start + most], **following})


@replace(Responses)
def start_task(self: Any) -> NoReturn:
    raise NotImplementedError


def find(backend: Any, cluster: str, name: str) -> TaskRun | None:
    """The task of that id or ARN in the cluster."""
    tasks = backend.tasks.get(backend._get_cluster(cluster).name, {})
    return next(
        (task for arn, task in tasks.items() if arn.rsplit("/", 1)[-1] == name.rsplit("/", 1)[-1]), None
    )
