"""The deployment circuit breaker (Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker
detects failures").

The API takes it with every strategy, and it does its work there too ("Amazon ECS deployment failure
detection"), whatever its own page says of rolling updates.
"""

from collections.abc import Mapping
from typing import Any

from emulator.aws.ecs.failing import NOT_HEALTHY, NOT_STARTED, Cause, Failure
from emulator.aws.ecs.service import Deployment, Service, State
from emulator.aws.ecs.task_run import End, Status, TaskRun

FEWEST, MOST = 3, 200
"""The bounds of the number of tasks that have to fail, unless the threshold has none."""


def threshold(desired: int, configuration: Mapping[str, Any] | None = None) -> int:
    """How many tasks have to fail, by a ThresholdConfiguration: half of the desired number, from 3 to 200."""
    wanted: Mapping[str, Any] = configuration or {}
    kind, value = wanted.get("type", "BOUNDED_PERCENT"), wanted.get("value", 50)
    if kind == "COUNT":
        return value
    share = -(-desired * value // 100)
    return share if kind == "UNBOUNDED_PERCENT" else min(max(share, FEWEST), MOST)


def settings(deployment: Deployment) -> dict[str, Any]:
    """The DeploymentCircuitBreaker that the deployment began with."""
    return deployment.configuration.get("deploymentCircuitBreaker") or {}


def count(service: Service, task: TaskRun, end: End, now: float) -> None:
    """Counts a task that failed against the deployment that started it, and lets the service say so."""
    deployment = _of(service, task)
    if deployment is None:
        return
    deployment.failed_tasks += 1
    if "health checks" in end.reason:
        service.say(f"(task {task.id}) failed container health checks.", now)
    elif deployment.failed_tasks == FEWEST:
        service.say("is unable to consistently start tasks successfully.", now)


def succeeded(service: Service, task: TaskRun) -> None:
    """A task that got healthy ends the row of failures, unless they are to add up."""
    deployment = _of(service, task)
    if deployment is None or deployment.state is not State.IN_PROGRESS or task.is_stopping:
        return
    if settings(deployment).get("resetOnHealthyTask", True):
        deployment.failed_tasks = 0


def check(service: Service, tasks: list[TaskRun], now: float) -> None:
    """Opens the breaker when enough tasks of the deployment under way have failed."""
    primary = service.primary
    if primary is None or not primary.can_fail or not settings(primary).get("enable"):
        return
    wanted = settings(primary)
    if primary.failed_tasks >= threshold(service.desired_count, wanted.get("thresholdConfiguration")):
        ran = any(Status.RUNNING in task.entered for task in tasks if task.started_by == primary.id)
        failure = Failure(
            cause=Cause.BREAKER,
            detail=NOT_HEALTHY if ran else NOT_STARTED,
            roll_back=bool(wanted.get("rollback")),
        )
        service.fail(failure, now)


def _of(service: Service, task: TaskRun) -> Deployment | None:
    return next((one for one in service.deployments if one.id == task.started_by), None)
