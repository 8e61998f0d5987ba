"""Looks at a service many times a second with plain boto3, and keeps what it saw."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from emulator.local.demo.sample import DeploymentSeen, Phase, Sample, TaskSeen
from emulator.local.demo.timeline import Timeline

INTERVAL = 0.05
"""Seconds between two looks; a look itself takes about half as long."""
DESCRIBED = 100
"""How many tasks ECS describes at a time (Amazon ECS API Reference, DescribeTasks)."""


class Reader:
    """Reads the account's only service. `client` makes a boto3 client out of a service's name."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._ecs = client("ecs")
        self._elb = client("elbv2")
        self._place: tuple[str, str] | None = None
        self._gone: dict[str, TaskSeen] = {}
        self._said: set[tuple[Any, str]] = set()

    def look(self, at: float) -> Sample | None:
        """The service as it is now; None before it is there and after its deletion."""
        self._place = self._place or self._find()
        if self._place is None:
            return None
        cluster, name = self._place
        service = self._ecs.describe_services(cluster=cluster, services=[name])["services"][0]
        if service["status"] == "INACTIVE":
            return None
        described = self._describe_tasks(cluster, name)
        targets = self._targets(service)
        return Sample(
            at=at,
            revision=_revision(service["taskDefinition"]),
            desired=service["desiredCount"],
            running=service["runningCount"],
            healthy=sum(state == "healthy" for state in targets.values()),
            tasks=self._tasks(described, targets),
            deployments=tuple(_deployment(it) for it in service["deployments"]),
            events=self._new_events(service),
        )

    def _find(self) -> tuple[str, str] | None:
        for cluster in self._ecs.list_clusters()["clusterArns"]:
            for service in self._ecs.list_services(cluster=cluster)["serviceArns"]:
                return cluster, service
        return None

    def _describe_tasks(self, cluster: str, service: str) -> list[dict[str, Any]]:
        """The tasks that run or stop, and those that have stopped since the last look."""
        listed = self._ecs.get_paginator("list_tasks")
        arns: list[str] = []
        for desired in ("RUNNING", "STOPPED"):
            for page in listed.paginate(cluster=cluster, serviceName=service, desiredStatus=desired):
                arns += page["taskArns"]
        wanted = [arn for arn in arns if _last(arn) not in self._gone]
        found: list[dict[str, Any]] = []
        for at in range(0, len(wanted), DESCRIBED):
            chunk = wanted[at : at + DESCRIBED]
            found += self._ecs.describe_tasks(cluster=cluster, tasks=chunk)["tasks"]
        return found

    def _targets(self, service: dict[str, Any]) -> dict[str, str]:
        """The state of each target, by its address."""
        states: dict[str, str] = {}
        for balancer in service["loadBalancers"]:
            answer = self._elb.describe_target_health(TargetGroupArn=balancer["targetGroupArn"])
            for it in answer["TargetHealthDescriptions"]:
                states[it["Target"]["Id"]] = it["TargetHealth"]["State"]
        return states

    def _tasks(self, described: list[dict[str, Any]], targets: dict[str, str]) -> tuple[TaskSeen, ...]:
        seen = [_task(it, targets) for it in sorted(described, key=lambda it: it["createdAt"])]
        tasks = (*self._gone.values(), *seen)
        self._gone.update({task.id: task for task in seen if task.phase is Phase.GONE})
        return tasks

    def _new_events(self, service: dict[str, Any]) -> tuple[str, ...]:
        """Oldest first; the same words at the same time count once."""
        new: list[str] = []
        for event in reversed(service["events"]):
            key = (event["createdAt"], event["message"])
            if key not in self._said:
                self._said.add(key)
                new.append(str(event["message"]).removeprefix(f"(service {service['serviceName']}) "))
        return tuple(new)


class Watcher:
    """A thread that looks while its block runs. `listener` is called, in that thread, with each sample."""

    def __init__(
        self, client: Callable[[str], Any], *, listener: Callable[[Sample], None] | None = None
    ) -> None:
        self._reader = Reader(client)
        self._listener = listener
        self._samples: list[Sample] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._began = time.monotonic()

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    @property
    def now(self) -> float:
        """Seconds since the watch began."""
        return time.monotonic() - self._began

    @property
    def latest(self) -> Sample | None:
        """What the last look saw."""
        return self._samples[-1] if self._samples else None

    def timeline(self) -> Timeline:
        """All that was seen until now."""
        return Timeline.of(list(self._samples))

    def wait_for(self, reached: Callable[[Sample], bool], *, seconds: float) -> Sample | None:
        """The first look from now on that shows it; None if none does within these seconds."""
        asked = self.now
        while self.now - asked < seconds:
            latest = self.latest
            if latest and latest.at > asked and reached(latest):
                return latest
            time.sleep(INTERVAL / 2)
        return None

    def _run(self) -> None:
        while not self._end.wait(INTERVAL):
            try:
                sample = self._reader.look(self.now)
            except (BotoCoreError, ClientError):
                continue  # what is being made or deleted answers at the next look, or no more
            if sample:
                self._samples.append(sample)
                if self._listener:
                    self._listener(sample)


def _task(described: dict[str, Any], targets: dict[str, str]) -> TaskSeen:
    details = {it["name"]: it["value"] for it in described["attachments"][0]["details"]}
    return TaskSeen(
        id=_last(described["taskArn"]),
        revision=_revision(described["taskDefinitionArn"]),
        zone=described["availabilityZone"],
        status=described["lastStatus"],
        target=targets.get(details["privateIPv4Address"], ""),
        stop_code=described.get("stopCode", ""),
        stopped_reason=described.get("stoppedReason", ""),
    )


def _deployment(described: dict[str, Any]) -> DeploymentSeen:
    return DeploymentSeen(
        id=described["id"],
        revision=_revision(described["taskDefinition"]),
        status=described["status"],
        rollout=described["rolloutState"],
    )


def _last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]


def _revision(arn: str) -> int:
    return int(arn.rsplit(":", 1)[-1])
