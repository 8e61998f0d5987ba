"""Which addresses the VPC's subnets get: pure, and the same for a zone whatever other zones there are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from components.errors import InvalidSettingError

MAX_ZONES = 8
"""More than any region has: a zone's place in the plan is its letter, a to h."""

# Amazon VPC User Guide, "VPC CIDR blocks": RFC 1918 blocks are recommended; 100.64.0.0/10 may be used too.
PRIVATE_BLOCKS = tuple(
    IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
LARGEST_VPC = 16
"""Prefix length of the largest VPC (Amazon VPC User Guide, "VPC CIDR blocks")."""
SMALLEST_SUBNET = 27
"""Prefix length of the smallest subnet that a load balancer takes (User Guide for Application Load
Balancers, "Subnets for your load balancer")."""

_ZONE = re.compile(r"[a-z]{2}(-[a-z]+)+-\d(?P<letter>[a-h])")
"""An availability zone of a region; local zones (us-west-2-lax-1a) go by other names."""

_SLOT_BITS = 4
"""Sixteen equal slots: a public one for each zone in the lower half, a private one in the upper half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePlan:
    """The subnets of one zone."""

    zone: str
    letter: str
    public: str
    private: str


def plan_subnets(cidr: str, zones: Sequence[str]) -> tuple[ZonePlan, ...]:
    """One public and one private subnet in each zone (`us-east-1a`), in the zones' order.

    A zone's subnets follow from its letter alone, so that adding, removing or reordering zones never moves
    another zone's addresses. Raises `InvalidSettingError` naming the CIDR or the zones, and what would fit.
    """
    network = _network(cidr, len(zones))
    letters = [_letter(zone) for zone in zones]
    regions = {zone[:-1] for zone in zones}
    if len(zones) < 2 or len(set(letters)) < len(letters) or len(regions) > 1:
        raise InvalidSettingError(
            "network.zones", list(zones), f"must be two to {MAX_ZONES} different zones of one region"
        )
    slots = list(network.subnets(prefixlen_diff=_SLOT_BITS))
    return tuple(
        ZonePlan(
            zone=zone,
            letter=letter,
            public=str(slots[_index(letter)]),
            private=str(slots[MAX_ZONES + _index(letter)]),
        )
        for zone, letter in zip(zones, letters, strict=True)
    )


def _network(cidr: str, zones: int) -> IPv4Network:
    try:
        network = IPv4Network(cidr if "/" in cidr else "", strict=False)
    except ValueError:
        raise InvalidSettingError("network.cidr", cidr, "isn't an IPv4 block such as 10.0.0.0/16") from None
    if cidr != str(network):
        raise InvalidSettingError(
            "network.cidr", cidr, f"isn't a block's first address and length; use {network}"
        )
    smallest = SMALLEST_SUBNET - _SLOT_BITS
    if not LARGEST_VPC <= network.prefixlen <= smallest:
        fitting = IPv4Network(
            (network.network_address, min(max(network.prefixlen, LARGEST_VPC), smallest)), strict=False
        )
        raise InvalidSettingError(
            "network.cidr",
            cidr,
            f"can't hold the subnets of {zones} zones; use a block from /{LARGEST_VPC} to /{smallest}, "
            f"such as {fitting}",
        )
    if not any(network.subnet_of(block) for block in PRIVATE_BLOCKS):
        blocks = ", ".join(str(block) for block in PRIVATE_BLOCKS)
        raise InvalidSettingError("network.cidr", cidr, f"isn't private; use a block inside {blocks}")
    return network


def _letter(zone: str) -> str:
    match = _ZONE.fullmatch(zone)
    if match is None:
        raise InvalidSettingError("network.zones", zone, "isn't an availability zone such as us-east-1a")
    return match["letter"]


def _index(letter: str) -> int:
    return ord(letter) - ord("a")
