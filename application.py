"""The web application as values: what the settings ask for, checked whole before anything is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from components.access_logs import bucket_name
from components.alarms import Alarm, Thresholds, service_alarms
from components.certificate import Domain
from components.cidr import plan_subnets
from components.containers.datadog import DatadogSettings
from components.containers.defaults import DATADOG_IMAGE
from components.containers.images import ImageReference, InvalidImageError
from components.containers.log_router import LogRouterSettings
from components.containers.model import InvalidTaskError, Task
from components.containers.nginx import NginxSettings
from components.containers.parts import Secret
from components.containers.rails import NAME as RAILS
from components.containers.rails import RailsSettings
from components.containers.release import Release
from components.containers.volumes import FileSystem, Volume
from components.containers.web_task import LogGroups, web_task
from components.context import Context
from components.dashboard import Graph, graphs
from components.deployment import Deployment, check_spot_weight
from components.errors import InvalidSettingError
from components.lookups import FoundVpc
from components.reach import check_private_reach, private_services
from components.routing import Route
from components.scaling import ScalingRange
from components.schedules import Schedule
from components.subscribers import Subscriber, subscribers
from settings import Settings
from standing import Standing

SERVICE = "web"
KEEPALIVE_MARGIN = 15
"""Seconds that nginx keeps an idle connection for longer than the load balancer, which would reuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What runs, who reaches it, how it is replaced and scaled."""

    task: Task
    route: Route
    deployment: Deployment
    release: Release | None
    """What ends well before a new revision serves."""
    scaling: ScalingRange
    domain: Domain | None
    endpoints: tuple[str, ...]
    """The services that tasks reach through interface endpoints: none where there is NAT."""
    secret_keys: Mapping[str, str]
    """ARN of the customer's KMS key by the secret's ARN."""
    alarms: tuple[Alarm, ...]
    """Empty where they are turned off."""
    subscribers: tuple[Subscriber, ...]
    graphs: tuple[Graph, ...]
    """Of the dashboard; empty where there is none."""


def application(name: str, settings: Settings, context: Context, standing: Standing) -> Application:
    """The application of this name that the settings ask for, with what stands already for it.

    Raises `InvalidSettingError` or `InvalidTaskError` for anything that can't work, each with its way out.
    """
    plan_subnets(settings.network.cidr, standing.zones)
    _check_cidr_stays(settings.network.cidr, standing.vpcs)
    # The longest of the names that are made from the stack's.
    bucket_name(context, name)
    scaling = _scaling(settings)
    service = settings.service
    deployment = Deployment(
        minimum_healthy_percent=service.minimum_healthy_percent,
        maximum_percent=service.maximum_percent,
        health_check_grace=service.health_check_grace,
        **settings.deployment.model_dump(),
    )
    for fewest in scaling.minima:
        deployment.check_moves(fewest)
    check_spot_weight(service.spot_weight)
    route = Route(**settings.routing.model_dump(), health_path=settings.rails.health_path)
    _check_url(settings)
    task = _task(name, settings, context, standing)
    _check_clocks(settings, task, route)
    private = settings.network.nat == "none"
    if private:
        check_private_reach(task)
    return Application(
        task=task,
        route=route,
        deployment=deployment,
        release=_release(settings),
        scaling=scaling,
        domain=_domain(settings, context, standing.domain_zone_id),
        endpoints=private_services(task, exec=settings.exec) if private else (),
        secret_keys={found.arn: found.key_arn for found in standing.secrets.values() if found.key_arn},
        alarms=_alarms(settings),
        subscribers=_subscribers(settings),
        graphs=graphs(routed=True, insights=_insights(settings)) if settings.dashboard else (),
    )


def _scaling(settings: Settings) -> ScalingRange:
    given = settings.scaling
    schedules = tuple(Schedule(**it.model_dump()) for it in given.schedules)
    return ScalingRange(**given.model_dump(exclude={"schedules"}), schedules=schedules)


def _alarms(settings: Settings) -> tuple[Alarm, ...]:
    given, scaling = settings.alarms, settings.scaling
    thresholds = Thresholds(**given.model_dump(exclude={"enabled", "subscribers"}))
    if not given.enabled:
        return ()
    for setting, threshold, held in (
        ("cpu", given.cpu, scaling.cpu),
        ("memory", given.memory, scaling.memory),
    ):
        if threshold <= held:
            fix = f"is no trouble: auto-scaling holds {held}; use more, or lower scaling.{setting}"
            raise InvalidSettingError(f"alarms.{setting}", threshold, fix)
    idle_timeout = settings.load_balancer.idle_timeout
    if given.latency >= idle_timeout:
        fix = f"can't be reached: use less than load_balancer.idle_timeout ({idle_timeout} s)"
        raise InvalidSettingError("alarms.latency", given.latency, fix)
    return service_alarms(thresholds, routed=True, insights=_insights(settings))


def _subscribers(settings: Settings) -> tuple[Subscriber, ...]:
    given = settings.alarms
    told = subscribers(given.subscribers)
    if told and not given.enabled:
        fix = "hear of nothing while alarms.enabled is false; leave them out, or turn alarms on"
        raise InvalidSettingError("alarms.subscribers", list(given.subscribers), fix)
    return told


def _insights(settings: Settings) -> bool:
    return settings.container_insights != "disabled"


def _task(name: str, settings: Settings, context: Context, standing: Standing) -> Task:
    def secret(reference: str) -> Secret:
        secret_name, _, key = reference.partition("#")
        found = standing.secrets[secret_name]
        return Secret(arn=found.arn, key=key or None, version_id=found.version_id)

    datadog, rails, nginx = settings.datadog, settings.rails, settings.nginx
    idle_timeout = settings.load_balancer.idle_timeout
    return web_task(
        family=context.name(name),
        rails=RailsSettings(
            image=standing.image,
            exec=settings.exec,
            secrets={variable: secret(reference) for variable, reference in rails.secrets.items()},
            volumes=_volumes(settings),
            **rails.model_dump(exclude={"secrets", "release_command", "release_timeout"}),
        ),
        nginx=NginxSettings(
            keepalive_timeout=idle_timeout + KEEPALIVE_MARGIN,
            # Whoever gives slow requests more time at the load balancer means nginx too.
            request_timeout=idle_timeout,
            **nginx.model_dump(exclude_none=True),
        ),
        log_router=LogRouterSettings(**settings.log_router.model_dump(exclude_none=True)),
        datadog=DatadogSettings(
            site=datadog.site,
            api_key=secret(datadog.api_key_secret),
            environment=context.stack,
            version=_tag(settings.image),
            image=datadog.image or DATADOG_IMAGE,
        )
        if datadog
        else None,
        log_groups=LogGroups.of(context.name(name), context.region),
        load_balancer_cidr=settings.network.cidr,
        idle_timeout=idle_timeout,
        **settings.task.model_dump(),
    )


def _volumes(settings: Settings) -> tuple[Volume, ...]:
    return tuple(
        Volume(
            name=name,
            path=it.path,
            read_only=it.read_only,
            file_system=FileSystem(
                name=name,
                id=it.efs.file_system,
                access_point=it.efs.access_point,
                security_group=it.efs.security_group,
            )
            if it.efs
            else None,
        )
        for name, it in sorted(settings.volumes.items())
    )


def _release(settings: Settings) -> Release | None:
    command, timeout = settings.rails.release_command, settings.rails.release_timeout
    return Release(container=RAILS, command=command, timeout=timeout) if command else None


def _tag(image: str) -> str | None:
    """The tag that the settings name the image by: what people know its build as, unlike its digest."""
    try:
        return ImageReference.parse(image).tag
    except InvalidImageError:
        return None  # the task refuses it


def _domain(settings: Settings, context: Context, zone_id: str | None) -> Domain | None:
    domain = settings.domain
    if domain is None or zone_id is None:
        return None
    certificate = domain.certificate_arn
    if certificate and certificate.split(":")[3] != context.region:
        fix = f"isn't in the load balancer's region; use a certificate of {context.region}, or leave it out"
        raise InvalidSettingError("domain.certificate_arn", certificate, fix)
    return Domain(name=domain.name, zone_id=zone_id, certificate_arn=certificate)


def _check_cidr_stays(cidr: str, standing: tuple[FoundVpc, ...]) -> None:
    # A VPC's first block is for life (Amazon VPC User Guide, "VPC CIDR blocks"): another one would replace
    # the VPC and all that is in it.
    blocks = sorted({it.cidr for it in standing})
    if blocks and cidr not in blocks:
        ids = ", ".join(it.id for it in standing)
        fix = (
            f"isn't the block of the VPC that stands ({ids}), which can't get another; "
            f"keep {' or '.join(blocks)}, destroy the stack first, or use another stack"
        )
        raise InvalidSettingError("network.cidr", cidr, fix)


def _check_url(settings: Settings) -> None:
    hosts, domain = settings.routing.hosts, settings.domain
    # Elastic Load Balancing, "Condition types for listener rules": case doesn't count, * and ? are wildcards.
    if hosts and domain and not any(fnmatchcase(domain.name, host.lower()) for host in hosts):
        fix = f"leave out domain.name {domain.name!r}, which would answer 404; add it, or take any host"
        raise InvalidSettingError("routing.hosts", list(hosts), fix)


def _check_clocks(settings: Settings, task: Task, route: Route) -> None:
    given = settings.service.health_check_grace
    try:
        task.fit_service(
            health_check_grace=task.minimum_grace if given is None else given,
            deregistration_delay=route.deregistration_delay,
            spot=settings.service.spot_weight > 0,
        )
    except InvalidTaskError as error:
        paths = {
            "health_check_grace": "service.health_check_grace",
            "deregistration_delay": "routing.deregistration_delay",
        }
        renamed = (replace(problem, path=paths.get(problem.path, problem.path)) for problem in error.problems)
        raise InvalidTaskError(renamed) from None
