"""The deployment circuit breaker (Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker
detects failures")."""

from emulator.aws.ecs.service import Deployment, Service, State
from emulator.aws.ecs.task_run import End, Status, TaskRun

FEWEST, MOST = 3, 200
"""The bounds of the number of tasks that have to fail."""
NOT_STARTED = "tasks failed to start"
NOT_HEALTHY = "tasks failed their health checks"


def threshold(desired: int) -> int:
    """How many tasks have to fail one after another: half of the desired number, from 3 to 200."""
    return min(max(-(-desired // 2), FEWEST), MOST)


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
    """A task that got healthy ends the row of failures."""
    deployment = _of(service, task)
    if deployment and deployment.state is State.IN_PROGRESS and not task.is_stopping:
        deployment.failed_tasks = 0


def check(service: Service, tasks: list[TaskRun], now: float) -> None:
    """Opens the breaker when enough tasks of the deployment under way have failed."""
    primary = service.primary
    wanted = service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    if primary is None or primary.state is not State.IN_PROGRESS or not wanted.get("enable"):
        return
    if primary.failed_tasks >= threshold(service.desired_count):
        ran = any(Status.RUNNING in task.entered for task in tasks if task.started_by == primary.id)
        service.fail(NOT_HEALTHY if ran else NOT_STARTED, now, roll_back=bool(wanted.get("rollback")))


def _of(service: Service, task: TaskRun) -> Deployment | None:
    return next((one for one in service.deployments if one.id == task.started_by), None)
