"""One task from PROVISIONING to STOPPED (Amazon ECS task lifecycle)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

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


@dataclass(slots=True, kw_only=True)
class TaskRun:
    """A task that runs or ran, and how far it has come. Times are seconds since the epoch."""

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
        add up.
        """
        entered: list[Status] = []
        lasts = _durations(timing)
        while self.status in lasts and self.entered[self.status] + lasts[self.status] <= now:
            following = _ORDER[_ORDER.index(self.status) + 1]
            self._enter(following, self.entered[self.status] + lasts[self.status])
            entered.append(following)
        return entered

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
