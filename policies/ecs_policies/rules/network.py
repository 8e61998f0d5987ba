"""Who reaches the tasks: the load balancer that leads to them, and nobody else."""

from collections.abc import Generator, Iterator, Set
from dataclasses import dataclass, field

from ecs_policies.kinds import CLASSIC_LOAD_BALANCER, LOAD_BALANCER, SERVICE
from ecs_policies.model import UNKNOWN, Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.load_balancing import Targets
from ecs_policies.reading.references import resolve
from ecs_policies.reading.security_groups import GroupRule, Peer, PeerKind, SecurityGroups
from ecs_policies.reading.services import LOAD_BALANCERS, NETWORK, routes, target_groups
from ecs_policies.reading.settings import at, flag_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items

_GROUPS = f"{NETWORK}.securityGroups"


@dataclass(slots=True)
class _Admitted:
    """Who may reach the tasks of a group: the groups named, and kinds of source as a whole."""

    groups: set[str] = field(default_factory=set[str])
    kinds: set[PeerKind] = field(default_factory=set[PeerKind])


def tasks_reached_by_others(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Every source of the services' groups that isn't a load balancer's group.

    Services that find each other by name (Cloud Map, Service Connect) may reach one another as well.
    """
    admitted: dict[str, _Admitted] = {}
    found_by_name: set[str] = set()
    for service in stack.of_type(SERVICE):
        keys = yield from _groups_of(stack, service)
        for key in sorted(keys):
            allowed = admitted.setdefault(key, _Admitted())
            allowed.groups |= _balancer_groups(stack, service)
            allowed.kinds |= _other_ways(service)
        if _is_found_by_name(service):
            found_by_name |= keys
    for key in found_by_name:
        admitted[key].groups |= admitted.keys()
        admitted[key].kinds.add(PeerKind.ITSELF)
    groups = stack.once(SecurityGroups)
    if admitted:
        yield from groups.astray(ingress=True)
    for key, allowed in admitted.items():
        for it in groups.rules(key, ingress=True):
            if isinstance(it, Problem):
                yield it
            else:
                yield from _others(stack, groups, it, allowed)


def _groups_of(stack: Stack, service: Resource) -> Generator[Problem, None, Set[str]]:
    """The groups of a service's tasks, by their keys; yields why they, or their rules, can't be seen."""
    if service.properties.get(NETWORK) is None:
        reason = "without one, its tasks share the security groups of the instances they run on"
        yield unverifiable(service, NETWORK, Unreadable(reason))
        return frozenset()
    named = at(service, _GROUPS)
    value = UNKNOWN if isinstance(named, Unreadable) else named
    if not items(value):
        message = "no security group is named, so the tasks get the VPC's default group"
        yield Problem(resource=service, path=_GROUPS, message=message)
        return frozenset()
    groups = stack.once(SecurityGroups)
    found = groups.named(service, NETWORK, value)
    if found.lost:
        yield unverifiable(service, _GROUPS, Unreadable(IS_UNKNOWN))
    for group in found.outside:
        reason = f"the rules of {group}, which isn't part of the stack"
        yield unverifiable(service, _GROUPS, Unreadable(reason))
    return groups.keys(found)


def _balancer_groups(stack: Stack, service: Resource) -> Set[str]:
    """The groups of the load balancers that lead to a service; of all in the stack where that isn't told."""
    targets = target_groups(stack, service)
    leading = [stack.once(Targets).balancers(key) for key in targets.keys]
    classic = _classic_balancers(stack, service)
    told = (leading or classic) and all(leading) and not targets.lost
    balancers = (
        [*classic, *(it for each in leading for it in each)]
        if told
        else stack.of_type(LOAD_BALANCER, CLASSIC_LOAD_BALANCER)
    )
    groups = stack.once(SecurityGroups)
    return {key for it in balancers for key in groups.keys(groups.named(it, "securityGroups"))}


def _classic_balancers(stack: Stack, service: Resource) -> tuple[Resource, ...]:
    found = routes(service)
    names = [] if isinstance(found, Unreadable) else [it.get("elbName") for it in found if it.get("elbName")]
    return resolve(stack, service, LOAD_BALANCERS, (CLASSIC_LOAD_BALANCER,), names).found


def _is_found_by_name(service: Resource) -> bool:
    """Whether a service gives its tasks a name that other tasks reach them by."""
    registered = bool(items(service.properties.get("serviceRegistries")))
    return registered or flag_at(service, "serviceConnectConfiguration.enabled", default=False) is True


def _other_ways(service: Resource) -> set[PeerKind]:
    """VPC Lattice reaches tasks from the addresses of a prefix list of AWS's."""
    lattice = items(service.properties.get("vpcLatticeConfigurations"))
    return {PeerKind.PREFIX_LIST} if lattice else set()


def _others(stack: Stack, groups: SecurityGroups, rule: GroupRule, allowed: _Admitted) -> Iterator[Problem]:
    for peer in rule.peers:
        if peer.kind is PeerKind.GROUP:
            yield from _other_groups(stack, groups, rule, peer, allowed.groups)
        elif peer.kind not in allowed.kinds:
            shown = peer.value if isinstance(peer.value, str) else "unknown before deployment"
            source = peer.kind.value if peer.kind is PeerKind.ITSELF else f"{peer.kind.value} ({shown})"
            message = f"the tasks can be reached from {source}, not from the load balancer alone"
            yield Problem(resource=rule.resource, path=peer.path, message=message)


def _other_groups(
    stack: Stack, groups: SecurityGroups, rule: GroupRule, peer: Peer, allowed: Set[str]
) -> Iterator[Problem]:
    named = groups.named(rule.resource, peer.name, peer.value)
    if named.lost:
        reason = Unreadable(f"which group may reach the tasks: {IS_UNKNOWN}")
        yield unverifiable(rule.resource, peer.path, reason)
    for key in sorted(groups.keys(named) - allowed):
        group = stack.by_urn(key)
        name = group.name if group else key
        message = (
            f"the tasks can be reached from the security group {name}, which no load balancer of theirs has"
        )
        yield Problem(resource=rule.resource, path=peer.path, message=message)


TASKS_REACHED_BY_OTHERS = Rule(
    id="network.tasks-reached-by-others",
    title="Only the load balancer reaches the tasks",
    severity=Severity.HIGH,
    why="Whoever reaches a task directly passes by the load balancer's TLS, logs and firewall.",
    fix="Let the tasks' security group in from the load balancer's security group only, by its id.",
    mappings=("AWS Security Hub FSBP EC2.18",),
    stack=tasks_reached_by_others,
)

RULES = (TASKS_REACHED_BY_OTHERS,)
