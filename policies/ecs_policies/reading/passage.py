"""Whether security groups let traffic pass, in or out, between their members and others."""

from __future__ import annotations

from dataclasses import dataclass

from ecs_policies.kinds import VPC_ENDPOINT
from ecs_policies.model import Problem, Stack
from ecs_policies.reading.addresses import Block, block, holds, is_everyone
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.security_groups import ALL, GroupRule, Peer, PeerKind, Ports, SecurityGroups
from ecs_policies.reading.values import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One end of a connection: the keys of its security groups, and the blocks of its subnets.

    A block that isn't known is None. `listed` says that its addresses are those of a prefix list.
    """

    groups: frozenset[str] = frozenset()
    blocks: tuple[Block | None, ...] = ()
    listed: bool = False


def blocks_of(subnets: References) -> tuple[Block | None, ...]:
    """The IPv4 blocks of subnets, as a side's."""
    read = [block(it.properties.get("cidrBlock")) for it in subnets.found]
    unknown = [None] if subnets.outside or subnets.lost else []
    return (*(None if isinstance(it, Unreadable) else it for it in read), *unknown)


def passes(stack: Stack, own: frozenset[str], other: Side, port: int, *, ingress: bool) -> bool | None:
    """Whether groups, by their keys, let the other side in by TCP, or out to it; None if that isn't known."""
    groups = stack.once(SecurityGroups)
    unsure = any(stack.by_urn(key) is None for key in own)
    left = list(other.blocks)
    for key in sorted(own):
        for rule in groups.rules(key, ingress=ingress):
            if isinstance(rule, Problem) or isinstance(rule.ports, Unreadable):
                unsure = True
            elif _opens(rule, port):
                found = [_admits(stack, rule, it, key, other) for it in rule.peers]
                if True in found:
                    return True
                unsure = unsure or None in found
                left = [it for it in left if it is None or not any(_holds(outer, it) for outer in found)]
                unsure = unsure or (None in left and any(isinstance(it, Block) for it in found))
    if other.blocks and not left:
        return True
    return None if unsure else False


def lets_out(stack: Stack, own: frozenset[str], port: int) -> bool | None:
    """Whether groups, by their keys, let anything out by TCP on a port; None if that isn't known."""
    groups = stack.once(SecurityGroups)
    rules = [it for key in own for it in groups.rules(key, ingress=False)]
    known = [it for it in rules if not isinstance(it, Problem) and not isinstance(it.ports, Unreadable)]
    if any(it.peers and _opens(it, port) for it in known):
        return True
    return False if len(known) == len(rules) and all(map(stack.by_urn, own)) else None


def _opens(rule: GroupRule, port: int) -> bool:
    return isinstance(rule.ports, Ports) and rule.protocol in (ALL, "tcp") and port in rule.ports


def _holds(outer: Block | bool | None, inner: Block) -> bool:  # noqa: FBT001
    return isinstance(outer, Block) and holds(outer, inner)


def _admits(stack: Stack, rule: GroupRule, peer: Peer, key: str, other: Side) -> Block | bool | None:
    """Whether a peer of a rule is the other side: True, False, a block that may hold it, None if unknown."""
    match peer.kind:
        case PeerKind.ADDRESSES:
            found = block(peer.value)
            return None if isinstance(found, Unreadable) else is_everyone(found) or found
        case PeerKind.PREFIX_LIST:
            # A gateway endpoint's list holds public addresses; any other may hold private ones.
            of_endpoint = resolve(stack, rule.resource, peer.name, (VPC_ENDPOINT,), peer.value).found
            return other.listed or (False if of_endpoint else None)
        case PeerKind.ITSELF:
            return key in other.groups
        case PeerKind.GROUP:
            groups = stack.once(SecurityGroups)
            named = groups.named(rule.resource, peer.name, peer.value)
            return not other.groups.isdisjoint(groups.keys(named)) or (None if named.lost else False)
