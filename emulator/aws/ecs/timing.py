"""How fast time passes for tasks."""

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Where the scheduler reads the time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a task stays in each state, and its target in each of its own, in seconds.

    On AWS these are seconds to minutes. They are short here, and yet not zero, so that a client sees every
    state and an `up` still ends in about a second.
    """

    provisioning: float = 0.1
    pending: float = 0.1
    activating: float = 0.05
    healthy_after: float = 0.15
    deactivating: float = 0.2
    stopping: float = 0.05
    deprovisioning: float = 0.05
    stopped_kept: float = 3600.0
