"""The service scheduler: looks at each service, asks `plan` for the next step, and takes it."""

import logging
from typing import Any

from moto.ecs.models import ecs_backends

from emulator.aws import interfaces
from emulator.aws.ecs import breaker
from emulator.aws.ecs.fleet import Fleet
from emulator.aws.ecs.plan import Plan, Seen, Wanted, plan
from emulator.aws.ecs.service import Deployment, Service, State
from emulator.aws.ecs.task_run import Status, TaskRun
from emulator.aws.ecs.timing import CLOCK, TIMING, Clock, Timing

log = logging.getLogger("emulator.aws")

SETTLED = "has reached a steady state."


class Scheduler:
    """Moves the services of one account and region on, and with them their tasks."""

    def __init__(self, backend: Any, *, clock: Clock, timing: Timing) -> None:
        self._backend = backend
        self._clock = clock
        self.fleet = Fleet(backend, clock=clock, timing=timing)

    def tick(self) -> None:
        """Brings everything up to the present; a service that fails doesn't hold up the others."""
        now = self._clock.now()
        for task in list(self.fleet.tasks()):
            end = self.fleet.advance(task, now)
            service = self.fleet.service_of(task)
            if service and end:
                breaker.count(service, task, end, now)
            elif service and self.fleet.is_healthy(service, task):
                breaker.succeeded(service, task)
        for service in list(self._backend.services.values()):
            try:
                self._schedule(service, now)
                service.failure = ""
            except Exception as error:
                # Once, not at every tick.
                if service.failure != repr(error):
                    log.exception("the scheduler failed with %s", service.arn)
                service.failure = repr(error)

    def _schedule(self, service: Service, now: float) -> None:
        if service.status == "INACTIVE":
            return
        alive = [task for task in self.fleet.tasks(service) if not task.is_stopping]
        if service.status == "DRAINING":
            self._drain(service, alive, now)
            return
        breaker.check(service, list(self.fleet.tasks(service)), now)
        primary = service.primary
        if primary is None:
            return
        self._take(service, primary, self._next_step(service, primary, alive), alive, now)
        self._settle(service, primary, alive, now)

    def _drain(self, service: Service, alive: list[TaskRun], now: float) -> None:
        for task in alive:
            self.fleet.stop(task, code="ServiceSchedulerInitiated", reason=_stopped_by(service))
        if all(task.status is Status.STOPPED for task in self.fleet.tasks(service)):
            service.status = "INACTIVE"
            for deployment in service.deployments:
                deployment.finish(State.STOPPED, now)
                deployment.status = "INACTIVE"

    def _next_step(self, service: Service, primary: Deployment, alive: list[TaskRun]) -> Plan:
        subnets = (
            primary.settings.get("networkConfiguration", {}).get("awsvpcConfiguration", {}).get("subnets", [])
        )
        zones = tuple(interfaces.zones(service.account, service.region, subnets))
        if not zones or primary.has_failed:
            return Plan()
        bounds = service.settings["deploymentConfiguration"]
        wanted = Wanted(
            desired=service.desired_count,
            minimum_percent=bounds["minimumHealthyPercent"],
            maximum_percent=bounds["maximumPercent"],
            zones=zones,
            rebalance=service.settings["availabilityZoneRebalancing"] == "ENABLED",
        )
        return plan(wanted, (self._seen(service, primary, task) for task in alive))

    def _seen(self, service: Service, primary: Deployment, task: TaskRun) -> Seen:
        return Seen(
            id=task.id,
            zone=task.zone,
            current=task.started_by == primary.id,
            healthy=self.fleet.is_healthy(service, task),
        )

    def _take(
        self, service: Service, primary: Deployment, step: Plan, alive: list[TaskRun], now: float
    ) -> None:
        cluster = self._backend.clusters[service.cluster_name]
        started = [
            self.fleet.start(
                _task_of(service, primary, definition), cluster=cluster, definition=definition, zone=zone
            )
            for definition in [self._backend.describe_task_definition(primary.settings["taskDefinition"])]
            for zone in step.start
        ]
        stopped = [task for task in alive if task.id in step.stop]
        for task in stopped:
            self.fleet.stop(task, code="ServiceSchedulerInitiated", reason=_stopped_by(service, task))
        if started:
            service.say(f"has started {_tasks(started)}.", now)
        if stopped:
            service.say(f"has stopped {len(stopped)} running tasks: {_named(stopped)}.", now)
        if started or stopped:
            service.is_steady = False

    def _settle(self, service: Service, primary: Deployment, alive: list[TaskRun], now: float) -> None:
        """Marks what has been reached: the deployment's end, and the steady state."""
        running = [task for task in self.fleet.tasks(service) if not task.is_stopping]
        healthy = [task for task in running if self.fleet.is_healthy(service, task)]
        done = all(task.started_by == primary.id for task in running)
        for deployment in service.deployments:
            if deployment.status == "ACTIVE" and not any(task.started_by == deployment.id for task in alive):
                deployment.status, deployment.updated_at = "INACTIVE", now
        if not (done and len(running) == len(healthy) == service.desired_count):
            return
        if primary.state is State.IN_PROGRESS:
            primary.finish(State.SUCCESSFUL, now)
            service.say(f"(deployment {primary.id}) deployment completed.", now)
        if not service.is_steady:
            service.is_steady = True
            service.say(SETTLED, now)


def scheduler(backend: Any) -> Scheduler:
    """The scheduler over one of moto's ECS backends, which holds all of its state."""
    return Scheduler(backend, clock=CLOCK, timing=TIMING)


def tick_all() -> None:
    """One tick for every account and region that was used."""
    for regions in list(ecs_backends.values()):
        for backend in list(regions.values()):
            scheduler(backend).tick()


def _task_of(service: Service, deployment: Deployment, definition: Any) -> dict[str, Any]:
    """What a service's task is started with; its tags are propagated as the service says."""
    tags = {"SERVICE": service.tags, "TASK_DEFINITION": definition.tags}.get(
        service.settings["propagateTags"], []
    )
    managed = [
        {"key": "aws:ecs:clusterName", "value": service.cluster_name},
        {"key": "aws:ecs:serviceName", "value": service.name},
    ]
    return {
        **deployment.settings,
        "group": f"service:{service.name}",
        "startedBy": deployment.id,
        "serviceArn": service.arn,
        "tags": [*tags, *(managed if service.settings["enableECSManagedTags"] else [])],
        "enableExecuteCommand": service.settings["enableExecuteCommand"],
    }


def _stopped_by(service: Service, task: TaskRun | None = None) -> str:
    deployment = f"(deployment {task.started_by})" if task else f"(service {service.name})"
    return f"Scaling activity initiated by {deployment}"


def _tasks(tasks: list[TaskRun]) -> str:
    return f"{len(tasks)} tasks: {_named(tasks)}"


def _named(tasks: list[TaskRun]) -> str:
    return " ".join(f"(task {task.id})" for task in tasks)
