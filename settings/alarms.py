"""The settings of what tells of trouble: alarms, who hears of them, and the dashboard."""

from __future__ import annotations

from pydantic import Field

from settings.base import Percent, Section


class Alarms(Section):
    enabled: bool = Field(
        default=True, description="alarms, and the topic that they and failed deployments are told to"
    )
    subscribers: tuple[str, ...] = Field(
        default=(),
        description="who hears of them: email addresses (each has to confirm), https endpoints, ARNs of SQS "
        "queues and Lambda functions (whose policies let the topic in)",
    )
    error_percent: Percent = Field(default=5, description="share of 5xx answers that is trouble, percent")
    error_requests: int = Field(
        default=50,
        description="requests a minute that this share is of, even when there are fewer: single errors wake "
        "nobody",
        ge=1,
    )
    latency: float = Field(
        default=2.0, description="seconds in which 99 of 100 requests have to be answered", gt=0
    )
    cpu: Percent = Field(default=90, description="average CPU that is trouble, percent")
    memory: Percent = Field(default=90, description="average memory that is trouble, percent")
