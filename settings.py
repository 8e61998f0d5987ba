"""The one typed model of a stack's config: every key of the project's namespace, its meaning, its default.

`Settings.load()` reads what `pulumi config` holds for the running stack. A key that isn't here, a wrong type
or an impossible value ends the run with one `pulumi.RunError` that lists every problem, before anything is
registered. README.md's table is generated from this module (docs/generate.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pulumi.runtime import config as pulumi_config
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from settings_errors import PROJECT, explained, unfit

_ENCRYPTED = (
    "set as a secret, which no setting is; set it without --secret, or put the value into Secrets Manager "
    "and name it in rails.secrets"
)

_RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _is_a_retention(days: int) -> int:
    if days not in _RETENTIONS:
        nearest = min(_RETENTIONS, key=lambda offered: abs(offered - days))
        raise ValueError(f"isn't a number of days that CloudWatch Logs offers; the nearest is {nearest}")
    return days


Retention = Annotated[int, AfterValidator(_is_a_retention)]
"""Days that a log group keeps its events (Amazon CloudWatch Logs API Reference: PutRetentionPolicy)."""

Percent = Annotated[int, Field(ge=1, le=100)]
SecretName = Annotated[str, Field(pattern=r"^[\w/+=.@-]+(#[\w.-]+)?$", max_length=512)]
"""A secret's name in Secrets Manager, optionally with `#key` for one key of its JSON."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Datadog(_Section):
    site: Literal[
        "datadoghq.com",
        "datadoghq.eu",
        "us3.datadoghq.com",
        "us5.datadoghq.com",
        "ap1.datadoghq.com",
        "ap2.datadoghq.com",
        "ddog-gov.com",
    ] = Field(description="Datadog site that receives metrics, traces and logs")
    api_key_secret: SecretName = Field(description="name of the secret that holds Datadog's API key")
    image: str | None = Field(default=None, description="the agent's image, instead of the pinned one")


class Domain(_Section):
    name: str = Field(
        description="host name that the application answers to", pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$"
    )
    zone: str = Field(description="Route 53 hosted zone that the records go into")
    certificate_arn: str | None = Field(
        default=None,
        description="certificate to use; without it one is requested and validated",
        pattern=r"^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate/",
    )

    @model_validator(mode="after")
    def _name_is_in_zone(self) -> Self:
        if self.name != self.zone and not self.name.endswith(f".{self.zone}"):
            raise ValueError(
                f"name: {self.name!r} isn't in zone {self.zone!r}; use {self.zone} or a name below it"
            )
        return self


class Task(_Section):
    cpu: int = Field(default=1024, description="CPU units of a task (1024 is one vCPU)")
    memory: int = Field(
        default=2048, description="memory of a task, MiB; Fargate allows certain pairs with cpu only"
    )
    architecture: Literal["ARM64", "X86_64"] = Field(
        default="ARM64", description="processor architecture of the images"
    )
    ephemeral_storage: int = Field(default=21, description="disk of a task, GiB", ge=21, le=200)


class Rails(_Section):
    cpu: int = Field(default=640, description="CPU units reserved for rails", ge=1)
    memory: int = Field(default=1280, description="memory reserved for rails, MiB", ge=6)
    port: int = Field(
        default=3000, description="port that rails listens on, on localhost only", ge=1024, le=65535
    )
    workdir: str = Field(
        default="/rails", description="the image's working directory; its tmp is writable", pattern="^/"
    )
    user: int = Field(
        default=1000, description="the image's numeric user, which its tmp belongs to", ge=0, le=65535
    )
    health_path: str = Field(
        default="/up", description="path that answers 200 when rails can serve", pattern="^/"
    )
    health_host: str = Field(
        default="localhost", description="Host header of health checks (HostAuthorization)"
    )
    health_command: str | None = Field(
        default=None,
        description="shell command that succeeds when rails can serve, for an image without curl",
        min_length=1,
    )
    start_period: int = Field(
        default=60, description="seconds in which a failing health check of rails doesn't count", ge=0, le=300
    )
    stop_timeout: int = Field(default=60, description="seconds between SIGTERM and SIGKILL", ge=2, le=120)
    environment: Mapping[str, str] = Field(
        default_factory=dict, description="environment variables, none of them secret"
    )
    secrets: Mapping[str, SecretName] = Field(
        default_factory=dict,
        description="environment variables read from Secrets Manager: variable to `name` or `name#key`",
    )


class Nginx(_Section):
    image: str | None = Field(default=None, description="nginx's image, instead of the pinned one")
    max_body_mib: int = Field(default=10, description="largest request body, MiB", ge=1, le=2048)
    stop_timeout: int = Field(default=30, description="seconds that nginx may drain", ge=10, le=120)


class LogRouter(_Section):
    image: str | None = Field(default=None, description="Fluent Bit's image, instead of the pinned one")


class Service(_Section):
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


class Scaling(_Section):
    minimum: int = Field(default=2, description="fewest tasks", ge=1)
    maximum: int = Field(default=10, description="most tasks", ge=1)
    cpu: Percent = Field(default=60, description="average CPU that the service holds, percent")
    memory: Percent = Field(default=70, description="average memory that the service holds, percent")
    requests: int = Field(default=1000, description="requests a minute that each task takes", ge=1)

    @model_validator(mode="after")
    def _minimum_fits(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(
                f"minimum: {self.minimum} is above maximum {self.maximum}; lower one or raise the other"
            )
        return self


class Network(_Section):
    cidr: str = Field(default="10.0.0.0/16", description="addresses of the VPC; fixed once it stands")
    zones: int = Field(default=2, description="availability zones used", ge=2, le=6)
    nat: Literal["one", "zone", "none"] = Field(
        default="one", description="NAT gateways: one, one in each zone, or none (VPC endpoints instead)"
    )
    flow_log_retention_days: Retention = Field(default=30, description="days that flow logs are kept")


class LoadBalancer(_Section):
    deletion_protection: bool = Field(
        default=True, description="the load balancer can't be deleted until this is false"
    )
    idle_timeout: int = Field(
        default=60,
        description="seconds that an idle connection stays open, and that rails may take for an answer",
        ge=1,
        le=4000,
    )
    access_log_retention_days: int = Field(default=90, description="days that access logs are kept", ge=1)
    empty_access_logs_on_delete: bool = Field(
        default=False, description="let `destroy` empty the access logs' bucket; if false a full one stays"
    )
    firewall: bool = Field(default=False, description="put a WAF with AWS's managed rules in front")


class Routing(_Section):
    hosts: tuple[str, ...] = Field(
        default=(), description="host names that the listener rule takes; empty: any", max_length=5
    )
    paths: tuple[str, ...] = Field(
        default=("/*",), description="paths that the listener rule takes", min_length=1, max_length=5
    )
    priority: int = Field(default=100, description="the listener rule's priority", ge=1, le=50000)
    deregistration_delay: int = Field(default=30, description="seconds that a target drains", ge=0, le=3600)

    @model_validator(mode="after")
    def _fits_a_rule(self) -> Self:
        if len(self.hosts) + len(self.paths) > 5:
            both = [*self.hosts, *self.paths]
            raise ValueError(f"hosts: {both}, with paths, are more than five; use fewer, or wildcards")
        return self


class Settings(_Section):
    image: str = Field(description="the application's image: an ECR repository's URI with a tag or a digest")
    datadog: Datadog | None = Field(default=None, description="adds the Datadog agent and sends logs there")
    domain: Domain | None = Field(default=None, description="serves HTTPS under a name of your own")
    task: Task = Task()
    rails: Rails = Rails()
    nginx: Nginx = Nginx()
    log_router: LogRouter = LogRouter()
    service: Service = Service()
    scaling: Scaling = Scaling()
    network: Network = Network()
    load_balancer: LoadBalancer = LoadBalancer()
    routing: Routing = Routing()
    container_insights: Literal["enabled", "enhanced", "disabled"] = Field(
        default="enabled", description="Container Insights of the cluster"
    )
    log_retention_days: Retention = Field(default=30, description="days that the containers' logs are kept")
    exec: bool = Field(
        default=False, description="allow ECS Exec into rails, audited; its root file system is writable then"
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
        """The running stack's settings. Raises `pulumi.RunError` with every problem when they don't fit.

        A value set with `--secret` is refused unseen: settings end up in resources and messages as text.
        """
        held = {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()}
        own = {key: value for key, value in held.items() if key.startswith(f"{PROJECT}:")}
        secret = sorted(key for key in own if pulumi_config.is_config_secret(key))
        if secret:
            raise unfit(f"{key.removeprefix(f'{PROJECT}:')}: {_ENCRYPTED}" for key in secret)
        return cls.parse({key.removeprefix(f"{PROJECT}:"): value for key, value in own.items()})

    @classmethod
    def parse(cls, config: Mapping[str, Any]) -> Self:
        """Settings from config values as the engine passes them: strings, objects as JSON.

        Raises `pulumi.RunError` with every problem when they don't fit.
        """
        try:
            return cls.model_validate({key: _decoded(value) for key, value in config.items()})
        except ValidationError as error:
            raise unfit(explained(problem, cls) for problem in error.errors()) from None


def _decoded(value: object) -> object:
    """The engine hands objects and lists over as JSON, and everything else as text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value
