"""How a service's tasks are replaced: in place, or beside the old ones with the traffic shifted to them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal, TypeAlias

import pulumi_aws as aws

from components.alarms import TRAFFIC_MINUTES
from components.errors import InvalidSettingError

Strategy: TypeAlias = Literal["rolling", "blue_green", "linear", "canary"]

# Amazon ECS API Reference, "DeploymentConfiguration", "LinearConfiguration" and "CanaryConfiguration".
_MOST_MINUTES = 1440
_LEAST_STEP = {"linear": 3.0, "canary": 0.1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """How new tasks take over: a strategy, its pace in minutes, and the patience with it.

    `rolling` replaces tasks in place, between the two percentages of the desired count. The others start all
    new tasks beside the old ones and shift the traffic: at once (`blue_green`), in equal steps (`linear`), or
    a share first and then all (`canary`); they need a load balancer. Raises `InvalidSettingError` (Amazon ECS
    API Reference, "DeploymentConfiguration").
    """

    strategy: Strategy = "rolling"
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    health_check_grace: int | None = None
    """Seconds; None: as long as the containers' start periods need."""
    bake_minutes: int = 5
    """How long the old tasks stay when all traffic is on the new ones; not of `rolling`."""
    step_percent: float = 20
    """The traffic of each step of `linear`, or of the first one of `canary`."""
    step_minutes: int = 3
    """Between one step and the next."""
    rollback_on_alarms: bool = True
    """Whether an alarm of the service's traffic that goes off takes the deployment back."""
    deadline_minutes: int = 30
    """After which a deployment that neither ended nor failed is given up, and the `up` fails."""

    def __post_init__(self) -> None:
        if not 0 <= self.minimum_healthy_percent <= 100:
            value = self.minimum_healthy_percent
            raise InvalidSettingError("service.minimum_healthy_percent", value, "has to be 0 to 100")
        if not 101 <= self.maximum_percent <= 400:
            fix = "has to be 101 to 400: balancing over zones starts a task before it stops another"
            raise InvalidSettingError("service.maximum_percent", self.maximum_percent, fix)
        for setting, value in (("bake_minutes", self.bake_minutes), ("step_minutes", self.step_minutes)):
            if not 0 <= value <= _MOST_MINUTES:
                raise InvalidSettingError(f"deployment.{setting}", value, f"has to be 0 to {_MOST_MINUTES}")
        least, percent = _LEAST_STEP.get(self.strategy, 0.1), self.step_percent
        if not (least <= percent <= 100 and round(percent, 1) == percent):
            fix = f"has to be {least:g} to 100 with strategy {self.strategy}, with one decimal at most"
            raise InvalidSettingError("deployment.step_percent", percent, fix)
        if self.deadline_minutes <= self.planned_minutes:
            fix = (
                f"has to be more than the {self.planned_minutes} minutes of its steps and its bake time, "
                "with room for tasks to start"
            )
            raise InvalidSettingError("deployment.deadline_minutes", self.deadline_minutes, fix)

    @property
    def shifts(self) -> bool:
        """Whether it shifts traffic between two target groups."""
        return self.strategy != "rolling"

    @property
    def planned_minutes(self) -> int:
        """How long steps and bake time last when nothing goes wrong, without the start of tasks.

        The bake time of `rolling` with alarms is made by ECS from what they look at (Amazon ECS Developer
        Guide, "How CloudWatch alarms detect Amazon ECS deployment failures").
        """
        if not self.shifts:
            return TRAFFIC_MINUTES if self.rollback_on_alarms else 0
        steps = {"blue_green": 1, "linear": ceil(100 / self.step_percent), "canary": 2}[self.strategy]
        if self.step_percent == 100:
            steps = 1
        return (steps - 1) * self.step_minutes + self.bake_minutes

    def check_moves(self, tasks: int) -> None:
        """Raises `InvalidSettingError` if rounding leaves no room to replace one of `tasks` tasks."""
        most, fewest = tasks * self.maximum_percent // 100, -(-tasks * self.minimum_healthy_percent // 100)
        if tasks and most == tasks == fewest:
            enough = -(-100 * (tasks + 1) // tasks)
            fix = f"leaves no room to replace one of {tasks} tasks: use {enough} or more"
            raise InvalidSettingError("service.maximum_percent", self.maximum_percent, fix)

    def configuration(self) -> aws.ecs.ServiceDeploymentConfigurationArgsDict:
        """The strategy as ECS takes it. It is always said: what is left out stays as it was."""
        told: aws.ecs.ServiceDeploymentConfigurationArgsDict = {"strategy": self.strategy.upper()}
        if self.shifts:
            told["bake_time_in_minutes"] = str(self.bake_minutes)
        if self.strategy == "linear":
            told["linear_configuration"] = {
                "step_percent": self.step_percent,
                "step_bake_time_in_minutes": str(self.step_minutes),
            }
        if self.strategy == "canary":
            told["canary_configuration"] = {
                "canary_percent": self.step_percent,
                "canary_bake_time_in_minutes": str(self.step_minutes),
            }
        return told


def check_spot_weight(weight: int) -> None:
    """Raises `InvalidSettingError` (Amazon ECS API Reference, "CapacityProviderStrategyItem")."""
    if not 0 <= weight <= 1000:
        raise InvalidSettingError("service.spot_weight", weight, "has to be 0 to 1000")
