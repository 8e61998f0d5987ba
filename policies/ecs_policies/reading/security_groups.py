"""The rules of security groups, whichever way a program writes them.

Inline in the group, as `SecurityGroupRule`, or as `SecurityGroupIngressRule` and `SecurityGroupEgressRule`. A
group without a rule admits nothing and lets nothing out: the provider takes AWS's first egress rule away
(pulumi_aws's documentation of `aws.ec2.SecurityGroup`, "NOTE on Egress rules").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from ecs_policies.kinds import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_VPC,
    EGRESS_RULE,
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    VPC,
)
from ecs_policies.model import UNKNOWN, Problem, Resource, Stack, Value
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, flag, items, number

_VPCS = (VPC, DEFAULT_VPC)
GROUPS = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)
RULES = (SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE)
HOLDERS = frozenset((*GROUPS, *RULES))
"""The types that hold rules of security groups."""

ALL = "all"
_PROTOCOLS = {"-1": ALL, "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_BLOCKS = ("ingress", "egress", "networkConfiguration")
_WITH_PORTS = ("tcp", "udp")
_LAST_PORT = 65535


class PeerKind(Enum):
    """What a rule names: where traffic that comes in is from, or where what goes out is to."""

    ADDRESSES = "addresses"
    PREFIX_LIST = "a prefix list"
    GROUP = "a security group"
    ITSELF = "the group itself"


_PEERS: Mapping[str, PeerKind] = {
    "cidrBlocks": PeerKind.ADDRESSES,
    "ipv6CidrBlocks": PeerKind.ADDRESSES,
    "cidrIpv4": PeerKind.ADDRESSES,
    "cidrIpv6": PeerKind.ADDRESSES,
    "prefixListIds": PeerKind.PREFIX_LIST,
    "prefixListId": PeerKind.PREFIX_LIST,
    "securityGroups": PeerKind.GROUP,
    "sourceSecurityGroupId": PeerKind.GROUP,
    "referencedSecurityGroupId": PeerKind.GROUP,
    "self": PeerKind.ITSELF,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom a rule lets through. `path` is where the rule names it; of addresses each block is one peer.

    `name` is the property that a reference is followed by.
    """

    kind: PeerKind
    path: str
    name: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """A range of ports, both ends in it."""

    first: int
    last: int

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    @property
    def each(self) -> range:
        """The ports one by one."""
        return range(self.first, self.last + 1)

    @property
    def every(self) -> bool:
        """Whether it is all ports."""
        return self.first <= 1 and self.last >= _LAST_PORT

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """One rule of a security group.

    `resource` is where it is written, `path` the part of it ("ingress[tcp:443]."; empty for a rule that is a
    resource of its own). `ports` are None for a protocol that has none, such as ICMP; `traffic` is the path
    of what can't be read where they, or the protocol, can't.
    """

    resource: Resource
    path: str
    ingress: bool
    protocol: str | Unreadable
    ports: Ports | Unreadable | None
    traffic: str
    peers: tuple[Peer, ...]
    description: Value


def rules(holder: Resource, *, ingress: bool | None = None) -> Iterator[GroupRule | Problem]:
    """The rules that a group holds inline, or the one that a resource is: of one direction, or of both.

    A rule that can't be read is a problem.
    """
    if holder.kind in RULES:
        rule = _separate(holder)
        if isinstance(rule, Problem) or ingress in (None, rule.ingress):
            yield rule
        return
    if ingress is not False:
        yield from _inline(holder, "ingress")
    if ingress is not True:
        yield from _inline(holder, "egress")


def _inline(group: Resource, block: str) -> Iterator[GroupRule | Problem]:
    for index, it in enumerate(items(group.properties.get(block))):
        if isinstance(it, Mapping):
            yield _rule(group, it, block, index, ingress=block == "ingress")
        else:
            reason = IS_UNKNOWN if it is UNKNOWN else "it isn't an object with a source"
            yield unverifiable(group, f"{block}[{index}]", Unreadable(reason))


def _separate(rule: Resource) -> GroupRule | Problem:
    direction = {INGRESS_RULE: "ingress", EGRESS_RULE: "egress"}.get(rule.kind, rule.properties.get("type"))
    if direction not in ("ingress", "egress"):
        return unverifiable(rule, "type", Unreadable("it's neither ingress nor egress, or unknown"))
    return _rule(rule, rule.properties, ingress=direction == "ingress")


def _rule(
    resource: Resource, content: Mapping[str, Value], block: str = "", index: int = 0, *, ingress: bool
) -> GroupRule:
    protocol, ports = _traffic(content)
    path = f"{block}[{_label(protocol, ports, index)}]." if block else ""
    named = "ipProtocol" if resource.kind in (INGRESS_RULE, EGRESS_RULE) else "protocol"
    return GroupRule(
        resource=resource,
        path=path,
        ingress=ingress,
        protocol=protocol,
        ports=ports,
        traffic=f"{path}{named if isinstance(protocol, Unreadable) else 'fromPort'}",
        peers=tuple(_peers(path, content, block)),
        description=content.get("description"),
    )


def _label(protocol: str | Unreadable, ports: Ports | Unreadable | None, index: int) -> str:
    """What tells an inline rule from the others, whatever their order: protocol and ports."""
    if isinstance(protocol, Unreadable) or isinstance(ports, Unreadable):
        return str(index)
    return protocol if ports is None or protocol == ALL else f"{protocol}:{ports}"


def _traffic(content: Mapping[str, Value]) -> tuple[str | Unreadable, Ports | Unreadable | None]:
    """Protocol and ports, as names and numbers or as texts."""
    given = next((content[it] for it in ("protocol", "ipProtocol") if content.get(it) is not None), None)
    if given is UNKNOWN:
        return Unreadable(IS_UNKNOWN), Unreadable(IS_UNKNOWN)
    if isinstance(given, bool) or not isinstance(given, (str, int)) or given == "":
        odd = Unreadable("the protocol isn't set, or is no name or number")
        return odd, odd
    protocol = _PROTOCOLS.get(str(given), str(given).lower())
    if protocol == ALL:
        return protocol, Ports(first=0, last=_LAST_PORT)
    return protocol, _ports(content) if protocol in _WITH_PORTS else None


def _ports(content: Mapping[str, Value]) -> Ports | Unreadable:
    ends = [number(_set(content.get(it)), default=0) for it in ("fromPort", "toPort")]
    first, last = ends
    if isinstance(first, Unreadable) or isinstance(last, Unreadable):
        unknown = Unreadable(IS_UNKNOWN) in ends
        return Unreadable(IS_UNKNOWN if unknown else "its ports aren't two numbers")
    # AWS takes -1 for any port.
    return Ports(first=max(int(first), 0), last=_LAST_PORT if last < 0 else int(last))


def _set(value: Value) -> Value:
    """The value, or for one that isn't set what is no number."""
    return "" if value is None else value


def _peers(path: str, content: Mapping[str, Value], block: str) -> Iterator[Peer]:
    for key, kind in _PEERS.items():
        value = content.get(key)
        here = f"{path}{key}"
        if kind is PeerKind.ADDRESSES:
            for index, it in enumerate(items(value)):
                shown = it if isinstance(it, str) else index
                at = f"{here}[{shown}]" if key.endswith("Blocks") else here
                yield Peer(kind=kind, path=at, name=block or key, value=it)
        elif _is_set(kind, value):
            yield Peer(kind=kind, path=here, name=block or key, value=value)


def _is_set(kind: PeerKind, value: Value) -> bool:
    if kind is PeerKind.ITSELF:
        found = flag(value, default=False)
        return isinstance(found, Unreadable) or found
    return bool(items(value))


class SecurityGroups:
    """The rules of a stack's security groups, by group; get it by `stack.once(SecurityGroups)`.

    A group goes by its URN, a VPC's default group by the VPC's, one that isn't the stack's by its id.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._holders: dict[str, list[Resource]] = {}
        self._astray: list[Resource] = []
        for holder in stack.of_type(*GROUPS, *RULES):
            named = self.of(holder)
            for key in self.keys(named):
                self._holders.setdefault(key, []).append(holder)
            if named.lost:
                self._astray.append(holder)

    def named(self, owner: Resource, name: str, value: Value = None) -> References:
        """The groups that a property names; a VPC among them stands for its default group."""
        # In a block a VPC may be there for its addresses.
        kinds = GROUPS if name in _BLOCKS else (*GROUPS, *_VPCS)
        return resolve(self._stack, owner, name, kinds, value)

    def of(self, holder: Resource) -> References:
        """The group that a rule is in; a group is its own."""
        return References(found=(holder,)) if holder.kind in GROUPS else self.named(holder, "securityGroupId")

    def keys(self, named: References) -> frozenset[str]:
        """What the groups go by."""
        return frozenset((*(key for it in named.found for key in self._keys(it)), *named.outside))

    def rules(self, key: str, *, ingress: bool | None = None) -> Iterator[GroupRule | Problem]:
        """The rules of a group, of one direction or of both; one that can't be read is a problem."""
        for holder in self._holders.get(key, ()):
            yield from rules(holder, ingress=ingress)

    def astray(self, *, ingress: bool) -> Iterator[Problem]:
        """A problem for each rule of which it isn't known what group it is in."""
        for rule in self._astray:
            if any(True for _ in rules(rule, ingress=ingress)):
                reason = Unreadable(f"which group it opens: {IS_UNKNOWN}")
                yield unverifiable(rule, "securityGroupId", reason)

    def _keys(self, group: Resource) -> frozenset[str]:
        if group.kind != DEFAULT_SECURITY_GROUP:
            return frozenset({group.urn})
        if group.properties.get("vpcId") is None:
            vpcs = frozenset(it.urn for it in self._stack.of_type(DEFAULT_VPC))
        else:
            vpcs = resolve(self._stack, group, "vpcId", _VPCS).keys
        return vpcs or frozenset({group.urn})
