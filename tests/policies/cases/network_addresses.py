"""Blocks of addresses: their sizes, how they fit into one another, and what room they leave for tasks."""

from typing import Any

from ecs_policies.kinds import SCALABLE_TARGET, SERVICE, SUBNET, VPC, VPC_CIDR
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

BLOCKS, ROOM = "network.cidr-blocks", "network.room-for-tasks"
SIX = {"ipv6CidrBlock": "2001:db8::/56"}


def vpc(cidr: Any = "10.0.0.0/16", name: str = "vpc", **more: Any) -> Resource:
    return resource(VPC, name, {"cidrBlock": cidr, **more})


NETWORK = vpc()


def subnet(name: str, cidr: Any = None, of: Resource = NETWORK, **more: Any) -> Resource:
    own = {} if cidr is None else {"cidrBlock": cidr}
    return resource(SUBNET, name, {"vpcId": UNKNOWN, **own, **more}, vpcId=of)


def secondary(cidr: Any) -> Resource:
    return resource(VPC_CIDR, "secondary", {"vpcId": UNKNOWN, "cidrBlock": cidr}, vpcId=NETWORK)


CIDR_BLOCKS = (
    Case(
        rule=BLOCKS,
        says="takes subnets side by side in their VPC, in its first block or in another",
        stack=(
            vpc(**SIX),
            vpc("10.0.0.0/16", "other"),
            secondary("10.1.0.0/16"),
            subnet("a", "10.0.0.0/24", ipv6CidrBlock="2001:db8::/64"),
            subnet("b", "10.0.1.0/24", ipv6CidrBlock="2001:db8:0:1::/64"),
            subnet("c", "10.1.0.0/28"),
            subnet("others", "10.0.0.0/24", of=vpc(name="other")),
        ),
    ),
    Case(
        rule=BLOCKS,
        says="takes blocks that AWS assigns, and subnets of a VPC outside the stack",
        stack=(
            resource(VPC, "vpc", {"ipv4IpamPoolId": "ipam-pool-1", "ipv4NetmaskLength": 20}),
            secondary("100.64.0.0/16"),
            resource(SUBNET, "a", {"vpcId": UNKNOWN, "cidrBlock": UNKNOWN}, vpcId=NETWORK, cidrBlock=NETWORK),
            subnet("b", "10.0.1.0/24"),
            subnet("six", ipv6Native=True),
            resource(SUBNET, "outside", {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}),
        ),
    ),
    Case(
        rule=BLOCKS,
        says="finds blocks of a size that AWS doesn't take",
        stack=(
            vpc("10.0.0.0/8", ipv6CidrBlock="2001:db8::/62"),
            secondary("10.1.0.0/29"),
            subnet("tiny", "10.2.0.0/29"),
            subnet("odd", ipv6CidrBlock="2001:db8::/63"),
        ),
        finds=(
            ("vpc", "cidrBlock"),
            ("vpc", "ipv6CidrBlock"),
            ("secondary", "cidrBlock"),
            ("tiny", "cidrBlock"),
            ("odd", "ipv6CidrBlock"),
        ),
        told=("10.0.0.0/8 isn't between /16 and /28",),
    ),
    Case(
        rule=BLOCKS,
        says="finds a subnet outside its VPC's blocks",
        stack=(vpc(**SIX), subnet("a", "10.1.0.0/24"), subnet("b", ipv6CidrBlock="2001:db9::/64")),
        finds=(("a", "cidrBlock"), ("b", "ipv6CidrBlock")),
        told=("10.1.0.0/24 isn't inside its VPC's 10.0.0.0/16",),
    ),
    Case(
        rule=BLOCKS,
        says="finds subnets that share addresses, next to one another in the plan or not",
        stack=(
            NETWORK,
            subnet("wide", "10.0.0.0/20"),
            subnet("first", "10.0.1.0/24"),
            subnet("second", "10.0.2.0/24"),
            subnet("free", "10.0.16.0/24"),
            subnet("like", "10.0.16.0/24"),
        ),
        finds=(("first", "cidrBlock"), ("second", "cidrBlock"), ("like", "cidrBlock")),
        told=("10.0.2.0/24 shares addresses with 10.0.0.0/20 of the subnet wide",),
    ),
    Case(
        rule=BLOCKS,
        says="finds the same by IPv6",
        stack=(
            vpc(**SIX),
            subnet("a", ipv6CidrBlock="2001:db8::/60"),
            subnet("b", ipv6CidrBlock="2001:db8:0:1::/64"),
        ),
        finds=(("b", "ipv6CidrBlock"),),
    ),
    Case(
        rule=BLOCKS,
        says="is unsure of a block that isn't known and comes from nowhere in the stack",
        stack=(vpc(UNKNOWN), subnet("a", UNKNOWN), subnet("b", "192.168.0.0/24")),
        unsure=(("vpc", "cidrBlock"), ("a", "cidrBlock")),
    ),
    Case(
        rule=BLOCKS,
        says="is unsure of what is no block",
        stack=(NETWORK, subnet("a", "10.0.0.0"), subnet("b", 7)),
        unsure=(("a", "cidrBlock"), ("b", "cidrBlock")),
        malformed=True,
    ),
)

# Eleven addresses each, beside AWS's five.
SMALL, SMALL_TOO = subnet("a", "10.0.0.0/28"), subnet("b", "10.0.0.16/28")


def service(*subnets: Resource, name: str = "web", known: tuple[str, ...] = (), **more: Any) -> Resource:
    ids = [*(UNKNOWN for _ in subnets), *known]
    properties = {"networkConfiguration": {"subnets": ids}, **more}
    return resource(SERVICE, name, properties, networkConfiguration=list(subnets))


def target(most: Any, of: Resource) -> Resource:
    properties = {"serviceNamespace": "ecs", "resourceId": UNKNOWN, "maxCapacity": most}
    return resource(SCALABLE_TARGET, "target", properties, resourceId=of)


WEB = service(SMALL, SMALL_TOO)
ROOM_FOR_TASKS = (
    Case(
        rule=ROOM,
        says="takes room for twice the tasks that a service may have, spread over its subnets",
        stack=(NETWORK, SMALL, SMALL_TOO, WEB, target(11, WEB)),
    ),
    Case(
        rule=ROOM,
        says="takes as many tasks as addresses where a deployment starts none beside the old ones",
        stack=(SMALL, service(SMALL, desiredCount="11", deploymentMaximumPercent=100)),
    ),
    Case(
        rule=ROOM,
        says="leaves subnets with IPv6 alone, daemons, instances and others' subnets out",
        stack=(
            subnet("six", ipv6Native=True),
            SMALL,
            service(subnet("six"), desiredCount=500),
            service(SMALL, name="daemon", schedulingStrategy="DAEMON", desiredCount=500),
            resource(SERVICE, "of-instances", {"desiredCount": 500}),
            service(name="elsewhere", known=("subnet-1",), desiredCount=500),
            service(name="nowhere", desiredCount=500),
            service(SMALL, name="none"),
        ),
    ),
    Case(
        rule=ROOM,
        says="finds subnets too small for a service's most tasks during a deployment",
        stack=(SMALL, SMALL_TOO, WEB, target(12, WEB)),
        finds=(("a", "cidrBlock"), ("b", "cidrBlock")),
        told=("11 addresses for up to 12 tasks of web",),
    ),
    Case(
        rule=ROOM,
        says="finds one too small for the services together, of which each would fit",
        stack=(SMALL, service(SMALL, desiredCount=5), service(SMALL, name="api", desiredCount=5)),
        finds=(("a", "cidrBlock"),),
        told=("20 tasks of api, web",),
    ),
    Case(
        rule=ROOM,
        says="finds one too small by the length that is asked of IPAM",
        stack=(
            short := subnet("short", ipv4IpamPoolId="ipam-pool-1", ipv4NetmaskLength="28"),
            service(short, desiredCount=6),
        ),
        finds=(("short", "ipv4NetmaskLength"),),
    ),
    Case(
        rule=ROOM,
        says="counts subnets outside the stack among those that tasks spread over",
        stack=(
            subnet("a", "10.0.0.0/28", id="subnet-a"),
            service(known=("subnet-a", "subnet-1"), desiredCount=11),
        ),
    ),
    Case(
        rule=ROOM,
        says="is unsure of numbers and blocks that aren't known",
        stack=(
            SMALL,
            unknown := subnet("unknown", UNKNOWN),
            service(SMALL, desiredCount=UNKNOWN),
            service(SMALL, name="api", desiredCount=2, deploymentMaximumPercent=UNKNOWN),
            service(unknown, name="worker", desiredCount=2),
            scaled := service(SMALL, name="scaled"),
            target(UNKNOWN, scaled),
        ),
        unsure=(
            ("web", "desiredCount"),
            ("api", "deploymentMaximumPercent"),
            ("unknown", "cidrBlock"),
            ("target", "maxCapacity"),
        ),
    ),
    Case(
        rule=ROOM,
        says="is unsure of what is no number and no block of IPv4",
        stack=(
            odd := subnet("odd", "10.0.0.0"),
            six := subnet("six", "2001:db8::/64"),
            length := subnet("length", ipv4NetmaskLength="wide"),
            service(odd, six, length, desiredCount=6),
            service(odd, name="api", desiredCount="many"),
        ),
        unsure=(
            ("odd", "cidrBlock"),
            ("six", "cidrBlock"),
            ("length", "ipv4NetmaskLength"),
            ("api", "desiredCount"),
        ),
        malformed=True,
    ),
)

CASES = (*CIDR_BLOCKS, *ROOM_FOR_TASKS)
