"""The service scheduler: looks at each service, asks `plan` for the next step, and takes it."""

import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from moto.ecs.models import ecs_backends

from emulator.aws import interfaces
from emulator.aws.ecs import targets
from emulator.aws.ecs.capacity import next_provider
from emulator.aws.ecs.plan import Plan, Seen, Wanted, plan
from emulator.aws.ecs.service import Deployment, Service
from emulator.aws.ecs.task_run import Interface, Status, TaskRun
from emulator.aws.ecs.timing import Clock, SystemClock, Timing

log = logging.getLogger("emulator.aws")

SETTLED = "has reached a steady state."


class Scheduler:
    """Moves the tasks and services of one account and region on."""

    def __init__(self, backend: Any, *, clock: Clock, timing: Timing) -> None:
        self._backend = backend
        self._clock = clock
        self._timing = timing

    def tick(self) -> None:
        """Brings everything up to the present; a service that fails doesn't hold up the others."""
        now = self._clock.now()
        for task in list(self.tasks()):
            self._advance(task, now)
        for service in list(self._backend.services.values()):
            try:
                self._schedule(service, now)
                service.failure = ""
            except Exception as error:
                # Once, not at every tick.
                if service.failure != repr(error):
                    log.exception("the scheduler failed with %s", service.arn)
                service.failure = repr(error)

    def tasks(self, service: Service | None = None) -> Iterator[TaskRun]:
        """Every task, or those of one service."""
        for cluster in self._backend.tasks.values():
            for task in cluster.values():
                if service is None or task.service_arn == service.arn:
                    yield task

    def start(
        self, task_of: dict[str, Any], *, cluster: Any, definition: Any, zone: str | None = None
    ) -> TaskRun:
        """Starts a task of the settings (RunTask's names) in the zone, or in the first of its subnets'."""
        now, account, region = self._clock.now(), self._backend.account_id, self._backend.region_name
        identity = uuid.uuid4().hex
        arn = f"{cluster.arn.replace(':cluster/', ':task/')}/{identity}"
        place = task_of.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        subnets = interfaces.zones(account, region, place.get("subnets", []))
        interface = None
        if subnets:
            subnet = subnets[zone] if zone else next(iter(subnets.values()))
            interface = self._attach(subnet, place.get("securityGroups", []), arn)
        strategy: list[dict[str, Any]] = task_of.get("capacityProviderStrategy") or []
        task = TaskRun(
            arn=arn,
            cluster_arn=cluster.arn,
            definition=definition,
            interface=interface,
            created_at=now,
            settings=task_of,
            group=task_of.get("group") or f"family:{definition.family}",
            started_by=task_of.get("startedBy", ""),
            tags=list(task_of.get("tags", [])),
            service_arn=task_of.get("serviceArn", ""),
            capacity_provider=next_provider(strategy, self._providers_of(task_of)),
        )
        self._backend.tasks.setdefault(cluster.name, {})[arn] = task
        return task

    def _providers_of(self, task_of: dict[str, Any]) -> Counter[str]:
        """How many of the deployment's tasks each capacity provider has."""
        mine = [
            task
            for task in self.tasks()
            if task.started_by == task_of.get("startedBy") and not task.is_stopping
        ]
        return Counter(task.capacity_provider for task in mine if task.capacity_provider)

    def _attach(self, subnet: str, groups: list[str], task: str) -> Interface:
        attachment = str(uuid.uuid4())
        made = interfaces.attach(
            self._backend.account_id,
            self._backend.region_name,
            subnet=subnet,
            groups=groups,
            description=f"{task.split(':task/')[0]}:attachment/{attachment}",
        )
        return Interface(
            id=made.id,
            subnet=subnet,
            zone=made.availability_zone,
            address=made.private_ip_address,
            mac=made.mac_address,
            dns_name=f"ip-{made.private_ip_address.replace('.', '-')}.ec2.internal",
            attachment=attachment,
        )

    def stop(self, task: TaskRun, *, code: str, reason: str) -> None:
        """Begins to stop a task: its targets drain first."""
        if task.is_stopping:
            return
        now = self._clock.now()
        was_registered = task.status is Status.RUNNING
        task.stop(now=now, code=code, reason=reason)
        service = self._service_of(task)
        if service and was_registered:
            targets.set_health(service.account, service.region, service.load_balancers, task, "draining")
            for arn in (one["targetGroupArn"] for one in service.load_balancers if "targetGroupArn" in one):
                service.say(f"deregistered 1 targets in (target-group {arn})", now)
        if service:
            service.is_steady = False

    def _advance(self, task: TaskRun, now: float) -> None:
        service = self._service_of(task)
        balancers = service.load_balancers if service else []
        account, region = self._backend.account_id, self._backend.region_name
        for entered in task.advance(now=now, timing=self._timing):
            if entered is Status.ACTIVATING and service:
                for arn in targets.register(account, region, balancers, task):
                    service.say(f"registered 1 targets in (target-group {arn})", now)
            elif entered is Status.STOPPING:
                targets.deregister(account, region, balancers, task)
            elif entered is Status.STOPPED and task.interface:
                interfaces.detach(account, region, task.interface.id)
        if service and task.runs_since(now) >= self._timing.healthy_after:
            targets.set_health(account, region, balancers, task, "healthy")
        if task.status is Status.STOPPED and now - task.entered[Status.STOPPED] > self._timing.stopped_kept:
            for cluster in self._backend.tasks.values():
                cluster.pop(task.arn, None)

    def _schedule(self, service: Service, now: float) -> None:
        if service.status == "INACTIVE":
            return
        alive = [task for task in self.tasks(service) if not task.is_stopping]
        if service.status == "DRAINING":
            self._drain(service, alive, now)
            return
        primary = service.primary
        if primary is None:
            return
        self._take(service, primary, self._next_step(service, primary, alive), alive, now)
        self._settle(service, primary, alive, now)

    def _drain(self, service: Service, alive: list[TaskRun], now: float) -> None:
        for task in alive:
            self.stop(task, code="ServiceSchedulerInitiated", reason=_stopped_by(service))
        if all(task.status is Status.STOPPED for task in self.tasks(service)):
            service.status = "INACTIVE"
            for deployment in service.deployments:
                deployment.finish("STOPPED", now)
                deployment.status = "INACTIVE"

    def _next_step(self, service: Service, primary: Deployment, alive: list[TaskRun]) -> Plan:
        subnets = (
            primary.settings.get("networkConfiguration", {}).get("awsvpcConfiguration", {}).get("subnets", [])
        )
        zones = tuple(interfaces.zones(service.account, service.region, subnets))
        if not zones:
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
            healthy=self.is_healthy(service, task),
        )

    def is_healthy(self, service: Service, task: TaskRun) -> bool:
        """Whether the task runs and its targets are healthy."""
        if task.runs_since(self._clock.now()) < self._timing.healthy_after:
            return False
        return targets.are_healthy(service.account, service.region, service.load_balancers, task)

    def _take(
        self, service: Service, primary: Deployment, step: Plan, alive: list[TaskRun], now: float
    ) -> None:
        cluster = self._backend.clusters[service.cluster_name]
        started = [
            self.start(
                _task_of(service, primary, definition), cluster=cluster, definition=definition, zone=zone
            )
            for definition in [self._backend.describe_task_definition(primary.settings["taskDefinition"])]
            for zone in step.start
        ]
        stopped = [task for task in alive if task.id in step.stop]
        for task in stopped:
            self.stop(task, code="ServiceSchedulerInitiated", reason=_stopped_by(service, task))
        if started:
            service.say(f"has started {_tasks(started)}.", now)
        if stopped:
            service.say(f"has stopped {len(stopped)} running tasks: {_named(stopped)}.", now)
        if started or stopped:
            service.is_steady = False

    def _settle(self, service: Service, primary: Deployment, alive: list[TaskRun], now: float) -> None:
        """Marks what has been reached: the deployment's end, and the steady state."""
        running = [task for task in self.tasks(service) if not task.is_stopping]
        healthy = [task for task in running if self.is_healthy(service, task)]
        done = all(task.started_by == primary.id for task in running)
        for deployment in service.deployments:
            if deployment.status == "ACTIVE" and not any(task.started_by == deployment.id for task in alive):
                deployment.status, deployment.updated_at = "INACTIVE", now
        if not (done and len(running) == len(healthy) == service.desired_count):
            return
        if primary.state == "IN_PROGRESS":
            primary.finish("SUCCESSFUL", now)
            service.say(f"(deployment {primary.id}) deployment completed.", now)
        if not service.is_steady:
            service.is_steady = True
            service.say(SETTLED, now)

    def _service_of(self, task: TaskRun) -> Service | None:
        if not task.service_arn:
            return None
        found: Iterable[Service] = self._backend.services.values()
        return next((service for service in found if service.arn == task.service_arn), None)


CLOCK: Clock = SystemClock()
TIMING = Timing()


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
