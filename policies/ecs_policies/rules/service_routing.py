"""Rules about the way of a request: from the load balancer to a container, while tasks come and go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecs_policies import checks
from ecs_policies.kinds import SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.containers import CONTAINERS, containers
from ecs_policies.reading.demands import unverifiable, wants_word
from ecs_policies.reading.idle import idle_seconds
from ecs_policies.reading.load_balancing import Targets, is_application
from ecs_policies.reading.services import LOAD_BALANCERS, NETWORK, on_spot, routes, target_groups
from ecs_policies.reading.settings import number_at
from ecs_policies.reading.tasks import TASK_DEFINITION_OF, Tasks
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, has_unknown, number, text

_GRACE = "healthCheckGracePeriodSeconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """A block of a service's `loadBalancers`, whose path names the container."""

    service: Resource
    block: Mapping[str, Value]
    index: int

    @property
    def container(self) -> str | None:
        return text(self.block.get("containerName"))

    @property
    def path(self) -> str:
        return f"{LOAD_BALANCERS}[{self.container or self.index}]"


def _routes(service: Resource) -> tuple[_Route, ...]:
    """The readable blocks; that they can't be read is for `port_wiring` to say."""
    found = routes(service)
    if isinstance(found, Unreadable):
        return ()
    return tuple(_Route(service=service, block=it, index=index) for index, it in enumerate(found))


def port_wiring(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Load balancers that send to a container or port that isn't there, or can't reach a task's address."""
    for service in stack.of_type(SERVICE):
        found = routes(service)
        if isinstance(found, Unreadable):
            yield unverifiable(service, LOAD_BALANCERS, found)
        for it in _routes(service):
            yield from _leads_somewhere(stack, it)
    yield from _by_address(stack)


def _leads_somewhere(stack: Stack, route: _Route) -> Iterator[Problem]:
    port = number(route.block.get("containerPort"), default=0)
    if route.container is None:
        reason = Unreadable(f"which container it sends to: {IS_UNKNOWN}, or isn't set")
        yield unverifiable(route.service, f"{route.path}.containerName", reason)
        return
    if isinstance(port, Unreadable):
        yield unverifiable(route.service, f"{route.path}.containerPort", port)
        return
    definitions = stack.once(Tasks).definition(route.service)
    if definitions.outside or definitions.lost:
        shown = ", ".join(definitions.outside) or "one that isn't known before deployment"
        reason = Unreadable(f"the containers of {shown}, as no task definition of the stack")
        yield unverifiable(route.service, TASK_DEFINITION_OF, reason)
    for definition in definitions.found:
        yield from _takes(route, route.container, port, definition)


def _takes(route: _Route, name: str, port: float, definition: Resource) -> Iterator[Problem]:
    """Whether the container exposes the port; what can't be read of it is for the task's rules to say."""
    found = containers(definition)
    if isinstance(found, Unreadable):
        return
    ports = [{key: it[key] for key in ("name", "portMappings") if key in it} for it in found]
    if any(has_unknown(it) for it in ports):
        reason = Unreadable(f"which ports {name} exposes: {IS_UNKNOWN}")
        yield unverifiable(definition, f"{CONTAINERS}[{name}].portMappings", reason)
        return
    for it in checks.routed_port(ports, name, port):
        part, shown = ("containerPort", f"{port:g}") if it.path == "routed.port" else ("containerName", name)
        message = f"{shown} doesn't fit {definition.name}: {it.message}"
        yield Problem(resource=route.service, path=f"{route.path}.{part}", message=message)


def _by_address(stack: Stack) -> Iterator[Problem]:
    """Tasks with an address of their own are targets by it, not by their instance."""
    addressed: dict[str, Resource] = {}
    for service in stack.of_type(SERVICE):
        # Only tasks in awsvpc mode take a network configuration, and they need one.
        if service.properties.get(NETWORK) is not None:
            addressed.update((it.urn, it) for it in target_groups(stack, service).found)
    for group in addressed.values():
        yield from wants_word(
            group,
            "targetType",
            group.properties.get("targetType"),
            good=lambda it: it.lower() == "ip",
            default="instance",
            message="tasks with their own address can't be targets of type {}, only of type ip",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A service with a task definition that it runs, and the names of the containers behind target groups."""

    service: Resource
    definition: Resource
    containers: tuple[Mapping[str, Value], ...]
    routed: list[str]


def grace_and_drain(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Tasks that are replaced before they are up, and requests that are cut off when tasks go."""
    for service in stack.of_type(SERVICE):
        routed = sorted({it.container for it in _routes(service) if it.container})
        for definition in stack.once(Tasks).definition(service).found:
            found = containers(definition)
            # That they can't be read is for the task's rules to say.
            if routed and not isinstance(found, Unreadable):
                run = _Run(service=service, definition=definition, containers=found, routed=routed)
                yield from _grace(run)
                yield from _draining(stack, run)
                yield from _idle(stack, run)


def _grace(run: _Run) -> Iterator[Problem]:
    given = number_at(run.service, _GRACE, default=0)
    if isinstance(given, Unreadable):
        yield unverifiable(run.service, _GRACE, given)
        return
    slowest = max(run.routed, key=lambda it: checks.grace_needed(run.containers, it))
    for it in checks.grace(run.containers, slowest, given):
        message = f"{given:g} s doesn't fit: {it.message}"
        yield Problem(resource=run.service, path=_GRACE, message=message)


def _draining(stack: Stack, run: _Run) -> Iterator[Problem]:
    """On Spot tasks are interrupted, so draining for longer than they take to stop cuts requests off."""
    spot = on_spot(stack, run.service)
    if isinstance(spot, Unreadable):
        reason = Unreadable(f"whether tasks run on Spot: {spot.reason}")
        yield unverifiable(run.service, "capacityProviderStrategies", reason)
    elif spot:
        for group in target_groups(stack, run.service).found:
            yield from _drains_in_time(run, group)


def _drains_in_time(run: _Run, group: Resource) -> Iterator[Problem]:
    path = "deregistrationDelay"
    delay = number_at(group, path, default=300)
    if isinstance(delay, Unreadable):
        yield unverifiable(group, path, delay)
        return
    problems = [it for name in run.routed for it in checks.draining(run.containers, name, delay, spot=True)]
    for it in problems[:1]:
        yield Problem(resource=group, path=path, message=f"{delay:g} s doesn't fit: {it.message}")


def _idle(stack: Stack, run: _Run) -> Iterator[Problem]:
    """Containers that close idle connections before the load balancer does, where both times are written."""
    times = {text(it.get("name")): idle_seconds(it) for it in run.containers}
    kept = {name: seconds for name in run.routed if (seconds := times.get(name)) is not None}
    groups = target_groups(stack, run.service).found if kept else ()
    balancers = {it.urn: it for group in groups for it in stack.once(Targets).balancers(group.urn)}
    for balancer in filter(is_application, balancers.values()):
        idle = number_at(balancer, "idleTimeout", default=60)
        if isinstance(idle, Unreadable):
            yield unverifiable(balancer, "idleTimeout", idle)
            continue
        for name, seconds in kept.items():
            if checks.keep_alive(seconds, idle):
                message = f"{name} closes idle connections after {seconds:g} s, and {balancer.name} keeps "
                message += f"them for {idle:g} s: it sends requests into closed ones, and answers 502"
                yield Problem(resource=run.definition, path=f"{CONTAINERS}[{name}]", message=message)


PORT_WIRING = Rule(
    id="service.port-wiring",
    title="The load balancer's requests lead to a container's open port",
    severity=Severity.HIGH,
    why="Else no target ever gets healthy, and every deployment fails.",
    fix="Name in load_balancers a container and port that the task definition exposes, and give the "
    'target group target_type="ip".',
    stack=port_wiring,
)

GRACE_AND_DRAIN = Rule(
    id="service.grace-and-drain",
    title="Tasks get the time to start, and the time to end their requests",
    severity=Severity.MEDIUM,
    why="A task that is judged too early is replaced for ever; one that ends too early cuts requests off.",
    fix="Let health_check_grace_period_seconds be the sum of the start periods, deregistration_delay on Spot "
    "at most the container's stopTimeout, and idle_timeout below the keep-alive time of the container.",
    stack=grace_and_drain,
)

RULES = (PORT_WIRING, GRACE_AND_DRAIN)
