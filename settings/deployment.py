"""The settings of a deployment: how new tasks take over from old ones."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from settings.base import Section


class Deployment(Section):
    strategy: Literal["rolling", "blue_green", "linear", "canary"] = Field(
        default="rolling",
        description="replace tasks in place, or start all new ones and shift the traffic: at once, in equal "
        "steps, or a share first",
    )
    bake_minutes: int = Field(
        default=5,
        description="minutes that the old tasks stay when all traffic is shifted",
        ge=0,
        le=1440,
    )
    step_percent: float = Field(
        default=20, description="share of the traffic in each step of `linear`, or in the first of `canary`"
    )
    step_minutes: int = Field(default=3, description="minutes between one step and the next", ge=0, le=1440)
    rollback_on_alarms: bool = Field(
        default=True,
        description="whether an alarm of the traffic that goes off takes the deployment back; a rolling one "
        "lasts the five minutes longer that alarms look at",
    )
    deadline_minutes: int = Field(
        default=30, description="minutes until a deployment that doesn't end is given up", ge=1
    )
