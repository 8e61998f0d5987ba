"""The tasks of one account and region: started, moved on, stopped, and registered as targets."""

import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from emulator.aws import interfaces
from emulator.aws.ecs import targets
from emulator.aws.ecs.capacity import next_provider
from emulator.aws.ecs.image import behaviour
from emulator.aws.ecs.service import Service
from emulator.aws.ecs.task_run import End, Interface, Status, TaskRun
from emulator.aws.ecs.timing import Clock, Timing


class Fleet:
    """What runs; moto's ECS backend holds all of it."""

    def __init__(self, backend: Any, *, clock: Clock, timing: Timing) -> None:
        self._backend = backend
        self._clock = clock
        self._timing = timing

    def tasks(self, service: Service | None = None) -> Iterator[TaskRun]:
        """Every task, or those of one service."""
        if service is not None:
            tasks: dict[str, TaskRun] = self._backend.tasks.get(service.cluster_name, {})
            yield from (task for task in tasks.values() if task.service_arn == service.arn)
            return
        for cluster in self._backend.tasks.values():
            yield from cluster.values()

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
        containers: list[dict[str, Any]] = definition.container_definitions
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
            behaviours={one["name"]: behaviour(one["image"], account=account) for one in containers},
        )
        self._backend.tasks.setdefault(cluster.name, {})[arn] = task
        return task

    def stop(self, task: TaskRun, *, code: str, reason: str) -> None:
        """Begins to stop a task: its targets drain first."""
        if task.is_stopping:
            return
        now = self._clock.now()
        was_registered = task.status is Status.RUNNING
        task.stop(now=now, code=code, reason=reason)
        service = self.service_of(task)
        if service is None:
            return
        service.is_steady = False
        if task.status is Status.STOPPING:
            # It never ran, so there is nothing to drain.
            targets.deregister(service.account, service.region, task)
        if was_registered:
            targets.set_health(service.account, service.region, task, "draining")
            for arn in (one["targetGroupArn"] for one in task.balancers if "targetGroupArn" in one):
                service.say(f"deregistered 1 targets in (target-group {arn})", now)

    def advance(self, task: TaskRun, now: float) -> End | None:
        """Brings a task up to `now`; how it ended, if it did so by itself."""
        end = task.own_end(self._timing)
        if end is None or end.at > now:
            self._pass(task, now)
            # What has just begun to run may be over already.
            end = task.own_end(self._timing)
        if end is None or end.at > now:
            return None
        self._pass(task, end.at)
        task.ended = end
        self.stop(task, code=end.code, reason=end.reason)
        self._pass(task, now)
        return end

    def is_healthy(self, service: Service, task: TaskRun) -> bool:
        """Whether the task runs and its targets are healthy."""
        if task.runs_since(self._clock.now()) < self._timing.healthy_after:
            return False
        return targets.are_healthy(service.account, service.region, task)

    def service_of(self, task: TaskRun) -> Service | None:
        """The service that started the task, if one did."""
        if not task.service_arn:
            return None
        cluster, name = task.service_arn.split("/")[-2:]
        return self._backend.services.get(f"{cluster}:{name}")

    def _pass(self, task: TaskRun, now: float) -> None:
        service = self.service_of(task)
        account, region = self._backend.account_id, self._backend.region_name
        for entered in task.advance(now=now, timing=self._timing):
            if entered is Status.ACTIVATING and service:
                for arn in targets.register(account, region, task):
                    service.say(f"registered 1 targets in (target-group {arn})", now)
            elif entered is Status.STOPPING:
                targets.deregister(account, region, task)
            elif entered is Status.STOPPED and task.interface:
                interfaces.detach(account, region, task.interface.id)
        if service and task.runs_since(now) >= self._timing.healthy_after:
            targets.set_health(account, region, task, "healthy")
        if task.status is Status.STOPPED and now - task.entered[Status.STOPPED] > self._timing.stopped_kept:
            for cluster in self._backend.tasks.values():
                cluster.pop(task.arn, None)

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
