"""How fast time passes for tasks."""

import math
import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Where the scheduler reads the time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock, which can be told to run faster from now on; it never goes back.

    A request may change it while the scheduler reads it, so its state is one value.
    """

    def __init__(self) -> None:
        now = time.time()
        self._since = (now, now, 1.0)  # what it showed, what the machine's showed, and its speed since

    def now(self) -> float:
        """Seconds since the epoch."""
        shown, real, speed = self._since
        return shown + (time.time() - real) * speed

    @property
    def speed(self) -> float:
        """How many seconds pass in each of the machine's."""
        return self._since[2]

    def run(self, speed: float) -> None:
        """Lets `speed` seconds pass in each of the machine's.

        Raises ValueError unless it is a number above 0.
        """
        if not 0 < speed < math.inf:
            raise ValueError(f"a clock can't run at {speed}; give a speed above 0")
        self._since = (self.now(), time.time(), speed)


CLOCK = SystemClock()
"""The clock of this process, which the server lets its clients speed up."""


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
    """What a second of AWS's is here, in a container's life, a deployment's bake time and a cooldown."""

    @property
    def minute(self) -> float:
        """What a minute of AWS's is here."""
        return 60 * self.second


TIMING = Timing()
"""The timing of this process."""
