"""The web application's task: rails behind nginx, their logs through log_router, and datadog when it is
set.

log_router ◄─HEALTHY─ rails ◄─HEALTHY─ nginx ◄── the load balancer
                        └─START─► datadog ─SUCCESS─► datadog_init

With volumes on the task's disk rails waits for rails_init too, which makes them rails' own and ends.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ecs_policies.checks import Problem

from components.containers import datadog as agent
from components.containers import log_router as router
from components.containers import nginx as proxy
from components.containers import rails as application
from components.containers.datadog import DatadogSettings
from components.containers.defaults import NGINX_PORT
from components.containers.log_router import LogRouterSettings
from components.containers.model import Architecture, Condition, Container, InvalidTaskError, Routed, Task
from components.containers.nginx import NginxSettings
from components.containers.parts import LogThroughFireLens, LogToCloudWatch
from components.containers.rails import RailsSettings

_TASK_SETTINGS = ("cpu", "memory", "ephemeral_storage")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroups:
    """CloudWatch log groups that exist before the task starts.

    `application` gets nginx's and rails' output, unless Datadog does; `sidecars` gets what the log router
    and the agent say of themselves.
    """

    region: str
    application: str
    sidecars: str

    @classmethod
    def of(cls, family: str, region: str) -> "LogGroups":
        """Those of a family: its name and what they hold."""
        return cls(region=region, application=f"{family}-application", sidecars=f"{family}-sidecars")


def web_task(
    *,
    family: str,
    rails: RailsSettings,
    load_balancer_cidr: str,
    log_groups: LogGroups,
    nginx: NginxSettings | None = None,
    log_router: LogRouterSettings | None = None,
    datadog: DatadogSettings | None = None,
    cpu: int = 1024,
    memory: int = 2048,
    architecture: Architecture = "ARM64",
    ephemeral_storage: int | None = None,
    idle_timeout: int = 60,
) -> Task:
    """The task of three containers, or of four with `datadog` (and the one that prepares its volumes and
    ends).

    `load_balancer_cidr` is the network that the load balancer's addresses are from: nginx believes its
    X-Forwarded-For. `idle_timeout` is the load balancer's, in seconds. Raises `InvalidTaskError` with every
    problem at once.
    """
    nginx, log_router = nginx or NginxSettings(), log_router or LogRouterSettings()
    problems = (
        *_cidr(load_balancer_cidr),
        *nginx.problems(idle_timeout=idle_timeout),
        *rails.problems(datadog),
        *(datadog.problems() if datadog else ()),
    )
    try:
        task = Task(
            family=family,
            cpu=cpu,
            memory=memory,
            architecture=architecture,
            ephemeral_storage=ephemeral_storage,
            volumes=(
                *(agent.VOLUMES if datadog else ()),
                *(it.name for it in rails.volumes if not it.file_system),
            ),
            file_systems=tuple(it.file_system for it in rails.volumes if it.file_system),
            containers=_containers(rails, nginx, log_router, datadog, load_balancer_cidr, log_groups),
            routed=Routed(container=proxy.NAME, port=NGINX_PORT),
        )
    except InvalidTaskError as error:
        found = (replace(problem, path=_setting(problem.path)) for problem in error.problems)
        raise InvalidTaskError((*problems, *found)) from None
    if problems:
        raise InvalidTaskError(problems)
    return task


def _cidr(block: str) -> Iterator[Problem]:
    try:
        ipaddress.ip_network(block)
    except ValueError as error:
        fix = "Use the VPC's block, for instance 10.0.0.0/16"
        yield Problem(path="network.cidr", value=block, message=str(error), fix=fix)


def _setting(path: str) -> str:
    """The stack's setting behind a path in the task definition: containers' are sections of their own."""
    if path == f"containers.{application.NAME}.image":
        return "image"
    return f"task.{path}" if path in _TASK_SETTINGS else path.removeprefix("containers.")


def _containers(
    rails: RailsSettings,
    nginx: NginxSettings,
    log_router: LogRouterSettings,
    datadog: DatadogSettings | None,
    load_balancer_cidr: str,
    log_groups: LogGroups,
) -> tuple[Container, ...]:
    # ECS follows only the edges that are written, so nginx names those that it has through rails too.
    before_rails: dict[str, Condition] = {router.NAME: "HEALTHY"}
    if datadog:
        # An outage of monitoring mustn't stop the web: the agent has started, whether or not it is healthy.
        before_rails[agent.NAME] = "START"
    own_logs = LogToCloudWatch(group=log_groups.sidecars, region=log_groups.region, stream_prefix="web")
    init = application.rails_init(rails, log=own_logs)
    if init:
        before_rails[init.name] = "SUCCESS"
    return (
        router.log_router(log_router, log=own_logs),
        *((init,) if init else ()),
        application.rails(
            rails,
            max_body_mib=nginx.max_body_mib,
            log=_routed_logs(application.NAME, "ruby", datadog, log_groups),
            depends_on=before_rails,
            datadog=datadog,
        ),
        proxy.nginx(
            nginx,
            rails,
            load_balancer_cidr=load_balancer_cidr,
            log=_routed_logs(proxy.NAME, "nginx", datadog, log_groups),
            depends_on={application.NAME: "HEALTHY", **before_rails},
        ),
        *(
            (agent.datadog_init(datadog, log=own_logs), agent.datadog(datadog, log=own_logs))
            if datadog
            else ()
        ),
    )


def _routed_logs(
    container: str, source: str, datadog: DatadogSettings | None, log_groups: LogGroups
) -> LogThroughFireLens:
    if datadog is None:
        return router.to_cloudwatch(
            group=log_groups.application, region=log_groups.region, stream_prefix=container
        )
    return router.to_datadog(
        site=datadog.site,
        api_key=datadog.api_key,
        service=datadog.service,
        source=source,
        tags=datadog.tags,
    )
