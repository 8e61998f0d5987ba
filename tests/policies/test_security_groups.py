"""Rules of security groups read alike whichever way they are written, and what they let through."""

from typing import Any

import pytest
from ecs_policies import kinds
from ecs_policies.model import UNKNOWN, Problem, Resource, Stack
from ecs_policies.reading.addresses import Block, block
from ecs_policies.reading.passage import Side, passes
from ecs_policies.reading.security_groups import GroupRule, PeerKind, Ports, SecurityGroups, rules
from ecs_policies.reading.values import Unreadable

from tests.policies.stacks import resource

OWN, OTHER = resource(kinds.SECURITY_GROUP, "own"), resource(kinds.SECURITY_GROUP, "other")
VPC = resource(kinds.VPC, "vpc")


def only(holder: Resource, **direction: bool) -> GroupRule:
    (found,) = rules(holder, **direction)
    assert isinstance(found, GroupRule)
    return found


def inline(content: Any, block_: str = "ingress") -> Resource:
    return resource(kinds.SECURITY_GROUP, "own", {block_: content})


def rule(kind: str = kinds.INGRESS_RULE, name: str = "rule", of: Resource = OWN, **content: Any) -> Resource:
    """A rule for HTTPS; a peer given as a resource is unknown and made from it."""
    origins = {key: it for key, it in content.items() if isinstance(it, Resource)}
    values = {key: UNKNOWN if key in origins else it for key, it in content.items()}
    traffic = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    return resource(
        kind, name, {"securityGroupId": UNKNOWN, **traffic, **values}, securityGroupId=of, **origins
    )


@pytest.mark.parametrize(
    ("holder", "path"),
    [
        (
            inline([{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["::/0"]}]),
            "ingress[tcp:443].",
        ),
        (
            inline({"protocol": 6, "fromPort": "443", "toPort": "443", "cidrBlocks": "::/0"}),
            "ingress[tcp:443].",
        ),
        (rule(cidrIpv6="::/0"), ""),
        (
            resource(
                kinds.SECURITY_GROUP_RULE,
                "rule",
                {**rule().properties, "type": "ingress", "ipv6CidrBlocks": ["::/0"]},
            ),
            "",
        ),
    ],
    ids=["inline", "one object", "rule", "older rule"],
)
def test_a_rule_is_the_same_in_every_form(holder: Resource, path: str):
    found = only(holder, ingress=True)
    assert (found.protocol, found.ports, found.path) == ("tcp", Ports(first=443, last=443), path)
    assert [(it.kind, it.value) for it in found.peers] == [(PeerKind.ADDRESSES, "::/0")]
    assert list(rules(holder, ingress=False)) == []
    assert [it for it in rules(holder) if isinstance(it, GroupRule)] == [found]


@pytest.mark.parametrize(
    ("content", "protocol", "ports"),
    [
        ({"protocol": "-1"}, "all", Ports(first=0, last=65535)),
        ({"protocol": -1, "fromPort": 0, "toPort": 0}, "all", Ports(first=0, last=65535)),
        ({"protocol": "ALL"}, "all", Ports(first=0, last=65535)),
        ({"protocol": "17", "fromPort": 53, "toPort": "53"}, "udp", Ports(first=53, last=53)),
        ({"protocol": "TCP", "fromPort": -1, "toPort": -1}, "tcp", Ports(first=0, last=65535)),
        ({"protocol": "icmp", "fromPort": 8, "toPort": 0}, "icmp", None),
        ({"protocol": "58", "fromPort": -1, "toPort": -1}, "icmpv6", None),
        ({"protocol": "50"}, "50", None),
    ],
    ids=str,
)
def test_protocol_and_ports_are_read_as_names_numbers_or_texts(content, protocol: str, ports: Ports | None):
    found = only(inline([content]))
    assert (found.protocol, found.ports) == (protocol, ports)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"protocol": True},
        {"protocol": UNKNOWN},
        {"protocol": "tcp"},
        {"protocol": "tcp", "fromPort": 1, "toPort": "x"},
    ],
    ids=str,
)
def test_what_can_not_be_read_of_a_rule_is_told(content):
    found = only(inline([content]))
    assert isinstance(found.ports, Unreadable)
    assert found.path == "ingress[0]."


def test_each_kind_of_peer_is_told_and_what_is_not_set_is_none():
    content = {
        "cidrBlocks": [],
        "prefixListIds": ["pl-1"],
        "securityGroups": ["sg-1"],
        "self": "true",
        "description": "all of them",
    }
    kinds_ = [it.kind for it in only(inline([{"protocol": "-1", **content}])).peers]
    assert kinds_ == [PeerKind.PREFIX_LIST, PeerKind.GROUP, PeerKind.ITSELF]
    assert only(inline([{"protocol": "-1", "self": False}])).peers == ()


def test_a_vpcs_default_group_is_one_by_whatever_name():
    default = resource(kinds.DEFAULT_SECURITY_GROUP, "default", {"vpcId": UNKNOWN}, vpcId=VPC)
    by_vpc, by_group = rule(name="by-vpc", of=VPC), rule(name="by-group", of=default)
    groups = Stack([VPC, default, by_vpc, by_group]).once(SecurityGroups)
    found = [it.resource.name for it in groups.rules(VPC.urn) if isinstance(it, GroupRule)]
    assert found == ["by-group", "by-vpc"]


def test_rules_of_no_known_group_are_told_by_direction():
    lost = resource(kinds.INGRESS_RULE, "lost", {"securityGroupId": UNKNOWN, "ipProtocol": "-1"})
    groups = Stack([lost]).once(SecurityGroups)
    assert [it.path for it in groups.astray(ingress=True)] == ["securityGroupId"]
    assert list(groups.astray(ingress=False)) == []


def test_an_inline_rule_that_is_none_is_a_problem():
    assert all(isinstance(it, Problem) for it in rules(inline(["tcp", UNKNOWN])))


def read(*texts: str | None) -> tuple[Block | None, ...]:
    found = [it and block(it) for it in texts]
    assert not any(isinstance(it, Unreadable) for it in found)
    return tuple(found)  # type: ignore[arg-type]


A_AND_B = Side(groups=frozenset({OTHER.urn}), blocks=read("10.0.0.0/24", "10.0.1.0/24"))
HALF = Side(blocks=read("10.0.0.0/24", None))
ENDPOINT = resource(kinds.VPC_ENDPOINT, "s3")


@pytest.mark.parametrize(
    ("peers", "other", "expected"),
    [
        ([], A_AND_B, False),
        ([{"cidrIpv4": "0.0.0.0/0"}], A_AND_B, True),
        ([{"cidrIpv4": "0.0.0.0/0"}], Side(listed=True), True),
        ([{"cidrIpv4": "10.0.0.0/16"}], A_AND_B, True),
        ([{"cidrIpv4": "10.0.0.0/24"}], A_AND_B, False),
        ([{"cidrIpv4": "10.0.0.0/24"}, {"cidrIpv4": "10.0.1.0/24"}], A_AND_B, True),
        ([{"cidrIpv4": "10.0.0.0/24"}], HALF, None),
        ([{"cidrIpv4": UNKNOWN}], A_AND_B, None),
        ([{"cidrIpv4": "10.0.0.0/8", "fromPort": 80, "toPort": 80}], A_AND_B, False),
        ([{"cidrIpv4": "10.0.0.0/8", "ipProtocol": "udp"}], A_AND_B, False),
        ([{"cidrIpv4": "10.0.0.0/8", "fromPort": UNKNOWN}], A_AND_B, None),
        ([{"referencedSecurityGroupId": OTHER}], A_AND_B, True),
        ([{"referencedSecurityGroupId": OWN}], A_AND_B, False),
        ([{"referencedSecurityGroupId": UNKNOWN}], A_AND_B, None),
        ([{"prefixListId": ENDPOINT}], Side(listed=True), True),
        ([{"prefixListId": ENDPOINT}], A_AND_B, False),
        ([{"prefixListId": "pl-1"}], A_AND_B, None),
        ([{"prefixListId": "pl-1"}], Side(listed=True), True),
    ],
    ids=str,
)
def test_groups_let_through_what_a_rule_names(peers, other: Side, expected: bool | None):  # noqa: FBT001
    made = [rule(name=f"rule-{index}", **it) for index, it in enumerate(peers)]
    stack = Stack([OWN, OTHER, ENDPOINT, *made])
    assert passes(stack, frozenset({OWN.urn}), other, 443, ingress=True) is expected
    assert passes(stack, frozenset({OWN.urn}), other, 443, ingress=False) is False


def test_members_of_one_group_pass_by_a_rule_for_the_group_itself():
    own = resource(kinds.SECURITY_GROUP, "own", {"ingress": [{"protocol": "-1", "self": True}]})
    key = frozenset({own.urn})
    assert passes(Stack([own]), key, Side(groups=key), 443, ingress=True) is True
    assert passes(Stack([own]), key, Side(groups=frozenset({OTHER.urn})), 443, ingress=True) is False


def test_of_a_group_outside_the_stack_nothing_is_known():
    assert passes(Stack([OWN]), frozenset({"sg-1"}), A_AND_B, 443, ingress=True) is None
