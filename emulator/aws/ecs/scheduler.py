"""The service scheduler: looks at each service, asks `plan` for the next step, and takes it."""

import logging
from typing import Any

from moto.ecs.models import ecs_backends

from emulator.aws import interfaces
from emulator.aws.ecs import alarms, breaker, shifting, traffic
from emulator.aws.ecs.failing import Cause, Failure
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
        self._timing = timing
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
        self._place(service)
        self._judge(service, alive, now)
        self._place(service)  # a rolling update that failed has begun another one
        primary = service.primary
        if primary is None:
            return
        for one in [it for it in service.deployments if it.status != "INACTIVE"]:
            self._take(service, one, self._next_step(service, one, alive), alive, now)
        self._settle(service, primary, now)

    def _drain(self, service: Service, alive: list[TaskRun], now: float) -> None:
        for task in alive:
            self.fleet.stop(task, code="ServiceSchedulerInitiated", reason=_stopped_by(service))
        if all(task.status is Status.STOPPED for task in self.fleet.tasks(service)):
            service.status = "INACTIVE"
            for deployment in service.deployments:
                deployment.finish(State.STOPPED, now)
                deployment.status = "INACTIVE"

    def _place(self, service: Service) -> None:
        """Gives new deployments their target groups: green's the one that blue doesn't use."""
        for one in service.deployments:
            if one.balancers is None:
                wanted = one.settings.get("loadBalancers", [])
                before = one.replaces.balancers if one.replaces else None
                one.balancers = traffic.place(
                    wanted,
                    used=traffic.groups(before or []),
                    serving=traffic.serving(service.account, service.region, wanted),
                    move=one.shifts_traffic,
                )

    def _judge(self, service: Service, alive: list[TaskRun], now: float) -> None:
        """Fails the deployment under way, takes it back, or moves it on."""
        primary, tasks = service.primary, list(self.fleet.tasks(service))
        if primary and primary.state in (State.ROLLBACK_REQUESTED, State.STOP_REQUESTED):
            back = primary.state is State.ROLLBACK_REQUESTED
            service.fail(Failure(cause=Cause.REQUEST, roll_back=back), now)
        alarms.check(service, now)
        breaker.check(service, tasks, now)
        if primary:
            mine = [task for task in alive if task.started_by == primary.id]
            healthy = sum(self.fleet.is_healthy(service, task) for task in mine)
            shifting.advance(service, alive, healthy, now, self._timing)
        shifting.take_back(service, tasks, now)

    def _next_step(self, service: Service, one: Deployment, alive: list[TaskRun]) -> Plan:
        """What to start and to stop for one of the deployments.

        A rolling update is one plan for all tasks, made for the primary deployment; while blue and green run
        side by side, each has a plan of its own, and one that was overtaken has to go.
        """
        primary = service.primary
        zones = self._zones(service, one)
        if primary is None or not zones or (one.has_failed and one is primary):
            return Plan()
        if not primary.is_shifting:
            return self._plan(service, one, alive, zones, service.desired_count) if one is primary else Plan()
        own = [task for task in alive if task.started_by == one.id]
        desired = service.desired_count if shifting.is_wanted(service, one) else 0
        return self._plan(service, one, own, zones, desired)

    def _plan(
        self,
        service: Service,
        current: Deployment,
        tasks: list[TaskRun],
        zones: tuple[str, ...],
        desired: int,
    ) -> Plan:
        bounds = service.settings["deploymentConfiguration"]
        wanted = Wanted(
            desired=desired,
            minimum_percent=bounds["minimumHealthyPercent"],
            maximum_percent=bounds["maximumPercent"],
            zones=zones,
            rebalance=service.settings["availabilityZoneRebalancing"] == "ENABLED",
        )
        return plan(wanted, (self._seen(service, current, task) for task in tasks))

    def _zones(self, service: Service, one: Deployment) -> tuple[str, ...]:
        place = one.settings.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        return tuple(interfaces.zones(service.account, service.region, place.get("subnets", [])))

    def _seen(self, service: Service, current: Deployment, task: TaskRun) -> Seen:
        return Seen(
            id=task.id,
            zone=task.zone,
            current=task.started_by == current.id,
            healthy=self.fleet.is_healthy(service, task),
        )

    def _take(self, service: Service, one: Deployment, step: Plan, alive: list[TaskRun], now: float) -> None:
        if not (step.start or step.stop):
            return
        cluster = self._backend.clusters[service.cluster_name]
        definition = self._backend.describe_task_definition(one.settings["taskDefinition"])
        started = [
            self.fleet.start(
                _task_of(service, one, definition), cluster=cluster, definition=definition, zone=zone
            )
            for zone in step.start
        ]
        stopped = [task for task in alive if task.id in step.stop]
        for task in stopped:
            self.fleet.stop(task, code="ServiceSchedulerInitiated", reason=_stopped_by(service, task))
        if started:
            service.say(f"has started {_tasks(started)}.", now)
        if stopped:
            service.say(f"has stopped {len(stopped)} running tasks: {_named(stopped)}.", now)
        service.is_steady = False

    def _settle(self, service: Service, primary: Deployment, now: float) -> None:
        """Marks what has been reached: the deployment's end, and the steady state."""
        running = [task for task in self.fleet.tasks(service) if not task.is_stopping]
        healthy = [task for task in running if self.fleet.is_healthy(service, task)]
        done = all(task.started_by == primary.id for task in running)
        for deployment in service.deployments:
            is_blue = primary.is_shifting and deployment is primary.replaces
            needed = is_blue or any(task.started_by == deployment.id for task in running)
            if deployment.status == "ACTIVE" and deployment.state.is_final and not needed:
                deployment.status, deployment.updated_at = "INACTIVE", now
        if not (done and len(running) == len(healthy) == service.desired_count):
            return
        if primary.state is State.IN_PROGRESS and self._has_baked(service, primary, now):
            primary.finish(State.SUCCESSFUL, now)
            service.say(f"(deployment {primary.id}) deployment completed.", now)
        if not service.is_steady:
            service.is_steady = True
            service.say(SETTLED, now)

    def _has_baked(self, service: Service, primary: Deployment, now: float) -> bool:
        """Whether nothing is left to wait for: what shifts traffic has had its bake time before."""
        if primary.shifts_traffic:
            return not primary.is_shifting
        if primary.baked_since is None:
            primary.baked_since = now
        return now - primary.baked_since >= alarms.bake_time(service, primary, self._timing)


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
        "loadBalancers": deployment.balancers or [],
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
