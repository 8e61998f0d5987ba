"""How a service's tasks are replaced, and what they may run on."""

from __future__ import annotations

from dataclasses import dataclass

from components.errors import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """How tasks are replaced: percentages of the desired count, and the patience with new ones, in seconds.

    Raises `InvalidSettingError` (Amazon ECS API Reference, "DeploymentConfiguration").
    """

    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    health_check_grace: int | None = None
    """None: as long as the containers' start periods need."""

    def __post_init__(self) -> None:
        if not 0 <= self.minimum_healthy_percent <= 100:
            value = self.minimum_healthy_percent
            raise InvalidSettingError("service.minimum_healthy_percent", value, "has to be 0 to 100")
        if not 101 <= self.maximum_percent <= 400:
            fix = "has to be 101 to 400: balancing over zones starts a task before it stops another"
            raise InvalidSettingError("service.maximum_percent", self.maximum_percent, fix)

    def check_moves(self, tasks: int) -> None:
        """Raises `InvalidSettingError` if rounding leaves no room to replace one of `tasks` tasks."""
        most, fewest = tasks * self.maximum_percent // 100, -(-tasks * self.minimum_healthy_percent // 100)
        if tasks and most == tasks == fewest:
            enough = -(-100 * (tasks + 1) // tasks)
            fix = f"leaves no room to replace one of {tasks} tasks: use {enough} or more"
            raise InvalidSettingError("service.maximum_percent", self.maximum_percent, fix)


def check_spot_weight(weight: int) -> None:
    """Raises `InvalidSettingError` (Amazon ECS API Reference, "CapacityProviderStrategyItem")."""
    if not 0 <= weight <= 1000:
        raise InvalidSettingError("service.spot_weight", weight, "has to be 0 to 1000")
