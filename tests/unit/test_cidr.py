"""The plan of addresses: no overlap, inside the VPC, and a zone's subnets depend on that zone alone."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.cidr import LARGEST_VPC, MAX_ZONES, PRIVATE_BLOCKS, SMALLEST_SUBNET, plan_subnets
from components.errors import InvalidSettingError

LETTERS = "abcdefgh"
ZONES = st.lists(st.sampled_from([f"us-east-1{letter}" for letter in LETTERS]), min_size=2, unique=True)


@st.composite
def cidrs(draw: st.DrawFn) -> str:
    block = draw(st.sampled_from(PRIVATE_BLOCKS))
    prefix = draw(st.integers(LARGEST_VPC, SMALLEST_SUBNET - 4))
    index = draw(st.integers(0, 2 ** (prefix - block.prefixlen) - 1))
    return str(IPv4Network((int(block.network_address) + index * 2 ** (32 - prefix), prefix)))


def subnets(cidr: str, zones: list[str]) -> list[IPv4Network]:
    return [IPv4Network(it) for zone in plan_subnets(cidr, zones) for it in (zone.public, zone.private)]


@given(cidrs(), ZONES)
def test_no_two_subnets_overlap(cidr: str, zones: list[str]):
    assert not any(a.overlaps(b) for a, b in combinations(subnets(cidr, zones), 2))


@given(cidrs(), ZONES)
def test_every_subnet_lies_in_the_vpc_and_holds_a_load_balancer(cidr: str, zones: list[str]):
    for subnet in subnets(cidr, zones):
        assert subnet.subnet_of(IPv4Network(cidr))
        assert subnet.prefixlen <= SMALLEST_SUBNET


@given(cidrs(), ZONES)
def test_each_zone_gets_its_two_subnets_in_the_order_given(cidr: str, zones: list[str]):
    assert [it.zone for it in plan_subnets(cidr, zones)] == zones


@given(cidrs(), ZONES, st.data())
def test_other_zones_never_move_a_zones_subnets(cidr: str, zones: list[str], data: st.DataObject):
    others = data.draw(ZONES)
    both = {it.zone: it for it in plan_subnets(cidr, zones)}
    for planned in plan_subnets(cidr, others):
        assert both.get(planned.zone, planned) == planned


def test_the_plan_of_the_default_network_is_the_one_documented():
    first, second = plan_subnets("10.0.0.0/16", ("us-east-1a", "us-east-1b"))
    assert (first.public, first.private) == ("10.0.0.0/20", "10.0.128.0/20")
    assert (second.public, second.private) == ("10.0.16.0/20", "10.0.144.0/20")
    assert (first.letter, second.letter) == ("a", "b")


def test_the_smallest_network_holds_every_zone():
    zones = [f"eu-central-1{letter}" for letter in LETTERS]
    assert len(zones) == MAX_ZONES
    assert {it.prefixlen for it in subnets("192.168.4.0/23", zones)} == {SMALLEST_SUBNET}


@pytest.mark.parametrize(
    ("cidr", "problem"),
    [
        ("10.0.0.0/24", r"'10.0.0.0/24' .* 2 zones; use a block from /16 to /23, such as 10.0.0.0/23"),
        ("10.0.0.0/8", r"'10.0.0.0/8' .* 2 zones; use a block from /16 to /23, such as 10.0.0.0/16"),
        ("10.0.1.0/16", "use 10.0.0.0/16"),
        ("10.0.0.0", "isn't an IPv4 block such as 10.0.0.0/16"),
        ("8.8.0.0/16", "isn't private; use a block inside 10.0.0.0/8"),
        ("172.0.0.0/16", "isn't private"),
        ("fd00::/56", "isn't an IPv4 block such as 10.0.0.0/16"),
        ("big", "isn't an IPv4 block"),
    ],
)
def test_a_cidr_that_cannot_work_is_refused_with_what_would(cidr: str, problem: str):
    with pytest.raises(InvalidSettingError, match=f"^network.cidr: .*{problem}"):
        plan_subnets(cidr, ("us-east-1a", "us-east-1b"))


@pytest.mark.parametrize(
    ("zones", "problem"),
    [
        ((), "two to 8 different zones"),
        (("us-east-1a",), "two to 8 different zones"),
        (("us-east-1a", "us-east-1a"), "two to 8 different zones"),
        (("us-east-1a", "us-west-2b"), "of one region"),
        (("us-east-1a", "us-west-2-lax-1a"), "'us-west-2-lax-1a' isn't an availability zone"),
        (("us-east-1a", "use1-az2"), "'use1-az2' isn't an availability zone"),
        (("us-east-1a", "us-east-1z"), "'us-east-1z' isn't an availability zone"),
    ],
)
def test_zones_that_cannot_work_are_refused(zones: tuple[str, ...], problem: str):
    with pytest.raises(InvalidSettingError, match=f"^network.zones: .*{problem}"):
        plan_subnets("10.0.0.0/16", zones)


def test_zones_of_government_and_china_regions_are_zones():
    assert [it.letter for it in plan_subnets("10.0.0.0/16", ("us-gov-west-1a", "us-gov-west-1b"))] == [
        "a",
        "b",
    ]
    assert [it.letter for it in plan_subnets("10.0.0.0/16", ("cn-north-1a", "cn-north-1d"))] == ["a", "d"]
