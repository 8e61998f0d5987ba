"""Rules about the subnets in which a service's tasks run."""

from collections.abc import Iterator

from ecs_policies.kinds import SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.demands import unverifiable, wants_word
from ecs_policies.reading.references import References
from ecs_policies.reading.routes import Routes
from ecs_policies.reading.services import ROLLING, SUBNETS, is_daemon, strategy, subnets
from ecs_policies.reading.settings import number_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, text

_REBALANCING = "availabilityZoneRebalancing"


def private_subnets(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Subnets of a service with a route to an internet gateway."""
    for service in stack.of_type(SERVICE):
        named = subnets(stack, service)
        if named is None:
            continue
        for it in named.found:
            yield from _is_private(stack, service, it)
        if named.outside:
            reason = f"the routes of what isn't part of the stack: {', '.join(named.outside)}"
            yield unverifiable(service, SUBNETS, Unreadable(reason))
        if named.lost:
            yield unverifiable(service, SUBNETS, Unreadable(IS_UNKNOWN))


def _is_private(stack: Stack, service: Resource, subnet: Resource) -> Iterator[Problem]:
    ways = stack.once(Routes).of(subnet)
    path = f"{SUBNETS}[{subnet.name}]"
    if ways.public:
        message = f"the subnet {subnet.name} is public: a route leads to an internet gateway"
        yield Problem(resource=service, path=path, message=message)
    elif ways.outside:
        reason = f"the route table of {subnet.name}, which isn't part of the stack"
        yield unverifiable(service, path, Unreadable(reason))
    elif ways.unread:
        yield unverifiable(service, path, Unreadable(ways.unread))


def zones(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Services in a single zone, and services that stay where a lost zone has pushed them.

    A subnet that isn't part of the stack counts as a zone of its own, as its maker has chosen the zone.
    """
    for service in stack.of_type(SERVICE):
        named = subnets(stack, service)
        if named is not None:
            yield from _in_several_zones(service, named)
        if _can_rebalance(service):
            yield from wants_word(
                service,
                _REBALANCING,
                service.properties.get(_REBALANCING),
                good=lambda it: it.upper() != "DISABLED",
                default="ENABLED",
                message="after a zone was lost its tasks stay crowded in the others: rebalancing is {}",
            )


def _in_several_zones(service: Resource, named: References) -> Iterator[Problem]:
    zones = [_zone(it) for it in named.found]
    known = {it for it in map(text, zones) if it} | set(named.outside)
    if len(known) > 1:
        return
    if named.lost or any(text(it) is None for it in zones):
        reason = "whether the subnets are in several zones: a subnet's zone isn't set, or isn't known"
        yield unverifiable(service, SUBNETS, Unreadable(reason))
    else:
        shown = ", ".join(sorted(known)) or "no subnet"
        yield Problem(resource=service, path=SUBNETS, message=f"the tasks are in one zone only: {shown}")


def _zone(subnet: Resource) -> Value:
    return subnet.properties.get("availabilityZone") or subnet.properties.get("availabilityZoneId")


def _can_rebalance(service: Resource) -> bool:
    """Whether ECS can move tasks between zones, which it does by starting one before it stops another.

    Amazon ECS Developer Guide, "Balancing an Amazon ECS service across Availability Zones".
    """
    most = number_at(service, "deploymentMaximumPercent", default=200)
    has_room = isinstance(most, Unreadable) or most > 100
    return strategy(service) == ROLLING and has_room and not is_daemon(service)


PRIVATE_SUBNETS = Rule(
    id="service.private-subnets",
    title="A service's tasks run in private subnets",
    severity=Severity.HIGH,
    why="In a public subnet only a missing address and a security group stand before a task.",
    fix="Name subnets in network_configuration whose route tables lead to a NAT gateway or nowhere.",
    stack=private_subnets,
)

ZONES = Rule(
    id="service.zones",
    title="A service's tasks spread over several zones",
    severity=Severity.MEDIUM,
    why="A zone fails as a whole, and takes along every task that is in it.",
    fix="Name subnets of two zones or more in network_configuration, each with its availability_zone, and "
    'leave availability_zone_rebalancing out or "ENABLED".',
    stack=zones,
)

RULES = (PRIVATE_SUBNETS, ZONES)
