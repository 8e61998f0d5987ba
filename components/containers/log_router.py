"""log_router: FireLens. Fluent Bit takes nginx's and rails' output and sends it to CloudWatch Logs or to
Datadog.

AWS documentation: "Send Amazon ECS logs to an AWS service or AWS Partner"; AWS for Fluent Bit, "FireLens
container health check guidance"; Fluent Bit manual, "Amazon CloudWatch", "Datadog".
"""

from dataclasses import dataclass

from components.containers.defaults import LOG_ROUTER_IMAGE
from components.containers.model import Container
from components.containers.parts import (
    FireLens,
    HealthCheck,
    LogThroughFireLens,
    LogToCloudWatch,
    Secret,
    Tmpfs,
)

NAME = "log_router"
PORTS = (2020, 24224)
"""Where it listens in the task: its HTTP server, and FireLens' forward input."""

# The image's own file that opens Fluent Bit's HTTP server, which the health check asks.
_CONFIG_FILE = "/fluent-bit/configs/output-metrics-healthcheck.conf"
_HEALTH_COMMAND = "curl -f http://127.0.0.1:2020/api/v1/uptime || exit 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRouterSettings:
    """The router's size and image. CPU in units of 1/1024 vCPU, memory in MiB, time in seconds."""

    image: str = LOG_ROUTER_IMAGE
    cpu: int = 128
    memory: int = 256
    stop_timeout: int = 60


def log_router(settings: LogRouterSettings, *, log: LogToCloudWatch) -> Container:
    """The container. It must run as root, who owns the socket that ECS gives it, and logs by itself: a
    router that logged through FireLens would wait for itself. Healthy means that it runs: an outage of the
    destination isn't the task's fault, and replacing the task would lose what it holds."""
    return Container(
        name=NAME,
        image=settings.image,
        cpu=settings.cpu,
        memory_reservation=settings.memory,
        user="0",
        firelens=FireLens(config_file=_CONFIG_FILE),
        health_check=HealthCheck(command=_HEALTH_COMMAND, interval=10, timeout=5, retries=2, start_period=30),
        stop_timeout=settings.stop_timeout,
        tmpfs=(Tmpfs(path="/tmp", size=16, owner=0),),  # noqa: S108 (the container's own, in memory)
        log=log,
    )


def to_cloudwatch(*, group: str, region: str, stream_prefix: str) -> LogThroughFireLens:
    """Through the router to a log group that exists; the task role writes there."""
    options = {
        "Name": "cloudwatch_logs",
        "auto_create_group": "false",
        "log_group_name": group,
        "log_stream_prefix": f"{stream_prefix}/",
        "region": region,
        "retry_limit": "2",
    }
    return LogThroughFireLens(options=options, log_group=group)


def to_datadog(
    *, site: str, api_key: Secret, service: str, source: str, tags: tuple[str, ...]
) -> LogThroughFireLens:
    """Through the router to Datadog's intake. `source` picks Datadog's pipeline; tags are "key:value"."""
    options = {
        "Name": "datadog",
        "Host": f"http-intake.logs.{site}",
        "TLS": "on",
        "dd_service": service,
        "dd_source": source,
        "provider": "ecs",
        "retry_limit": "2",
        **({"dd_tags": ",".join(tags)} if tags else {}),
    }
    return LogThroughFireLens(options=options, secrets={"apikey": api_key})
