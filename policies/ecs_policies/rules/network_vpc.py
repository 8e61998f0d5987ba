"""What each VPC has to have: an empty default group, flow logs, no automatic addresses, described groups."""

from collections.abc import Iterator

from ecs_policies.kinds import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_SUBNET,
    FLOW_LOG,
    GROUP_RULES_EXCLUSIVE,
    SECURITY_GROUP,
    SUBNET,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.demands import unverifiable, wants_flag, wants_word
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.routes import VPCS
from ecs_policies.reading.security_groups import HOLDERS, SecurityGroups, rules
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, word

# What the SDK and the provider write where the program says nothing.
_NO_DESCRIPTION = ("", "Managed by Pulumi", "Managed by Terraform")


def default_groups(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Default groups that are left as AWS makes them, and those with a rule.

    AWS's own rules are gone once the program adopts the group, or holds it to an empty list of rules.
    """
    groups = stack.once(SecurityGroups)
    emptied = [*(groups.of(it) for it in stack.of_type(DEFAULT_SECURITY_GROUP)), *_held(stack, groups)]
    keys = [key for it in emptied for key in sorted(groups.keys(it))]
    for vpc in stack.of_type(*VPCS):
        if vpc.urn not in keys:
            yield from _left_as_made(stack, vpc)
    for key in dict.fromkeys((*keys, *(it.urn for it in stack.of_type(*VPCS)))):
        yield from _not_empty(groups, key)


def _held(stack: Stack, groups: SecurityGroups) -> Iterator[References]:
    """The groups that are held to an empty list of rules."""
    for it in stack.of_type(GROUP_RULES_EXCLUSIVE):
        if not any(items(it.properties.get(name)) for name in ("ingressRuleIds", "egressRuleIds")):
            yield groups.named(it, "securityGroupId")


def _left_as_made(stack: Stack, vpc: Resource) -> Iterator[Problem]:
    path = "defaultSecurityGroup"
    strays = [
        it.name for it in stack.of_type(DEFAULT_SECURITY_GROUP) if resolve(stack, it, "vpcId", VPCS).lost
    ]
    if strays:
        yield unverifiable(vpc, path, Unreadable(f"which VPC's default group {strays[0]} is: {IS_UNKNOWN}"))
    else:
        message = "its default group is as AWS makes it: members reach one another, and everything outside"
        yield Problem(resource=vpc, path=path, message=message)


def _not_empty(groups: SecurityGroups, key: str) -> Iterator[Problem]:
    for it in groups.rules(key):
        if isinstance(it, Problem):
            yield it
        else:
            path = it.path.rstrip(".") or "securityGroupId"
            message = "a rule of a VPC's default group, in which is whatever names no group"
            yield Problem(resource=it.resource, path=path, message=message)


def flow_logs(stack: Stack, _options: Options) -> Iterator[Problem]:
    """VPCs of whose rejected traffic there is no flow log."""
    logs: dict[str, list[Resource]] = {}
    strays: list[str] = []
    for it in stack.of_type(FLOW_LOG):
        of = resolve(stack, it, "vpcId", VPCS)
        strays += [it.name] if of.lost else []
        for key in of.keys:
            logs.setdefault(key, []).append(it)
    for vpc in stack.of_type(*VPCS):
        if vpc.urn in logs:
            yield from _of_rejected(logs[vpc.urn])
        elif strays:
            yield unverifiable(vpc, "flowLog", Unreadable(f"which VPC {strays[0]} is for: {IS_UNKNOWN}"))
        else:
            yield Problem(resource=vpc, path="flowLog", message="no FlowLog records its traffic")


def _of_rejected(logs: list[Resource]) -> Iterator[Problem]:
    """The problem, if any, that none of a VPC's flow logs records what was rejected."""
    found = [word(it.properties.get("trafficType")) for it in logs]
    if any(isinstance(it, str) and it.upper() in ("ALL", "REJECT") for it in found):
        return
    for log, kind in zip(logs, found, strict=True):
        if isinstance(kind, Unreadable):
            yield unverifiable(log, "trafficType", kind)
        else:
            message = f"rejected traffic isn't recorded: {kind or 'not set'}"
            yield Problem(resource=log, path="trafficType", message=message)


def automatic_addresses(subnet: Resource, _options: Options) -> Iterator[Problem]:
    """Subnets that give a public IPv4 address to whatever is put into them.

    An IPv6 address says nothing of the kind: all of them are global, in private subnets too, and whether one
    is reached is up to routes and security groups.
    """
    name = "mapPublicIpOnLaunch"
    yield from wants_flag(
        subnet,
        name,
        subnet.properties.get(name),
        want=False,
        default=subnet.kind == DEFAULT_SUBNET,
        message="whatever is put into the subnet gets a public address",
    )


def descriptions(holder: Resource, _options: Options) -> Iterator[Problem]:
    """Security groups and rules that don't say what they are for."""
    if holder.kind == SECURITY_GROUP:
        yield from _described(holder, "description", holder.properties.get("description"))
    for it in rules(holder):
        if isinstance(it, Problem):
            yield it
        else:
            yield from _described(holder, f"{it.path}description", it.description)


def _described(holder: Resource, path: str, value: Value) -> Iterator[Problem]:
    yield from wants_word(
        holder,
        path,
        value,
        good=lambda it: it not in _NO_DESCRIPTION,
        default="",
        message="it doesn't say what it is for: {}",
    )


DEFAULT_GROUP = Rule(
    id="network.default-security-group",
    title="A VPC's default security group is empty",
    severity=Severity.HIGH,
    why="Whatever names no security group is in it, and would be reached by all the others in it.",
    fix="aws.ec2.DefaultSecurityGroup(…, vpc_id=vpc.id, ingress=[], egress=[]).",
    mappings=(
        "AWS Security Hub FSBP EC2.2",
        "CIS AWS Foundations 1.4.0 5.3",
        "CIS AWS Foundations 3.0.0 5.4",
    ),
    stack=default_groups,
)

FLOW_LOGS = Rule(
    id="network.flow-logs",
    title="A VPC has flow logs",
    severity=Severity.MEDIUM,
    why="Without them nobody can tell afterwards who scanned the network, or where its data went.",
    fix="aws.ec2.FlowLog(…, vpc_id=vpc.id, traffic_type='ALL').",
    mappings=(
        "AWS Security Hub FSBP EC2.6",
        "CIS AWS Foundations 1.4.0 3.9",
        "CIS AWS Foundations 3.0.0 3.7",
    ),
    stack=flow_logs,
)

AUTOMATIC_ADDRESS = Rule(
    id="network.automatic-address",
    title="No subnet gives out public addresses by itself",
    severity=Severity.MEDIUM,
    why="Whatever is started there by mistake is on the internet; a load balancer and NAT bring their own.",
    fix="Set map_public_ip_on_launch=False.",
    mappings=("AWS Security Hub FSBP EC2.15",),
    types=frozenset({SUBNET, DEFAULT_SUBNET}),
    resource=automatic_addresses,
)

DESCRIPTION = Rule(
    id="network.description",
    title="Security groups and their rules say what they are for",
    severity=Severity.LOW,
    why="Nobody dares to close what nobody can explain.",
    fix="Set description.",
    types=HOLDERS,
    resource=descriptions,
)

RULES = (DEFAULT_GROUP, FLOW_LOGS, AUTOMATIC_ADDRESS, DESCRIPTION)
