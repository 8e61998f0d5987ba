"""The rule about the clocks of a service: of its containers, its target groups and its load balancers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecs_policies import checks
from ecs_policies.kinds import SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.containers import CONTAINERS, containers
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.idle import idle_seconds
from ecs_policies.reading.load_balancing import Targets, is_application
from ecs_policies.reading.services import on_spot, routed_containers, target_groups
from ecs_policies.reading.settings import number_at
from ecs_policies.reading.tasks import Tasks
from ecs_policies.reading.values import Unreadable, text

_GRACE = "healthCheckGracePeriodSeconds"


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
        routed = routed_containers(service)
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


GRACE_AND_DRAIN = Rule(
    id="service.grace-and-drain",
    title="Tasks get the time to start, and the time to end their requests",
    severity=Severity.MEDIUM,
    why="A task that is judged too early is replaced for ever; one that ends too early cuts requests off.",
    fix="Let health_check_grace_period_seconds be the sum of the start periods, deregistration_delay on Spot "
    "at most the container's stopTimeout, and idle_timeout below the keep-alive time of the container.",
    stack=grace_and_drain,
)

RULES = (GRACE_AND_DRAIN,)
