"""One task from PROVISIONING to STOPPED (Amazon ECS task lifecycle)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from emulator.aws.ecs.image import WELL, Behaviour, Fault
from emulator.aws.ecs.timing import Timing


class Status(StrEnum):
    """A task's `lastStatus`, in the order in which a task passes through them."""

    PROVISIONING = "PROVISIONING"
    PENDING = "PENDING"
    ACTIVATING = "ACTIVATING"
    RUNNING = "RUNNING"
    DEACTIVATING = "DEACTIVATING"
    STOPPING = "STOPPING"
    DEPROVISIONING = "DEPROVISIONING"
    STOPPED = "STOPPED"


_STARTING = (Status.PROVISIONING, Status.PENDING, Status.ACTIVATING)
_ORDER = tuple(Status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A task's elastic network interface."""

    id: str
    subnet: str
    zone: str
    address: str
    mac: str
    dns_name: str
    attachment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a task will end by itself: at what time, as which of its containers, and in ECS's words."""

    at: float
    container: str
    fault: Fault | None
    code: str
    reason: str
    exit_code: int | None = None


@dataclass(slots=True, kw_only=True)
class TaskRun:
    """A task that runs or ran, and how far it has come. Times are seconds since the epoch.

    `behaviours` are those of its containers' images, by the container's name.
    """

    arn: str
    cluster_arn: str
    definition: Any
    interface: Interface | None
    created_at: float
    settings: dict[str, Any]
    group: str
    started_by: str
    tags: list[dict[str, str]]
    service_arn: str = ""
    capacity_provider: str | None = None
    behaviours: Mapping[str, Behaviour] = field(default_factory=lambda: dict[str, Behaviour]())
    ended: End | None = None
    status: Status = Status.PROVISIONING
    stop_code: str = ""
    stopped_reason: str = ""
    entered: dict[Status, float] = field(default_factory=lambda: dict[Status, float]())

    def __post_init__(self) -> None:
        self.entered.setdefault(Status.PROVISIONING, self.created_at)

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def task_arn(self) -> str:
        """The name under which moto's tagging looks for the ARN."""
        return self.arn

    @property
    def zone(self) -> str:
        """The availability zone's name, or "" without a network interface."""
        return self.interface.zone if self.interface else ""

    @property
    def balancers(self) -> list[dict[str, Any]]:
        """Where a service's task is registered as a target."""
        return self.settings.get("loadBalancers", []) if self.service_arn else []

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop, or has stopped."""
        return _ORDER.index(self.status) > _ORDER.index(Status.RUNNING)

    @property
    def is_starting(self) -> bool:
        """Whether it hasn't reached RUNNING."""
        return self.status in _STARTING

    @property
    def desired_status(self) -> str:
        """What ECS wants of it: RUNNING or STOPPED."""
        return "STOPPED" if self.is_stopping else "RUNNING"

    def stop(self, *, now: float, code: str, reason: str) -> None:
        """Begins the way to STOPPED; a task that is on it stays as it is.

        A task that never ran has no target to take out of service, so it skips DEACTIVATING.
        """
        if self.is_stopping:
            return
        self.stop_code, self.stopped_reason = code, reason
        self._enter(Status.STOPPING if self.is_starting else Status.DEACTIVATING, now)

    def advance(self, *, now: float, timing: Timing) -> list[Status]:
        """Passes through the states that are due by `now`, and returns those it entered.

        A state begins when the one before it was over, not when somebody looked, so that slow ticks don't
        add up. While a container that others wait for isn't healthy, the task doesn't get to RUNNING.
        """
        entered: list[Status] = []
        lasts = _durations(timing)
        if self._is_held_up():
            del lasts[Status.ACTIVATING]
        while self.status in lasts and self.entered[self.status] + lasts[self.status] <= now:
            following = _ORDER[_ORDER.index(self.status) + 1]
            self._enter(following, self.entered[self.status] + lasts[self.status])
            entered.append(following)
        return entered

    def own_end(self, timing: Timing) -> End | None:
        """How it ends unless it is stopped first: the earliest of its essential containers' ends, if any.

        Codes and reasons are those of "Amazon ECS stopped tasks error messages".
        """
        if self.is_stopping:
            return None
        ends = [it for one in self._essential() if (it := self._end_of(one, timing))]
        return min(ends, key=lambda it: it.at, default=None)

    def _essential(self) -> list[dict[str, Any]]:
        return [one for one in self.definition.container_definitions if one.get("essential", True)]

    def _end_of(self, container: dict[str, Any], timing: Timing) -> End | None:
        name, image = container["name"], container["image"]
        it = self.behaviours.get(name, WELL)
        if it.fault is Fault.MISSING:
            reason = f"CannotPullContainerError: failed to resolve ref {image}: {image}: not found"
            code = "TaskFailedToStart"
            return self._end(Status.PENDING, timing.pending, name, it.fault, code=code, reason=reason)
        if it.fault is Fault.UNHEALTHY and self.service_arn:
            reason = "Task failed container health checks"
            after, code = timing.unhealthy_after, "ServiceSchedulerInitiated"
            return self._end(Status.ACTIVATING, after, name, it.fault, code=code, reason=reason)
        exits = {"code": "EssentialContainerExited", "reason": "Essential container in task exited"}
        if it.fault is Fault.EXITS:
            since = Status.RUNNING if it.after else Status.ACTIVATING
            return self._end(since, it.after * timing.second, name, it.fault, exit_code=1, **exits)
        if name in self._commanded():
            failed = it.fault is Fault.COMMAND
            return self._end(Status.RUNNING, timing.command, name, it.fault, exit_code=int(failed), **exits)
        return None

    def _end(
        self, since: Status, after: float, container: str, fault: Fault | None, **how: Any
    ) -> End | None:
        began = self.entered.get(since)
        return None if began is None else End(at=began + after, container=container, fault=fault, **how)

    def _commanded(self) -> set[str]:
        """The containers that RunTask gave a command of their own, which ends."""
        overrides: list[dict[str, Any]] = self.settings.get("overrides", {}).get("containerOverrides", [])
        return {one["name"] for one in overrides if one.get("command")}

    def _is_held_up(self) -> bool:
        waited_for = {
            it["containerName"]
            for one in self.definition.container_definitions
            for it in one.get("dependsOn") or ()
            if it["condition"] == "HEALTHY"
        }
        return any(self.behaviours.get(it, WELL).fault is Fault.UNHEALTHY for it in waited_for)

    def runs_since(self, now: float) -> float:
        """How long it has been RUNNING, in seconds; -1 if it isn't."""
        return now - self.entered[Status.RUNNING] if self.status is Status.RUNNING else -1.0

    def _enter(self, status: Status, at: float) -> None:
        self.status = status
        self.entered[status] = at


def _durations(timing: Timing) -> dict[Status, float]:
    """How long each state lasts that ends by itself."""
    return {
        Status.PROVISIONING: timing.provisioning,
        Status.PENDING: timing.pending,
        Status.ACTIVATING: timing.activating,
        Status.DEACTIVATING: timing.deactivating,
        Status.STOPPING: timing.stopping,
        Status.DEPROVISIONING: timing.deprovisioning,
    }
