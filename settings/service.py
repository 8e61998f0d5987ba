"""The settings of the service: how many tasks, how they are replaced, and how requests reach them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from settings.base import Percent, Section


class Service(Section):
    desired_count: int | None = Field(
        default=None,
        description="tasks at first, `scaling.minimum` if unset; afterwards auto-scaling owns the number",
        ge=0,
    )
    minimum_healthy_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=100, description="share of the desired tasks that stay healthy in a deployment"
    )
    maximum_percent: int = Field(
        default=200, description="share of the desired tasks that may run in a deployment", ge=101, le=400
    )
    health_check_grace: int | None = Field(
        default=None,
        description="seconds before health checks count; unset: what the containers' start periods need",
        ge=0,
    )
    keep_revisions: int | None = Field(
        default=None,
        description="task-definition revisions kept for a rollback; unset keeps all",
        ge=2,
    )
    spot_weight: int = Field(default=0, description="parts of Fargate Spot against one part of Fargate")


class Schedule(Section):
    name: str = Field(description="names the schedule among the others")
    schedule: str = Field(
        description="`cron(0 8 ? * MON-FRI *)`, `rate(12 hours)`, `at(2026-11-27T08:00:00)`"
    )
    timezone: str = Field(default="UTC", description="whose clock it goes by, such as `Europe/Berlin`")
    minimum: int | None = Field(default=None, description="fewest tasks from then on", ge=0)
    maximum: int | None = Field(default=None, description="most tasks from then on", ge=0)


class Scaling(Section):
    minimum: int = Field(
        default=2, description="fewest tasks; with schedules that change it, at first only", ge=1
    )
    maximum: int = Field(
        default=10, description="most tasks; with schedules that change it, at first only", ge=1
    )
    cpu: Percent = Field(default=60, description="average CPU that the service holds, percent")
    memory: Percent = Field(default=70, description="average memory that the service holds, percent")
    requests: int = Field(default=1000, description="requests a minute that each task takes", ge=1)
    schedules: tuple[Schedule, ...] = Field(
        default=(),
        description="when the fewest and the most tasks change, each until the next one changes them",
    )
    predictive: Literal["off", "forecast", "scale"] = Field(
        default="off",
        description="forecast the load from that of the last two weeks, and start tasks ahead of it",
    )

    @model_validator(mode="after")
    def _minimum_fits(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(
                f"minimum: {self.minimum} is above maximum {self.maximum}; lower one or raise the other"
            )
        return self


class Routing(Section):
    hosts: tuple[str, ...] = Field(
        default=(), description="host names that the listener rule takes; empty: any", max_length=5
    )
    paths: tuple[str, ...] = Field(
        default=("/*",), description="paths that the listener rule takes", min_length=1, max_length=5
    )
    priority: int | None = Field(
        default=None,
        description="the listener rule's priority; unset: one that lets more exact rules come first",
        ge=1,
        le=50000,
    )
    deregistration_delay: int = Field(default=30, description="seconds that a target drains", ge=0, le=3600)

    @model_validator(mode="after")
    def _fits_a_rule(self) -> Self:
        if len(self.hosts) + len(self.paths) > 5:
            both = [*self.hosts, *self.paths]
            raise ValueError(f"hosts: {both}, with paths, are more than five; use fewer, or wildcards")
        return self
