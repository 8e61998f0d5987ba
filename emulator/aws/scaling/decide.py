"""How many tasks a policy wants: pure arithmetic.

The rules are those of "How target tracking scaling for Application Auto Scaling works" and "How step scaling
for Application Auto Scaling works" in the user guide.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_COOLDOWN = 300
"""Seconds, for an ECS service."""
CAUTION = 0.9
"""A metric has to be below this share of its target before capacity is removed."""
_ALMOST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The capacity that a scalable target allows."""

    least: int
    most: int

    def hold(self, capacity: int) -> int:
        """The capacity that is nearest to this one."""
        return max(self.least, min(capacity, self.most))


def tracked(capacity: int, value: float, target: float) -> int:
    """The capacity that brings the metric to its target, rounded up so that it doesn't go above it."""
    return math.ceil(capacity * value / target - _ALMOST)


def stepped(configuration: Mapping[str, Any], capacity: int, breach: float) -> int:
    """The capacity by a StepScalingPolicyConfiguration; `breach` is the metric minus the threshold."""
    step = next((it for it in configuration["StepAdjustments"] if _holds(it, breach)), None)
    if step is None:
        return capacity
    amount, kind = step["ScalingAdjustment"], configuration["AdjustmentType"]
    if kind == "ExactCapacity":
        return amount
    if kind == "PercentChangeInCapacity":
        amount = _percent(capacity * amount / 100, configuration.get("MinAdjustmentMagnitude", 0))
    return max(capacity + amount, 0)


def _holds(step: Mapping[str, Any], breach: float) -> bool:
    """Whether the breach is in the step's interval, whose end that is farther from the threshold is open."""
    low = float(step.get("MetricIntervalLowerBound", -math.inf))
    high = float(step.get("MetricIntervalUpperBound", math.inf))
    return low <= breach < high if breach >= 0 else low < breach <= high


def _percent(change: float, least: int) -> int:
    """A change in percent as tasks: rounded towards 0, but to one task at least."""
    if change == 0:
        return 0
    tasks = max(math.floor(abs(change)), 1, least)
    return tasks if change > 0 else -tasks
