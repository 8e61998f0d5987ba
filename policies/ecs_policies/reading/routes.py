"""Which ways out of its VPC a subnet has, by the route table that it uses.

Amazon VPC User Guide, "Subnet route tables": a subnet without an association of its own uses the VPC's main
table; one whose table has a route to an internet gateway is public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import Enum

from ecs_policies.kinds import (
    DEFAULT_ROUTE_TABLE,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    INTERNET_GATEWAY,
    INTERNET_GATEWAY_ATTACHMENT,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_PROPAGATION,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
    VPN_GATEWAY,
    VPN_GATEWAY_ATTACHMENT,
)
from ecs_policies.model import UNKNOWN, Resource, Stack, Value
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import IS_UNKNOWN, items, mapping

VPCS = (VPC, DEFAULT_VPC)
SUBNETS = (SUBNET, DEFAULT_SUBNET)
_INTERNET_GATEWAYS = (INTERNET_GATEWAY, INTERNET_GATEWAY_ATTACHMENT)
_VPN_GATEWAYS = (VPN_GATEWAY, VPN_GATEWAY_ATTACHMENT)


class Way(Enum):
    """A way out of a VPC, by what a route leads to."""

    INTERNET = "an internet gateway"
    """Both ways: what has a public address is reached through it too."""
    OUTWARD = "a NAT gateway"
    """To the internet and never from it; for IPv6 an egress-only gateway."""
    ELSEWHERE = "another network"
    """A transit gateway, a VPN, a peering, an appliance: what lies behind isn't told by the route."""


_TARGETS: Mapping[str, Way] = {
    "carrierGatewayId": Way.INTERNET,
    "natGatewayId": Way.OUTWARD,
    "egressOnlyGatewayId": Way.OUTWARD,
    "coreNetworkArn": Way.ELSEWHERE,
    "localGatewayId": Way.ELSEWHERE,
    "networkInterfaceId": Way.ELSEWHERE,
    "odbNetworkArn": Way.ELSEWHERE,
    "transitGatewayId": Way.ELSEWHERE,
    "vpcEndpointId": Way.ELSEWHERE,
    "vpcPeeringConnectionId": Way.ELSEWHERE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out that a subnet has, as far as the stack tells.

    `tables` are the keys (`Routes.tables`) of its route table. There may be more ways where `unread` says why
    one isn't known, and where the table isn't of the stack: `outside` is its id, or its VPC's.
    """

    ways: frozenset[Way]
    tables: frozenset[str]
    outside: tuple[str, ...] = ()
    unread: str = ""

    @property
    def public(self) -> bool:
        """Whether the internet reaches what has a public address in it."""
        return Way.INTERNET in self.ways

    @property
    def isolated(self) -> bool:
        """Whether it is known that no way leads out of the VPC."""
        return not self.ways and not self.outside and not self.unread


@dataclass(slots=True)
class _Table:
    ways: set[Way] = field(default_factory=set[Way])
    unread: str = ""


class Routes:
    """The route tables of a stack; get it by `stack.once(Routes)`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        # A VPC's default table goes by the VPC's URN; the account's default VPC by its type.
        vpcs = (DEFAULT_VPC, *(it.urn for it in stack.of_type(*VPCS)))
        self._tables = {it: _Table() for it in vpcs}
        self._of_subnet: dict[str, set[str]] = {}
        self._main: dict[str, set[str]] = {}
        # Why a route or an association that can't be placed may belong to any subnet.
        self._astray = ""
        self._read_tables()
        self._read_routes()
        self._read_associations()

    def of(self, subnet: Resource) -> Ways:
        """The ways out of a subnet of the stack."""
        tables = self._of_subnet.get(subnet.urn) or self._main_tables(subnet)
        read = [self._tables[it] for it in tables if it in self._tables]
        reasons = [*(it.unread for it in read), self._astray, "" if tables else f"its VPC: {IS_UNKNOWN}"]
        return Ways(
            ways=frozenset(way for it in read for way in it.ways),
            tables=frozenset(tables),
            outside=tuple(sorted(tables - self._tables.keys())),
            unread=next((it for it in reasons if it), ""),
        )

    def tables(self, owner: Resource, name: str) -> tuple[frozenset[str], bool]:
        """The keys of the route tables that a property names, and whether a part of it isn't known.

        A VPC's default table goes by the VPC's key.
        """
        named = resolve(self._stack, owner, name, (ROUTE_TABLE, DEFAULT_ROUTE_TABLE, *VPCS))
        keys = (*(key for it in named.found for key in self._keys(it)), *named.outside)
        return frozenset(keys), named.lost

    def _keys(self, table: Resource) -> frozenset[str]:
        if table.kind != DEFAULT_ROUTE_TABLE:
            return frozenset({table.urn})
        vpcs = resolve(self._stack, table, "defaultRouteTableId", VPCS)
        return vpcs.keys or frozenset({table.urn})

    def _main_tables(self, subnet: Resource) -> set[str]:
        vpcs = resolve(self._stack, subnet, "vpcId", VPCS).keys
        if subnet.kind == DEFAULT_SUBNET:
            vpcs = frozenset(it.urn for it in self._stack.of_type(DEFAULT_VPC)) or frozenset({DEFAULT_VPC})
        return {table for vpc in vpcs for table in self._main.get(vpc, {vpc})}

    def _read_tables(self) -> None:
        adopted: set[str] = set()
        for table in self._stack.of_type(ROUTE_TABLE, DEFAULT_ROUTE_TABLE):
            keys = self._keys(table)
            adopted |= keys
            self._tables.update({it: _Table() for it in keys if it not in self._tables})
            for route in items(table.properties.get("routes")):
                self._add(keys, table, "routes", route)
            if items(table.properties.get("propagatingVgws")):
                self._lead(keys, Way.ELSEWHERE)
        # AWS leads the default VPC's table to an internet gateway, until a program adopts the table.
        for vpc in (DEFAULT_VPC, *(it.urn for it in self._stack.of_type(DEFAULT_VPC))):
            if vpc not in adopted:
                self._lead({vpc}, Way.INTERNET)

    def _read_routes(self) -> None:
        for route in self._stack.of_type(ROUTE, ROUTE_PROPAGATION):
            keys, lost = self.tables(route, "routeTableId")
            if lost:
                self._astray = f"which route table {route.name} is in: {IS_UNKNOWN}"
            elif route.kind == ROUTE_PROPAGATION:
                self._lead(keys, Way.ELSEWHERE)
            else:
                self._add(keys, route, "", route.properties)

    def _read_associations(self) -> None:
        for it in self._stack.of_type(ROUTE_TABLE_ASSOCIATION):
            if it.properties.get("gatewayId") is None:
                self._associate(it, "subnetId", SUBNETS, self._of_subnet)
        for it in self._stack.of_type(MAIN_ROUTE_TABLE_ASSOCIATION):
            self._associate(it, "vpcId", VPCS, self._main)

    def _associate(
        self, association: Resource, name: str, kinds: tuple[str, ...], tables: dict[str, set[str]]
    ) -> None:
        to = resolve(self._stack, association, name, kinds)
        keys, lost = self.tables(association, "routeTableId")
        if to.lost:
            self._astray = f"what {association.name} joins to a route table: {IS_UNKNOWN}"
        if lost:
            keys = frozenset({association.urn})
            unread = f"the route table of {association.name}: {IS_UNKNOWN}"
            self._tables[association.urn] = _Table(unread=unread)
        for key in to.keys:
            tables.setdefault(key, set()).update(keys)

    def _add(self, keys: Set[str], owner: Resource, block: str, route: Value) -> None:
        """Note where a route leads with its tables; `block` is the property that holds a table's routes."""
        for way in self._leads(owner, block, route):
            self._lead(keys, way)

    def _lead(self, keys: Set[str], way: Way | str) -> None:
        for table in (self._tables[it] for it in keys if it in self._tables):
            if isinstance(way, Way):
                table.ways.add(way)
            else:
                table.unread = way

    def _leads(self, owner: Resource, block: str, route: Value) -> Iterator[Way | str]:
        """Where a route leads, or why that can't be told; nothing for one that stays in the VPC."""
        target = mapping(route)
        gateway = target.get("gatewayId")
        named = [(key, way) for key, way in _TARGETS.items() if target.get(key) not in (None, "")]
        if gateway in (None, "") and not named:
            why = IS_UNKNOWN if route is UNKNOWN else "it has no target"
            yield f"where a route of {owner.name} leads: {why}"
        if gateway not in (None, ""):
            yield from self._through_gateway(owner, block or "gatewayId", gateway)
        for key, way in named:
            private = key == "natGatewayId" and self._is_private(owner, block or key, target[key])
            yield Way.ELSEWHERE if private else way

    def _through_gateway(self, owner: Resource, name: str, value: Value) -> Iterator[Way | str]:
        if isinstance(value, str) and value.startswith(("local", "vpce-")):
            return  # stays in the VPC; vpce-… is a gateway endpoint
        named = resolve(self._stack, owner, name, (*_INTERNET_GATEWAYS, *_VPN_GATEWAYS), value)
        for it in named.found:
            yield Way.INTERNET if it.kind in _INTERNET_GATEWAYS else Way.ELSEWHERE
        for it in named.outside:
            yield Way.ELSEWHERE if it.startswith("vgw-") else Way.INTERNET
        if named.lost:
            yield f"which gateway a route of {owner.name} leads to: {IS_UNKNOWN}"

    def _is_private(self, owner: Resource, name: str, value: Value) -> bool:
        """Whether every NAT gateway named is one between private networks."""
        found = resolve(self._stack, owner, name, (NAT_GATEWAY,), value).found
        return bool(found) and all(it.properties.get("connectivityType") == "private" for it in found)
