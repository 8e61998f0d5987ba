"""Blocks of addresses: those of VPCs and subnets fit into one another, and hold the tasks.

Amazon VPC User Guide, "VPC CIDR blocks" and "Subnet sizing for IPv4".
"""

import math
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from ecs_policies.kinds import SERVICE, SUBNET, VPC, VPC_CIDR
from ecs_policies.model import UNKNOWN, Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.addresses import Block, block, holds
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.routes import VPCS
from ecs_policies.reading.services import Scaling, is_daemon, subnets
from ecs_policies.reading.values import Unreadable, number

_NAMES = ("cidrBlock", "ipv6CidrBlock")
_LENGTH = "ipv4NetmaskLength"
# By kind and property: the lengths of prefix that AWS takes.
_LENGTHS: Mapping[tuple[str, str], range] = {
    (VPC, "cidrBlock"): range(16, 29),
    (VPC_CIDR, "cidrBlock"): range(16, 29),
    (SUBNET, "cidrBlock"): range(16, 29),
    (VPC, "ipv6CidrBlock"): range(44, 61, 4),
    (SUBNET, "ipv6CidrBlock"): range(44, 65, 4),
}
# The first four addresses and the last one of each subnet are AWS's.
_RESERVED = 5
# More tasks, or percent, than AWS lets a service have; it keeps the product finite.
_MANY = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    resource: Resource
    name: str
    block: Block


@dataclass(slots=True)
class _Plan:
    """The blocks of one VPC, of one version of IP. `open` says that it has some that aren't known."""

    own: list[Block] = field(default_factory=list[Block])
    subnets: list[_Placed] = field(default_factory=list[_Placed])
    open: bool = False


def cidr_blocks(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Blocks that AWS doesn't take: too large or small, outside the VPC's, or another subnet's as well.

    A block that is made from another resource's isn't known before deployment and fits by construction.
    """
    plans: dict[tuple[str, str], _Plan] = {}
    for it in stack.of_type(VPC, VPC_CIDR, SUBNET):
        vpcs = frozenset({it.urn}) if it.kind == VPC else resolve(stack, it, "vpcId", VPCS).keys
        for name in _NAMES:
            found = yield from _block_of(it, name)
            for plan in (plans.setdefault((vpc, name), _Plan()) for vpc in vpcs):
                if it.kind != SUBNET:
                    plan.own += [] if found is None else [found]
                    plan.open = plan.open or (found is None and (it.kind, name) in _LENGTHS)
                elif found is not None:
                    plan.subnets.append(_Placed(resource=it, name=name, block=found))
    for plan in plans.values():
        yield from _outside(plan)
        yield from _overlapping(plan.subnets)


def _block_of(resource: Resource, name: str) -> Generator[Problem, None, Block | None]:
    """The block in a property; None where there is none or it isn't known. Yields what is wrong with it."""
    value = resource.properties.get(name)
    if value is None or (value is UNKNOWN and resource.property_dependencies.get(name)):
        return None
    found = block(value)
    if isinstance(found, Unreadable):
        yield unverifiable(resource, name, found)
        return None
    lengths = _LENGTHS.get((resource.kind, name), range(129))
    if found.prefixlen not in lengths:
        message = f"{found} isn't between /{lengths[0]} and /{lengths[-1]}"
        yield Problem(resource=resource, path=name, message=message)
    return found


def _outside(plan: _Plan) -> Iterator[Problem]:
    for it in plan.subnets:
        if plan.own and not plan.open and not any(holds(outer, it.block) for outer in plan.own):
            message = f"{it.block} isn't inside its VPC's {', '.join(map(str, plan.own))}"
            yield Problem(resource=it.resource, path=it.name, message=message)


def _overlapping(subnets: Sequence[_Placed]) -> Iterator[Problem]:
    """Two blocks share addresses only if one holds the other, so the last large one is enough to know."""
    last: _Placed | None = None
    for it in sorted(subnets, key=lambda it: (int(it.block.network_address), it.block.prefixlen)):
        if last and it.block.network_address in last.block:
            message = f"{it.block} shares addresses with {last.block} of the subnet {last.resource.name}"
            yield Problem(resource=it.resource, path=it.name, message=message)
        else:
            last = it


def room_for_tasks(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Subnets with fewer addresses than their services may have tasks, old and new ones in a deployment."""
    wanted: dict[str, list[tuple[Resource, int]]] = {}
    for service in stack.of_type(SERVICE):
        named = subnets(stack, service)
        if named is None or not named.keys or is_daemon(service):
            continue
        most = yield from _most_tasks(stack, service)
        for it in named.found if most else ():
            wanted.setdefault(it.urn, []).append((service, math.ceil(most / len(named.keys))))
    for subnet in stack.of_type(SUBNET):
        if subnet.urn in wanted:
            yield from _too_small(subnet, wanted[subnet.urn])


def _most_tasks(stack: Stack, service: Resource) -> Generator[Problem, None, int]:
    """How many tasks a service has at most; 0, and the problem, where that can't be told."""
    targets = stack.once(Scaling).of(service)
    owner, name = (targets[0], "maxCapacity") if targets else (service, "desiredCount")
    count = number(owner.properties.get(name), default=0)
    percent = number(service.properties.get("deploymentMaximumPercent"), default=200)
    if isinstance(count, Unreadable):
        yield unverifiable(owner, name, Unreadable(f"how many tasks there may be: {count.reason}"))
        return 0
    if isinstance(percent, Unreadable):
        yield unverifiable(service, "deploymentMaximumPercent", percent)
        return 0
    return int(min(count, _MANY) * min(percent, _MANY) // 100)


def _too_small(subnet: Resource, wanted: Iterable[tuple[Resource, int]]) -> Iterator[Problem]:
    name = "cidrBlock" if subnet.properties.get(_LENGTH) is None else _LENGTH
    length = _length(subnet, name)
    if isinstance(length, Unreadable):
        yield unverifiable(subnet, name, length)
        return
    tasks = sum(count for _, count in wanted)
    room = 2 ** (32 - length) - _RESERVED
    if length and room < tasks:
        named = ", ".join(service.name for service, _ in wanted)
        message = f"{max(room, 0)} addresses for up to {tasks} tasks of {named} during a deployment"
        yield Problem(resource=subnet, path=name, message=message)


def _length(subnet: Resource, name: str) -> int | Unreadable:
    """The length of a subnet's IPv4 prefix; 0 for one without IPv4, which has room for any number."""
    value = subnet.properties.get(name)
    if value is None:
        return 0
    if name == _LENGTH:
        found = number(value, default=0)
        return found if isinstance(found, Unreadable) else min(max(int(found), 0), 32)
    read = block(value)
    if isinstance(read, IPv4Network):
        return read.prefixlen
    return read if isinstance(read, Unreadable) else Unreadable("it isn't an IPv4 block")


CIDR_BLOCKS = Rule(
    id="network.cidr-blocks",
    title="Blocks of addresses are of a size that AWS takes, and no two subnets share any",
    severity=Severity.MEDIUM,
    why="AWS refuses such a block in the middle of a deployment, and it can't be changed later.",
    fix="Give the VPC a cidr_block from /16 to /28, and each subnet a part of it of its own.",
    stack=cidr_blocks,
)

ROOM_FOR_TASKS = Rule(
    id="network.room-for-tasks",
    title="A service's subnets have an address for each of its tasks",
    severity=Severity.MEDIUM,
    why="Each task takes an address of its own, so under load, or in a deployment, new ones could not start.",
    fix="Give the subnets a larger cidr_block, name more subnets, or lower the target's max_capacity.",
    stack=room_for_tasks,
)

RULES = (CIDR_BLOCKS, ROOM_FOR_TASKS)
