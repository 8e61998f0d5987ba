"""What one look at a service shows."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What a task is to the load balancer, out of its own status and its target's."""

    STARTING = "starting"
    """On its way to a healthy target, or fallen back from one."""
    SERVING = "serving"
    LEAVING = "leaving"
    """It drains, and then stops."""
    GONE = "gone"


_LEAVING = {"DEACTIVATING", "STOPPING", "DEPROVISIONING"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSeen:
    """A task. `target` is the state of its target (initial, healthy, draining …), "" when it has none."""

    id: str
    revision: int
    zone: str
    status: str
    """DescribeTasks' `lastStatus`."""
    target: str = ""
    stop_code: str = ""
    stopped_reason: str = ""

    @property
    def phase(self) -> Phase:
        """Whether it comes, serves or goes."""
        if self.status == "STOPPED":
            return Phase.GONE
        if self.status in _LEAVING or self.target == "draining":
            return Phase.LEAVING
        return Phase.SERVING if self.status == "RUNNING" and self.target == "healthy" else Phase.STARTING

    @property
    def name(self) -> str:
        """Enough of the id to tell it from the others."""
        return self.id[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentSeen:
    """One of DescribeServices' deployments; `status` and `rollout` are ECS's words."""

    id: str
    revision: int
    status: str
    rollout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A service at one moment. `at` is in seconds since the watch began.

    `healthy` counts the targets that are, of one answer of the load balancer's. `events` are those that the
    service hadn't said at the look before, oldest first.
    """

    at: float
    revision: int
    """Of the task definition that the service runs, or moves to."""
    desired: int
    running: int
    healthy: int
    tasks: tuple[TaskSeen, ...]
    deployments: tuple[DeploymentSeen, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def alive(self) -> tuple[TaskSeen, ...]:
        """The tasks that haven't stopped."""
        return tuple(task for task in self.tasks if task.phase is not Phase.GONE)

    @property
    def is_steady(self) -> bool:
        """Whether exactly the desired tasks are there, serve, and are of one revision that is rolled out."""
        return (
            len(self.alive) == self.desired == self.healthy
            and all(it.phase is Phase.SERVING and it.revision == self.revision for it in self.alive)
            and [it.rollout for it in self.deployments] == ["COMPLETED"]
        )
