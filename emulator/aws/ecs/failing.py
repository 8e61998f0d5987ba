"""Why a deployment was given up, in ECS's own words.

Those of the circuit breaker, of alarms in events and of the load balancer's rules are AWS's
("Troubleshooting Amazon ECS blue/green deployments" in the developer guide, and what services said). Where
AWS documents none (a deployment stopped by request or by its time limit, and the `statusReason` of an alarm),
they are ours, in the same form.
"""

from dataclasses import dataclass
from enum import Enum

NOT_STARTED = "tasks failed to start"
NOT_HEALTHY = "tasks failed their health checks"
ALARM = "alarm detected"
NO_CANDIDATE = "No rollback candidate was found to run the rollback."


class Cause(Enum):
    """What gave the deployment up, as a part of the `statusReason`."""

    BREAKER = "because the circuit breaker threshold was exceeded"
    ALARM = "because an alarm was triggered"
    NETWORK = "because of invalid networking configuration"
    TIME = "because a lifecycle stage timed out"
    REQUEST = "because StopServiceDeployment was called"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a deployment failed. `detail` is what its event says, `roll_back` whether to take it back."""

    cause: Cause
    detail: str = ""
    roll_back: bool
    alarms: tuple[str, ...] = ()
    """The names of the alarms that were triggered."""

    @property
    def status_reason(self) -> str:
        """The service deployment's `statusReason`, and the reason of its rollback."""
        what = "rolled back" if self.roll_back else "stopped"
        more = f" {self.detail}" if self.cause is Cause.NETWORK else ""
        more = f" Alarms: {', '.join(self.alarms)}." if self.alarms else more
        return f"Service deployment {what} {self.cause.value}.{more}"

    @property
    def event(self) -> str:
        """The service's event, after the deployment's id."""
        told = self.cause in (Cause.BREAKER, Cause.ALARM)
        return f"deployment failed: {self.detail}." if told else f"deployment failed: {self.status_reason}"

    @property
    def rollout_reason(self) -> str:
        """The deployment's `rolloutStateReason` in DescribeServices."""
        if self.cause is Cause.BREAKER:
            return f"ECS deployment circuit breaker: {self.detail}."
        return f"ECS {self.event}"
