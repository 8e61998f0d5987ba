"""Carries out what `strategy` decides: moves the traffic of a deployment, and takes it back.

Events aren't said for a stage: AWS tells it by `lifecycleStage` alone.
"""

from emulator.aws.ecs import strategy, traffic
from emulator.aws.ecs.failing import Cause, Failure
from emulator.aws.ecs.service import Deployment, Service, State
from emulator.aws.ecs.strategy import Progress, Stage, View
from emulator.aws.ecs.task_run import Status, TaskRun
from emulator.aws.ecs.timing import Timing


def advance(service: Service, alive: list[TaskRun], healthy: int, now: float, timing: Timing) -> None:
    """Moves the primary deployment on if it shifts traffic; `healthy` are its healthy tasks."""
    green = service.primary
    if green is None or not green.shifts_traffic or not green.can_fail:
        return
    mine = {green.id, green.replaces.id if green.replaces else ""}
    strangers = any(task.started_by not in mine for task in alive)
    if green.progress is None:
        green.progress = strategy.begin(now, overtakes=strangers)
        if strangers and green.replaces:
            _shift(service, green, production=0.0, test=0.0)
    before = green.progress
    if before.stage is Stage.PRE_SCALE_UP and not _can_begin(service, green, now):
        return
    if strategy.is_overdue(before, now=now, minute=timing.minute):
        service.fail(Failure(cause=Cause.TIME, roll_back=True), now)
        return
    seen = View(
        reconciled=not strangers,
        scaled_up=healthy >= service.desired_count,
        has_blue=_has_blue(green),
    )
    after = strategy.advance(before, seen, green.configuration, now=now, minute=timing.minute)
    green.progress = after
    _shift(
        service,
        green,
        production=after.production if after.production != before.production else None,
        test=after.test if after.test != before.test else None,
    )
    if after != before:
        green.updated_at = now


def take_back(service: Service, tasks: list[TaskRun], now: float) -> None:
    """Gives blue the traffic of deployments that failed, and ends those whose tasks have all stopped.

    Traffic goes first: the tasks that lose it are stopped by the service's next step.
    """
    for one in service.deployments:
        if not one.shifts_traffic or one.state.is_final:
            continue
        gone = all(task.status is Status.STOPPED for task in tasks if task.started_by == one.id)
        if one.state is State.ROLLBACK_IN_PROGRESS:
            if one.progress and (one.progress.production or one.progress.test):
                _shift(service, one, production=0.0, test=0.0)
                one.progress = _without_traffic(one.progress)
            if gone:
                one.finish(State.ROLLBACK_SUCCESSFUL, now)
        elif one.state is State.STOP_REQUESTED and one.status != "PRIMARY" and gone:
            one.finish(State.STOPPED, now)


def is_wanted(service: Service, one: Deployment) -> bool:
    """Whether the service's tasks should run for this deployment, while blue and green run side by side."""
    green = service.primary
    if one is green:
        return one.progress is not None and one.progress.has_reached(Stage.SCALE_UP)
    return green is not None and one is green.replaces


def _can_begin(service: Service, green: Deployment, now: float) -> bool:
    """Whether the load balancer's rules let the deployment begin, which fails it otherwise."""
    wrong = traffic.problem(service.account, service.region, green.balancers or [])
    if wrong:
        service.fail(Failure(cause=Cause.NETWORK, detail=wrong, roll_back=True), now)
    return not wrong


def _has_blue(green: Deployment) -> bool:
    """Whether there is a deployment before this one, in the target groups that it shares traffic with."""
    if green.replaces is None:
        return False
    advanced = [it["advancedConfiguration"] for it in green.balancers or [] if "advancedConfiguration" in it]
    used = traffic.groups(green.replaces.balancers or [])
    return all(it["alternateTargetGroupArn"] in used for it in advanced)


def _shift(service: Service, one: Deployment, *, production: float | None, test: float | None) -> None:
    traffic.shift(service.account, service.region, one.balancers or [], production=production, test=test)


def _without_traffic(progress: Progress) -> Progress:
    return Progress(stage=progress.stage, since=progress.since)
