"""Blocks of addresses, and which of them are the whole internet."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from ecs_policies.model import UNKNOWN, Value
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable

Block: TypeAlias = IPv4Network | IPv6Network

# No network is given more: IANA gives a regional registry a /8 of IPv4, or a /12 of IPv6.
_WIDEST = {4: 8, 6: 12}
_UNIQUE_LOCAL = IPv6Network("fc00::/7")


def block(value: Value) -> Block | Unreadable:
    """The block that a CIDR text names; bits beyond its length are left out, as AWS does."""
    if value is UNKNOWN:
        return Unreadable(IS_UNKNOWN)
    try:
        return ip_network(value, strict=False) if isinstance(value, str) and "/" in value else _no_block()
    except ValueError:
        return _no_block()


def _no_block() -> Unreadable:
    return Unreadable("it isn't a block of addresses such as 10.0.0.0/16")


def is_everyone(of: Block) -> bool:
    """Whether a block stands for the whole internet, as 0.0.0.0/0 and ::/0 do, or for too much of it."""
    private = isinstance(of, IPv6Network) and of.subnet_of(_UNIQUE_LOCAL)
    return of.prefixlen < _WIDEST[of.version] and not private


def holds(outer: Block, inner: Block) -> bool:
    """Whether all the addresses of one block are in the other."""
    if isinstance(outer, IPv4Network):
        return isinstance(inner, IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and inner.subnet_of(outer)
