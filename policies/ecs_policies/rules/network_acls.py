"""Network ACLs: what they let into their subnets, and whether they have any.

A VPC's default ACL isn't judged, nor is it by AWS Security Hub: by itself it lets everything through, and
leaves it to the security groups.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecs_policies.kinds import DEFAULT_NETWORK_ACL, NETWORK_ACL, NETWORK_ACL_ASSOCIATION, NETWORK_ACL_RULE
from ecs_policies.model import UNKNOWN, Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.addresses import block, is_everyone
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.routes import SUBNETS, VPCS
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, flag, items, mapping, number, word

_ADMINISTRATION = {22: "SSH", 3389: "RDP"}
_TCP = ("6", "tcp")
_ALL = ("-1", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry of an ACL that concerns administration from everywhere: by `version` 4 or 6 of IP."""

    resource: Resource
    path: str
    order: float
    allows: bool
    ports: tuple[int, ...]
    version: int


def open_acls(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Entries that let everyone in to SSH or RDP, and that no entry with a lower number denies."""
    acls: dict[str, list[_Entry]] = {}
    for key, resource, path, content in _contents(stack):
        found = _entry(resource, path, content)
        if isinstance(found, Problem):
            yield found
        elif found:
            acls.setdefault(key, []).append(found)
    for entries in acls.values():
        yield from _admitting(entries)


def _contents(stack: Stack) -> Iterator[tuple[str, Resource, str, Value]]:
    """Each entry for what comes in: its ACL's key, where it is written, and what is written."""
    for acl in stack.of_type(NETWORK_ACL):
        for index, it in enumerate(items(acl.properties.get("ingress"))):
            shown = mapping(it).get("ruleNo")
            yield acl.urn, acl, f"ingress[{shown if isinstance(shown, (int, str)) else index}].", it
    for rule in stack.of_type(NETWORK_ACL_RULE):
        of = resolve(stack, rule, "networkAclId", (NETWORK_ACL, DEFAULT_NETWORK_ACL, *VPCS))
        of_default = any(it.kind != NETWORK_ACL for it in of.found)
        if not of_default and flag(rule.properties.get("egress"), default=False) is not True:
            for key in of.keys or {rule.urn}:
                yield key, rule, "", rule.properties


def _entry(resource: Resource, path: str, content: Value) -> _Entry | Problem | None:
    """An entry; None for one that doesn't concern administration from everywhere."""
    if not isinstance(content, Mapping):
        reason = IS_UNKNOWN if content is UNKNOWN else "it isn't an entry of an ACL"
        return unverifiable(resource, path.rstrip("."), Unreadable(reason))
    verb, rank = ("action", "ruleNo") if path else ("ruleAction", "ruleNumber")
    source = next((it for it in ("ipv6CidrBlock", "cidrBlock") if content.get(it)), "cidrBlock")
    ports, addresses = _ports(content), block(content.get(source))
    action, order = word(content.get(verb)), _number(content.get(rank))
    if not ports or not (isinstance(addresses, Unreadable) or is_everyone(addresses)):
        return None
    if isinstance(ports, Unreadable):
        return unverifiable(resource, f"{path}fromPort", ports)
    if isinstance(addresses, Unreadable):
        return unverifiable(resource, f"{path}{source}", addresses)
    if isinstance(action, Unreadable):
        return unverifiable(resource, f"{path}{verb}", action)
    if isinstance(order, Unreadable):
        return unverifiable(resource, f"{path}{rank}", order)
    return _Entry(
        resource=resource,
        path=f"{path}{source}",
        order=order,
        allows=action.lower() == "allow",
        ports=ports,
        version=addresses.version,
    )


def _ports(content: Mapping[str, Value]) -> tuple[int, ...] | Unreadable:
    """The ports of administration that an entry is about."""
    protocol = content.get("protocol")
    if protocol is UNKNOWN:
        return Unreadable(f"its protocol: {IS_UNKNOWN}")
    if str(protocol).lower() in _ALL:
        return tuple(_ADMINISTRATION)
    if str(protocol).lower() not in _TCP:
        return ()
    first, last = _number(content.get("fromPort")), _number(content.get("toPort"))
    if isinstance(first, Unreadable):
        return first
    if isinstance(last, Unreadable):
        return last
    return tuple(port for port in _ADMINISTRATION if first <= port <= last)


def _number(value: Value) -> float | Unreadable:
    return number("" if value is None else value, default=0)


def _admitting(entries: list[_Entry]) -> Iterator[Problem]:
    """The entries that let in: of each port the first in order decides, for IPv4 and IPv6 apart."""
    decided: set[tuple[int, int]] = set()
    for it in sorted(entries, key=lambda entry: entry.order):
        ports = [port for port in it.ports if (port, it.version) not in decided]
        decided |= {(port, it.version) for port in ports}
        if ports and it.allows:
            opened = ", ".join(f"{port} ({_ADMINISTRATION[port]})" for port in ports)
            message = f"lets everyone in to {opened}, and no entry before it denies that"
            yield Problem(resource=it.resource, path=it.path, message=message)


def unused_acls(stack: Stack, _options: Options) -> Iterator[Problem]:
    """ACLs that no subnet uses."""
    used: set[str] = set()
    strays: list[str] = []
    for it in stack.of_type(NETWORK_ACL_ASSOCIATION):
        of = resolve(stack, it, "networkAclId", (NETWORK_ACL,))
        used |= of.keys
        strays += [it.name] if of.lost else []
    for acl in stack.of_type(NETWORK_ACL):
        subnets = resolve(stack, acl, "subnetIds", SUBNETS)
        if subnets.lost:
            yield unverifiable(acl, "subnetIds", Unreadable(f"which subnets use it: {IS_UNKNOWN}"))
        elif subnets.keys or acl.urn in used:
            continue
        elif strays:
            yield unverifiable(acl, "subnetIds", Unreadable(f"which ACL {strays[0]} is for: {IS_UNKNOWN}"))
        else:
            yield Problem(resource=acl, path="subnetIds", message="no subnet uses it")


OPEN_ACL = Rule(
    id="network.open-acl",
    title="No network ACL lets everyone in to SSH or RDP",
    severity=Severity.MEDIUM,
    why="An ACL is what still holds when a security group is opened by mistake.",
    fix="Deny ports 22 and 3389 in an entry with a lower rule_no, before one for a range such as 1024-65535 "
    "lets the answers to the subnet's own requests in.",
    mappings=(
        "AWS Security Hub FSBP EC2.21",
        "CIS AWS Foundations 1.4.0 5.1",
        "CIS AWS Foundations 3.0.0 5.1",
    ),
    stack=open_acls,
)

UNUSED_ACL = Rule(
    id="network.unused-acl",
    title="Each network ACL has a subnet",
    severity=Severity.LOW,
    why="An ACL that no subnet uses looks like protection and is none.",
    fix="Name its subnets in subnet_ids, or delete it.",
    mappings=("AWS Security Hub FSBP EC2.16",),
    stack=unused_acls,
)

RULES = (OPEN_ACL, UNUSED_ACL)
