"""datadog: the agent that takes rails' traces and metrics over a shared socket volume.

Datadog documentation: "Amazon ECS on AWS Fargate", "Unix Domain Socket", "Deploying the Agent with a
read-only root filesystem".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecs_policies.checks import Problem

from components.containers.defaults import DATADOG_IMAGE
from components.containers.model import Container
from components.containers.parts import HealthCheck, LogToCloudWatch, MountPoint, RestartPolicy, Secret, Tmpfs

NAME = "datadog"
INIT_NAME = "datadog_init"
SOCKETS = "/var/run/datadog"
SOCKETS_VOLUME = "datadog_sockets"
CONFIG_VOLUME = "datadog_config"
VOLUMES = (CONFIG_VOLUME, SOCKETS_VOLUME)
PORTS = (5000, 5001, 5012, 8126)
"""Where the agent listens on TCP besides its sockets (Datadog documentation, "Network Traffic")."""

_CONFIG = "/etc/datadog-agent"
_CONFIG_COPY = "/copy"
_TEMPORARY = ("/tmp", "/opt/datadog-agent/run")  # noqa: S108 (the container's own, in memory)

# Datadog's regions; the web application's own host begins with app.
_SITE = re.compile(r"(?!app\.)([a-z0-9-]+\.)?(datadoghq\.com|datadoghq\.eu|ddog-gov\.com)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatadogSettings:
    """Where traces, metrics and logs go. `site` is one of Datadog's, `api_key` the secret that holds the
    key.

    `service`, `environment` and `version` are Datadog's unified service tags. CPU in units of 1/1024 vCPU,
    memory in MiB, time in seconds.
    """

    site: str
    api_key: Secret
    image: str = DATADOG_IMAGE
    service: str = "web"
    environment: str | None = None
    version: str | None = None
    cpu: int = 128
    memory: int = 384
    stop_timeout: int = 30

    def problems(self) -> Iterator[Problem]:
        """Settings that Datadog wouldn't understand."""
        if not _SITE.fullmatch(self.site):
            fix = "Use the site alone, for instance datadoghq.com, datadoghq.eu or us5.datadoghq.com"
            yield Problem(path="datadog.site", value=self.site, message="not a site of Datadog", fix=fix)

    @property
    def tags(self) -> tuple[str, ...]:
        """The unified tags as Datadog writes them, the service aside."""
        pairs = (("env", self.environment), ("version", self.version))
        return tuple(f"{key}:{value}" for key, value in pairs if value)

    def unified(self) -> dict[str, str]:
        """The same, and the service, as the environment variables that tracers and the agent read."""
        pairs = (("DD_ENV", self.environment), ("DD_SERVICE", self.service), ("DD_VERSION", self.version))
        return {name: value for name, value in pairs if value}


def client_environment(settings: DatadogSettings) -> dict[str, str]:
    """What the application's tracer and metrics client need to find the agent."""
    return {
        **settings.unified(),
        "DD_DOGSTATSD_URL": f"unix://{SOCKETS}/dsd.socket",
        "DD_TRACE_AGENT_URL": f"unix://{SOCKETS}/apm.socket",
    }


def client_mount() -> MountPoint:
    """The sockets' folder, mounted where the agent makes them. A socket can be used on a read-only
    mount."""
    return MountPoint(volume=SOCKETS_VOLUME, path=SOCKETS, read_only=True)


def datadog(settings: DatadogSettings, *, log: LogToCloudWatch) -> Container:
    """The agent. An outage of monitoring mustn't stop the web: it isn't essential, restarts by itself, and
    has a hard memory limit so that a leak hurts nobody else. Its image runs as root and starts its parts as
    other users, so it keeps the capabilities that Fargate leaves it."""
    environment = {
        **({"DD_ENV": settings.environment} if settings.environment else {}),
        "DD_APM_ENABLED": "true",
        "DD_APM_RECEIVER_SOCKET": f"{SOCKETS}/apm.socket",
        "DD_DOGSTATSD_ORIGIN_DETECTION": "true",
        "DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT": "true",
        "DD_DOGSTATSD_SOCKET": f"{SOCKETS}/dsd.socket",
        "DD_DOGSTATSD_TAG_CARDINALITY": "orchestrator",
        "DD_ECS_TASK_COLLECTION_ENABLED": "true",
        "DD_LOGS_ENABLED": "false",
        "DD_SITE": settings.site,
        "ECS_FARGATE": "true",
    }
    return Container(
        name=NAME,
        image=settings.image,
        cpu=settings.cpu,
        memory_reservation=settings.memory,
        memory=settings.memory,
        essential=False,
        user="0",
        drop_capabilities=(),
        environment=environment,
        secrets={"DD_API_KEY": settings.api_key},
        depends_on={INIT_NAME: "SUCCESS"},
        health_check=HealthCheck(command="/probe.sh", interval=15, timeout=5, retries=3, start_period=60),
        restart_policy=RestartPolicy(attempt_period=60),
        stop_timeout=settings.stop_timeout,
        tmpfs=tuple(Tmpfs(path=path, size=32, owner=0, mode="1777") for path in _TEMPORARY),
        mount_points=(
            MountPoint(volume=CONFIG_VOLUME, path=_CONFIG),
            MountPoint(volume=SOCKETS_VOLUME, path=SOCKETS),
        ),
        log=log,
    )


def datadog_init(settings: DatadogSettings, *, log: LogToCloudWatch) -> Container:
    """Prepares the agent's volumes and ends: they come empty and hide what the image has in their place,
    and belong to root alone unless said otherwise. rails, another user, must get to the sockets."""
    copy = f"cp -R {_CONFIG}/. {_CONFIG_COPY}/ && chmod 0755 {SOCKETS}"
    return Container(
        name=INIT_NAME,
        image=settings.image,
        essential=False,
        user="0",
        drop_capabilities=(),  # the image's files aren't all root's, and copying them takes root's rights
        entry_point=("sh", "-c"),
        command=(copy,),
        mount_points=(
            MountPoint(volume=CONFIG_VOLUME, path=_CONFIG_COPY),
            MountPoint(volume=SOCKETS_VOLUME, path=SOCKETS),
        ),
        log=log,
    )
