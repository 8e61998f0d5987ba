"""Rules about who reaches what in the network."""

from collections.abc import Generator, Iterator, Mapping, Set

from ecs_policies.kinds import (
    DEFAULT_SECURITY_GROUP,
    INGRESS_RULE,
    LOAD_BALANCER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SERVICE,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Unknown, Value
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, mapping

GROUPS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)

# By the way a rule is written: the property that names source groups, and those of all other sources.
_SOURCES = {
    "inline": ("securityGroups", ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self")),
    INGRESS_RULE: ("referencedSecurityGroupId", ("cidrIpv4", "cidrIpv6", "prefixListId")),
    SECURITY_GROUP_RULE: ("sourceSecurityGroupId", ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self")),
}


def tasks_reached_by_others(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Every ingress rule of the services' groups whose source isn't a load balancer's group."""
    tasks: set[str] = set()
    for service in stack.of_type(SERVICE):
        tasks |= yield from _groups_of(stack, service)
    balancers = {
        key
        for it in stack.of_type(LOAD_BALANCER)
        for key in resolve(stack, it, "securityGroups", GROUPS).keys
    }
    for group in stack.of_type(*GROUPS):
        if group.urn in tasks:
            yield from _inline_rules(stack, group, balancers)
    for rule in stack.of_type(INGRESS_RULE, SECURITY_GROUP_RULE):
        yield from _separate_rule(stack, rule, tasks, balancers)


def _groups_of(stack: Stack, service: Resource) -> Generator[Problem, None, Set[str]]:
    """The groups of a service's tasks, by their keys; yields why they, or their rules, can't be seen."""
    name = "networkConfiguration"
    network = service.properties.get(name)
    if isinstance(network, Unknown):
        groups = resolve(stack, service, name, GROUPS)
    elif network is None:
        reason = "without one, its tasks share the security groups of the instances they run on"
        yield unverifiable(service, name, Unreadable(reason))
        return frozenset()
    else:
        inside = mapping(network).get("securityGroups")
        if not items(inside):
            message = "no security group is named, so the tasks get the VPC's default group"
            yield Problem(resource=service, path=f"{name}.securityGroups", message=message)
            return frozenset()
        groups = resolve(stack, service, name, GROUPS, value=inside)
    path = f"{name}.securityGroups"
    if groups.lost:
        yield unverifiable(service, path, Unreadable(IS_UNKNOWN))
    for group in groups.outside:
        reason = f"the rules of {group}, which isn't part of the stack"
        yield unverifiable(service, path, Unreadable(reason))
    return groups.keys


def _inline_rules(stack: Stack, group: Resource, balancers: Set[str]) -> Iterator[Problem]:
    for index, rule in enumerate(items(group.properties.get("ingress"))):
        path = f"ingress[{index}]"
        if not mapping(rule):
            reason = IS_UNKNOWN if isinstance(rule, Unknown) else "it isn't an object with a source"
            yield unverifiable(group, path, Unreadable(reason))
            continue
        source, others = _SOURCES["inline"]
        yield from _addresses(group, f"{path}.", others, mapping(rule))
        named = mapping(rule).get(source)
        if items(named):
            references = resolve(stack, group, "ingress", GROUPS, value=named)
            yield from _source_groups(stack, group, f"{path}.{source}", references, balancers)


def _separate_rule(stack: Stack, rule: Resource, tasks: Set[str], balancers: Set[str]) -> Iterator[Problem]:
    kind = rule.properties.get("type")
    if rule.kind == SECURITY_GROUP_RULE and kind == "egress":
        return
    target = resolve(stack, rule, "securityGroupId", GROUPS)
    if target.lost:
        yield unverifiable(rule, "securityGroupId", Unreadable(f"which group it opens: {IS_UNKNOWN}"))
    if not tasks & target.keys:
        return
    if rule.kind == SECURITY_GROUP_RULE and kind != "ingress":
        yield unverifiable(rule, "type", Unreadable("it's neither ingress nor egress, or unknown"))
    source, others = _SOURCES[rule.kind]
    yield from _addresses(rule, "", others, rule.properties)
    if rule.properties.get(source) is not None:
        references = resolve(stack, rule, source, GROUPS)
        yield from _source_groups(stack, rule, source, references, balancers)


def _addresses(
    resource: Resource, path: str, names: tuple[str, ...], rule: Mapping[str, Value]
) -> Iterator[Problem]:
    """A problem for each source that is no group: addresses, prefix lists, the group itself."""
    for name in names:
        value = rule.get(name)
        if value is False or value == "false" or not items(value):
            continue
        if isinstance(value, Unknown):
            shown = "unknown before deployment"
        elif name == "self":
            shown = "members of the group itself"
        else:
            shown = ", ".join(it if isinstance(it, str) else "an unknown one" for it in items(value))
        message = f"the tasks can be reached from {name} ({shown}), not from the load balancer alone"
        yield Problem(resource=resource, path=f"{path}{name}", message=message)


def _source_groups(
    stack: Stack, resource: Resource, path: str, references: References, balancers: Set[str]
) -> Iterator[Problem]:
    if references.lost:
        yield unverifiable(resource, path, Unreadable(f"which group may reach the tasks: {IS_UNKNOWN}"))
    for key in sorted(references.keys - balancers):
        group = stack.by_urn(key)
        name = group.name if group else key
        message = f"the tasks can be reached from the security group {name}, which is no load balancer's"
        yield Problem(resource=resource, path=path, message=message)


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
