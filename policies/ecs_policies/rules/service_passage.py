"""The rule about security groups on a service's ways: in from its load balancer, and out to AWS."""

from collections.abc import Iterator

from ecs_policies.kinds import SECURITY_GROUP, SERVICE, TARGET_GROUP
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.addresses import Block
from ecs_policies.reading.demands import unless_held
from ecs_policies.reading.load_balancing import Targets, is_application
from ecs_policies.reading.passage import Side, blocks_of, lets_out, passes
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.routes import SUBNETS
from ecs_policies.reading.security_groups import SecurityGroups
from ecs_policies.reading.services import (
    LOAD_BALANCERS,
    NETWORK,
    is_on_fargate,
    routes,
    security_groups,
    subnets,
)
from ecs_policies.reading.tasks import Tasks
from ecs_policies.reading.values import Unreadable, number

_GROUPS = f"{NETWORK}.securityGroups"
_HTTPS = 443


def blocked_ways(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Security groups that keep a load balancer's requests from a task, or a task from all that it calls.

    Tasks in no group, in a VPC's default one or in one of another stack are for the rule about who reaches
    them to tell.
    """
    for service in stack.of_type(SERVICE):
        groups = security_groups(stack, service)
        if groups and all(_is_own(stack, it) for it in groups):
            yield from _in(stack, service, groups)
            yield from _out(stack, service, groups)


def _is_own(stack: Stack, key: str) -> bool:
    group = stack.by_urn(key)
    return group is not None and group.kind == SECURITY_GROUP


def _in(stack: Stack, service: Resource, groups: frozenset[str]) -> Iterator[Problem]:
    """What is closed between the load balancers that lead to a service and its tasks."""
    told: dict[tuple[str, str, str], Problem] = {}
    for port, balancers, sure in _ways(stack, service):
        faults = [list(_closed(stack, service, groups, it, port)) for it in balancers]
        # Else one of them sends to the port, and it's judged by the one with the fewest faults.
        for it in (each for found in faults for each in found) if sure else min(faults, key=len):
            told.setdefault((it.resource.urn, it.path, it.message), it)
    yield from told.values()


def _ways(stack: Stack, service: Resource) -> Iterator[tuple[int, list[Resource], bool]]:
    """Each port with the Application Load Balancers that send to it, and whether each of them surely does.

    On a first preview it isn't known which of several target groups stands before which port.
    """
    found = routes(service)
    for route in () if isinstance(found, Unreadable) else found:
        port = number(route.get("containerPort"), default=0)
        named = resolve(stack, service, LOAD_BALANCERS, (TARGET_GROUP,), route.get("targetGroupArn"))
        leading = [stack.once(Targets).balancers(key) for key in sorted(named.keys)]
        balancers = [it for each in leading for it in each if is_application(it)] if all(leading) else []
        if balancers and not isinstance(port, Unreadable) and port > 0:
            yield int(port), balancers, len(named.keys) == 1


def _closed(
    stack: Stack, service: Resource, groups: frozenset[str], balancer: Resource, port: int
) -> Iterator[Problem]:
    own = stack.once(SecurityGroups)
    tasks = Side(groups=groups, blocks=_blocks(subnets(stack, service)))
    front = Side(
        groups=own.keys(own.named(balancer, "securityGroups")),
        blocks=_blocks(resolve(stack, balancer, "subnets", SUBNETS)),
    )
    if front.groups and all(_is_own(stack, it) for it in front.groups):
        out = passes(stack, front.groups, tasks, port, ingress=False)
        message = f"its groups don't let it out to the tasks of {service.name} on port {port}"
        yield from unless_held(balancer, f"securityGroups[{service.name}]", message, out)
    if front.groups:
        into = passes(stack, groups, front, port, ingress=True)
        message = f"the tasks' groups don't let the load balancer {balancer.name} in on port {port}"
        yield from unless_held(service, f"{_GROUPS}[{balancer.name}]", message, into)


def _blocks(subnets: References | None) -> tuple[Block | None, ...]:
    return (blocks_of(subnets) if subnets else ()) or (None,)


def _out(stack: Stack, service: Resource, groups: frozenset[str]) -> Iterator[Problem]:
    """The agent on Fargate pulls, reads secrets and writes logs by the task's own interface."""
    definitions = stack.once(Tasks).definition(service).found
    if any(is_on_fargate(service, it) for it in definitions):
        message = f"the tasks' groups let nothing out on port {_HTTPS}, by which the image is pulled"
        yield from unless_held(service, _GROUPS, message, lets_out(stack, groups, _HTTPS))


BLOCKED_WAY = Rule(
    id="service.blocked-way",
    title="Security groups let a service's requests in, and its own calls out",
    severity=Severity.HIGH,
    why="Else no target gets healthy, or no task starts, and every deployment fails.",
    fix="Let the load balancer's group out to the tasks' group, and the tasks' group in from it, on the "
    "container's port (referenced_security_group_id), and the tasks' group out by tcp on 443.",
    stack=blocked_ways,
)

RULES = (BLOCKED_WAY,)
