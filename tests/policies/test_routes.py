"""The ways out of a VPC that a subnet has, whatever way its routes are written."""

import pytest
from ecs_policies import kinds
from ecs_policies.model import UNKNOWN, Resource, Stack
from ecs_policies.reading.routes import Routes, Way, Ways

from tests.policies.stacks import resource

VPC = resource(kinds.VPC, "vpc")
SUBNET = resource(kinds.SUBNET, "subnet", {"vpcId": UNKNOWN}, vpcId=VPC)
OTHER = resource(kinds.SUBNET, "other", {"vpcId": UNKNOWN}, vpcId=VPC)
TABLE = resource(kinds.ROUTE_TABLE, "table", {"vpcId": UNKNOWN}, vpcId=VPC)
INTERNET = resource(kinds.INTERNET_GATEWAY, "internet")
ATTACHMENT = resource(kinds.INTERNET_GATEWAY_ATTACHMENT, "attachment")
NAT = resource(kinds.NAT_GATEWAY, "nat")
PRIVATE_NAT = resource(kinds.NAT_GATEWAY, "private-nat", {"connectivityType": "private"})
VPN = resource(kinds.VPN_GATEWAY, "vpn")
JOINED = resource(
    kinds.ROUTE_TABLE_ASSOCIATION,
    "joined",
    {"subnetId": UNKNOWN, "routeTableId": UNKNOWN},
    subnetId=SUBNET,
    routeTableId=TABLE,
)
NETWORK = (VPC, SUBNET, OTHER, TABLE, INTERNET, ATTACHMENT, NAT, PRIVATE_NAT, VPN, JOINED)


def inline(
    *routes: object, type_: str = kinds.ROUTE_TABLE, **made_from: Resource | list[Resource]
) -> Resource:
    """The table with inline routes."""
    return resource(type_, "table", {"routes": list(routes)}, **made_from)


def separate(table: Resource = TABLE, name: str = "route", **target: object) -> Resource:
    """A route of its own; a target given as a resource is unknown and made from it."""
    origins = {key: it for key, it in target.items() if isinstance(it, Resource)}
    values = {key: UNKNOWN if key in origins else it for key, it in target.items()}
    return resource(
        kinds.ROUTE,
        name,
        {"routeTableId": UNKNOWN, "destinationCidrBlock": "0.0.0.0/0", **values},
        routeTableId=table,
        **origins,
    )


def ways(*more: Resource, of: Resource = SUBNET, without: tuple[Resource, ...] = ()) -> Ways:
    """The ways out of a subnet of the network; a further resource takes the place of its namesake."""
    resources = {it.urn: it for it in (*NETWORK, *more) if it not in without}
    return Stack(resources.values()).once(Routes).of(of)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (separate(gatewayId=INTERNET), Way.INTERNET),
        (separate(gatewayId=ATTACHMENT), Way.INTERNET),
        (separate(gatewayId="igw-1"), Way.INTERNET),
        (separate(carrierGatewayId="cagw-1"), Way.INTERNET),
        (separate(natGatewayId=NAT), Way.OUTWARD),
        (separate(natGatewayId="nat-1"), Way.OUTWARD),
        (separate(egressOnlyGatewayId=UNKNOWN), Way.OUTWARD),
        (separate(natGatewayId=PRIVATE_NAT), Way.ELSEWHERE),
        (separate(gatewayId=VPN), Way.ELSEWHERE),
        (separate(gatewayId="vgw-1"), Way.ELSEWHERE),
        (separate(transitGatewayId=UNKNOWN), Way.ELSEWHERE),
        (separate(networkInterfaceId="eni-1"), Way.ELSEWHERE),
        (inline({"cidrBlock": "0.0.0.0/0", "gatewayId": UNKNOWN}, routes=INTERNET), Way.INTERNET),
        (inline({"ipv6CidrBlock": "::/0", "gatewayId": UNKNOWN}, routes=INTERNET), Way.INTERNET),
        (inline({"cidrBlock": "0.0.0.0/0", "natGatewayId": UNKNOWN}, routes=[NAT, INTERNET]), Way.OUTWARD),
        (inline({"cidrBlock": "10.9.0.0/16", "vpcPeeringConnectionId": UNKNOWN}), Way.ELSEWHERE),
    ],
    ids=lambda it: it.name if isinstance(it, (Resource, Way)) else None,
)
def test_a_route_is_one_way_out_by_what_it_leads_to(route: Resource, expected: Way):
    found = ways(route)
    assert found.ways == {expected}
    assert found.public == (expected is Way.INTERNET)
    assert not found.isolated
    assert found.unread == ""


def test_a_subnet_whose_table_leads_nowhere_is_isolated():
    assert ways().isolated


@pytest.mark.parametrize("gateway", ["local", "vpce-1"])
def test_a_route_that_stays_in_the_vpc_is_no_way_out(gateway: str):
    assert ways(inline({"gatewayId": gateway}, routes=INTERNET)).isolated


def test_another_tables_routes_are_not_a_subnets_own():
    another = resource(kinds.ROUTE_TABLE, "another")
    assert ways(another, separate(another, gatewayId=INTERNET)).isolated


def test_vpn_routes_that_a_table_takes_over_are_a_way_elsewhere():
    table = resource(kinds.ROUTE_TABLE, "table", {"propagatingVgws": [UNKNOWN]})
    propagation = resource(
        kinds.ROUTE_PROPAGATION, "propagation", {"routeTableId": UNKNOWN}, routeTableId=TABLE
    )
    assert ways(table).ways == ways(propagation).ways == {Way.ELSEWHERE}


MAIN = resource(
    kinds.MAIN_ROUTE_TABLE_ASSOCIATION,
    "main",
    {"vpcId": UNKNOWN, "routeTableId": UNKNOWN},
    vpcId=VPC,
    routeTableId=TABLE,
)


@pytest.mark.parametrize(
    "more",
    [
        (separate(VPC, gatewayId=INTERNET),),
        (MAIN, separate(gatewayId=INTERNET)),
        (
            resource(
                kinds.DEFAULT_ROUTE_TABLE,
                "adopted",
                {"defaultRouteTableId": UNKNOWN, "routes": [{"gatewayId": UNKNOWN}]},
                defaultRouteTableId=VPC,
                routes=INTERNET,
            ),
        ),
    ],
    ids=["a route in the VPC's default table", "another main table", "an adopted default table"],
)
def test_a_subnet_without_a_table_of_its_own_uses_the_main_table(more: tuple[Resource, ...]):
    assert ways(*more, of=OTHER).ways == {Way.INTERNET}
    assert ways(of=OTHER).isolated


def test_the_default_vpc_leads_to_the_internet_until_its_table_is_adopted():
    vpc = resource(kinds.DEFAULT_VPC, "default")
    default = resource(kinds.DEFAULT_SUBNET, "default")
    further = resource(kinds.SUBNET, "further", {"vpcId": UNKNOWN}, vpcId=vpc)
    adopted = resource(
        kinds.DEFAULT_ROUTE_TABLE,
        "adopted",
        {"defaultRouteTableId": UNKNOWN, "routes": []},
        defaultRouteTableId=vpc,
    )
    assert ways(default, of=default).public
    assert ways(vpc, default, of=default).public
    assert ways(vpc, further, of=further).public
    assert ways(vpc, default, adopted, of=default).isolated


def test_ids_that_are_known_are_followed_as_references_are():
    table = resource(kinds.ROUTE_TABLE, "table", {"id": "rtb-1"})
    subnet = resource(kinds.SUBNET, "subnet", {"id": "subnet-1", "vpcId": "vpc-1"})
    joined = resource(
        kinds.ROUTE_TABLE_ASSOCIATION, "joined", {"subnetId": "subnet-1", "routeTableId": "rtb-1"}
    )
    route = resource(kinds.ROUTE, "route", {"routeTableId": "rtb-1", "natGatewayId": "nat-1"})
    found = Stack([table, subnet, joined, route]).once(Routes).of(subnet)
    assert (found.ways, found.tables) == ({Way.OUTWARD}, {table.urn})


@pytest.mark.parametrize(
    ("of", "association", "outside"),
    [
        (resource(kinds.SUBNET, "subnet", {"vpcId": "vpc-9"}), (), "vpc-9"),
        (
            SUBNET,
            (
                resource(
                    kinds.ROUTE_TABLE_ASSOCIATION,
                    "joined",
                    {"subnetId": UNKNOWN, "routeTableId": "rtb-9"},
                    subnetId=SUBNET,
                ),
            ),
            "rtb-9",
        ),
    ],
    ids=["a VPC", "a route table"],
)
def test_a_table_that_is_not_the_stacks_is_told(of: Resource, association, outside: str):
    found = ways(*association, of=of, without=() if association else (JOINED,))
    assert found.outside == (outside,)
    assert not found.isolated


UNPLACED = {"subnetId": UNKNOWN, "routeTableId": UNKNOWN}


@pytest.mark.parametrize(
    ("odd", "unread"),
    [
        (
            resource(kinds.ROUTE, "route", {"routeTableId": UNKNOWN, "gatewayId": "igw-1"}),
            "which route table",
        ),
        (separate(gatewayId=UNKNOWN), "which gateway a route of route"),
        (separate(gatewayId=7), "which gateway a route of route"),
        (separate(), "it has no target"),
        (resource(kinds.ROUTE_TABLE, "table", {"routes": UNKNOWN}), "where a route of table leads"),
        (resource(kinds.ROUTE_TABLE, "table", {"routes": ["0.0.0.0/0"]}), "it has no target"),
        (resource(kinds.ROUTE_TABLE_ASSOCIATION, "lost", UNPLACED, routeTableId=TABLE), "what lost joins"),
        (resource(kinds.ROUTE_TABLE_ASSOCIATION, "joined", UNPLACED, subnetId=SUBNET), "table of joined"),
        (resource(kinds.SUBNET, "subnet", {"vpcId": UNKNOWN}), "its VPC"),
    ],
    ids=lambda it: it if isinstance(it, str) else None,
)
def test_what_can_not_be_known_is_told(odd: Resource, unread: str):
    found = ways(
        odd,
        of=odd if odd.kind == kinds.SUBNET else SUBNET,
        without=(JOINED,) if odd.kind == kinds.SUBNET else (),
    )
    assert unread in found.unread
    assert not found.isolated
