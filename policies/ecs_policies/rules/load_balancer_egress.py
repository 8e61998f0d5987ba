"""The rule about whom a load balancer reaches."""

from collections.abc import Iterator

from ecs_policies.kinds import LOAD_BALANCER, SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.load_balancing import Targets, authenticates
from ecs_policies.reading.security_groups import GroupRule, Peer, PeerKind, Ports, SecurityGroups
from ecs_policies.reading.services import security_groups
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, text

_HTTPS = Ports(first=443, last=443)


def egress(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Egress of load balancers that serve ECS services, to other places than these services' tasks."""
    groups = stack.once(SecurityGroups)
    tasks = frozenset(key for it in stack.of_type(SERVICE) for key in security_groups(stack, it))
    judged: dict[str, Resource] = {}
    for balancer in stack.of_type(LOAD_BALANCER):
        if _serves_tasks(stack, balancer):
            named = groups.named(balancer, "securityGroups")
            judged.update((key, balancer) for key in groups.keys(named))
            if named.lost:
                reason = Unreadable(f"which groups it has: {IS_UNKNOWN}")
                yield unverifiable(balancer, "securityGroups", reason)
    for key, balancer in judged.items():
        yield from _of_group(stack, key, balancer, tasks)
    if judged:
        yield from groups.astray(ingress=False)


def _serves_tasks(stack: Stack, balancer: Resource) -> bool:
    """Whether services of the stack stand behind it, and nothing but them."""
    targets = stack.once(Targets)
    groups = targets.groups(balancer)
    return bool(groups) and all(targets.services(it) for it in groups)


def _of_group(stack: Stack, key: str, balancer: Resource, tasks: frozenset[str]) -> Iterator[Problem]:
    if stack.by_urn(key) is None:
        reason = Unreadable(f"the rules of {key}, which isn't part of the stack")
        yield unverifiable(balancer, "securityGroups", reason)
    for rule in stack.once(SecurityGroups).rules(key, ingress=False):
        if isinstance(rule, Problem):
            yield rule
        elif not _asks_elsewhere(stack, balancer, rule):
            for it in rule.peers:
                yield from _leads_to_tasks(stack, rule, it, tasks)


def _asks_elsewhere(stack: Stack, balancer: Resource, rule: GroupRule) -> bool:
    """Whether it's the way to an identity provider, which a load balancer that authenticates calls by HTTPS.

    User Guide for Application Load Balancers, "Authenticate users using an Application Load Balancer".
    """
    return rule.ports == _HTTPS and authenticates(stack, balancer) is True


def _leads_to_tasks(stack: Stack, rule: GroupRule, peer: Peer, tasks: frozenset[str]) -> Iterator[Problem]:
    if peer.kind is not PeerKind.GROUP:
        shown = text(peer.value) or peer.kind.value
        message = f"the load balancer reaches {shown}, not its tasks' security group alone"
        yield Problem(resource=rule.resource, path=peer.path, message=message)
        return
    groups = stack.once(SecurityGroups)
    named = groups.named(rule.resource, peer.name, peer.value)
    if named.lost:
        reason = Unreadable(f"which group the load balancer reaches: {IS_UNKNOWN}")
        yield unverifiable(rule.resource, peer.path, reason)
    for key in sorted(groups.keys(named) - tasks):
        group = stack.by_urn(key)
        message = f"the load balancer reaches {group.name if group else key}, the group of no task"
        yield Problem(resource=rule.resource, path=peer.path, message=message)


EGRESS = Rule(
    id="load-balancer.egress",
    title="A load balancer reaches its tasks only",
    severity=Severity.MEDIUM,
    why="A way from the load balancer to everything else in the network waits for a wrong target group.",
    fix="Give its security group egress to the tasks' security group alone: "
    "aws.vpc.SecurityGroupEgressRule(referenced_security_group_id=…).",
    stack=egress,
)

RULES = (EGRESS,)
