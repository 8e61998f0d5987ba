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
    """The machine's clock, which can be told to run faster from now on; it never goes back."""

    def __init__(self) -> None:
        self._real = self._shown = time.time()
        self._speed = 1.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._shown + (time.time() - self._real) * self._speed

    def run(self, speed: float) -> None:
        """Lets `speed` seconds pass in each of the machine's. Raises ValueError unless it is positive."""
        if not speed > 0:
            raise ValueError(f"a clock can't run at {speed}; give a speed above 0")
        self._shown, self._real, self._speed = self.now(), time.time(), speed


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
    unhealthy_after: float = 0.2
    """From a container's start to the health check's verdict that it failed."""
    command: float = 0.3
    """How long a command takes that RunTask gave in the place of the image's own."""
    second: float = 0.005
    """What a second of AWS's is here, in a container's life and in a deployment's bake time."""
