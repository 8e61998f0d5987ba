"""The one typed model of a stack's config: every key of the project's namespace, its meaning, its default.

`Settings.load()` reads what `pulumi config` holds for the running stack. A key that isn't here, a wrong type
or an impossible value ends the run with one `pulumi.RunError` that lists every problem, before anything is
registered. docs/settings.md's table is generated from these models (docs/generate.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from settings import config
from settings.alarms import Alarms
from settings.base import Retention, Section
from settings.containers import Datadog, LogRouter, Nginx, Rails, Task, Volume
from settings.deployment import Deployment
from settings.errors import PROJECT
from settings.network import Domain, LoadBalancer, Network
from settings.service import Routing, Scaling, Service

__all__ = ["PROJECT", "Settings"]


class Settings(Section):
    image: str = Field(description="the application's image: an ECR repository's URI with a tag or a digest")
    datadog: Datadog | None = Field(default=None, description="adds the Datadog agent and sends logs there")
    domain: Domain | None = Field(default=None, description="serves HTTPS under a name of your own")
    task: Task = Task()
    rails: Rails = Rails()
    volumes: Mapping[str, Volume] = Field(
        default_factory=dict,
        description="folders that rails may write, by name: on a file system, or on disk",
    )
    nginx: Nginx = Nginx()
    log_router: LogRouter = LogRouter()
    service: Service = Service()
    deployment: Deployment = Deployment()
    scaling: Scaling = Scaling()
    network: Network = Network()
    load_balancer: LoadBalancer = LoadBalancer()
    routing: Routing = Routing()
    container_insights: Literal["enabled", "enhanced", "disabled"] = Field(
        default="enabled", description="Container Insights of the cluster"
    )
    alarms: Alarms = Alarms()
    dashboard: bool = Field(default=True, description="a CloudWatch dashboard of the service")
    log_retention_days: Retention = Field(default=30, description="days that the containers' logs are kept")
    exec: bool = Field(
        default=False, description="allow ECS Exec into rails, audited; its root file system stays read-only"
    )
    permissions_boundary: str | None = Field(
        default=None,
        description="name of the IAM policy that bounds every role of the stack; bootstrap makes one",
        pattern=r"^[\w+=,.@-]{1,128}$",
    )
    protect: bool = Field(
        default=True,
        description="refuse to delete VPC, load balancer, cluster, roles, and logs that no setting turns off",
    )

    @model_validator(mode="after")
    def _desired_count_is_in_range(self) -> Self:
        desired, scaling = self.service.desired_count, self.scaling
        if desired is not None and not scaling.minimum <= desired <= scaling.maximum:
            raise ValueError(
                f"service.desired_count: {desired} is outside scaling.minimum {scaling.minimum} to "
                f"scaling.maximum {scaling.maximum}; change one of the three"
            )
        return self

    @classmethod
    def load(cls) -> Self:
        """The running stack's settings. Raises `pulumi.RunError` with every problem when they don't fit."""
        return config.load(cls, PROJECT)

    @classmethod
    def parse(cls, held: Mapping[str, Any]) -> Self:
        """Settings from config values as the engine passes them: strings, objects as JSON.

        Raises `pulumi.RunError` with every problem when they don't fit.
        """
        return config.parse(cls, held, PROJECT)
