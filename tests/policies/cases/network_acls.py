"""What network ACLs let in, and whether any subnet uses them."""

from typing import Any

from ecs_policies.kinds import (
    DEFAULT_NETWORK_ACL,
    NETWORK_ACL,
    NETWORK_ACL_ASSOCIATION,
    NETWORK_ACL_RULE,
    SUBNET,
    VPC,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

OPEN, UNUSED = "network.open-acl", "network.unused-acl"
EVERYONE = {"cidrBlock": "0.0.0.0/0"}
EVERYONE6 = {"ipv6CidrBlock": "::/0"}
ACL = resource(NETWORK_ACL, "acl")


def entry(
    order: Any, ports: Any = (22, 22), action: Any = "allow", protocol: Any = "tcp", **source: Any
) -> dict[str, Any]:
    """An inline entry, from everyone unless a source is given."""
    first, last = ports if isinstance(ports, tuple) else (ports, ports)
    traffic = {"action": action, "protocol": protocol, "fromPort": first, "toPort": last, "ruleNo": order}
    return {**traffic, **(source or EVERYONE)}


def acl(*entries: Any, **more: Any) -> Resource:
    return resource(NETWORK_ACL, "acl", {"ingress": list(entries), **more})


def rule(
    name: str, order: Any, port: Any = 22, action: Any = "allow", of: Resource = ACL, **more: Any
) -> Resource:
    """An entry that is a resource of its own."""
    traffic = {"protocol": "tcp", "fromPort": port, "toPort": port, "ruleAction": action, "ruleNumber": order}
    properties = {"networkAclId": UNKNOWN, **traffic, **EVERYONE, **more}
    return resource(NETWORK_ACL_RULE, name, properties, networkAclId=of)


OPEN_ACLS = (
    Case(
        rule=OPEN,
        says="takes HTTPS from everyone, SSH from a network, and answers above RDP's port",
        stack=(
            acl(
                entry(100, 443),
                entry(110, cidrBlock="10.0.0.0/8"),
                entry(120, (32768, 65535)),
                entry(130, protocol="udp"),
                entry(140, action="deny"),
                entry(150, action=UNKNOWN, cidrBlock="10.0.0.0/8"),
                egress=[entry(100)],
            ),
            rule("out", 160, egress="true"),
        ),
    ),
    Case(
        rule=OPEN,
        says="takes a range over RDP's port that an entry before it denies",
        stack=(acl(entry(200, (1024, 65535)), entry(100, 3389, "deny")),),
    ),
    Case(
        rule=OPEN,
        says="takes one that an entry of its own denies before it",
        stack=(acl(entry(200)), rule("denied", "100", action="DENY")),
    ),
    Case(
        rule=OPEN,
        says="leaves a VPC's default ACL alone, as AWS Security Hub does",
        stack=(
            resource(DEFAULT_NETWORK_ACL, "default", {"ingress": [entry(100, protocol="-1")]}),
            resource(VPC, "vpc"),
            rule("of-default", 100, of=resource(DEFAULT_NETWORK_ACL, "default")),
            rule("of-vpc", 100, of=resource(VPC, "vpc")),
        ),
    ),
    Case(
        rule=OPEN,
        says="finds SSH, RDP and all traffic from everyone, by IPv4 and by IPv6",
        stack=(
            acl(
                entry(100),
                entry("110", "3389", protocol=6, **EVERYONE6),
                entry(120, (0, 0), protocol="-1", **EVERYONE6),
                entry(130, (0, 0), protocol="all"),
            ),
        ),
        finds=(
            ("acl", "ingress[100].cidrBlock"),
            ("acl", "ingress[110].ipv6CidrBlock"),
            ("acl", "ingress[120].ipv6CidrBlock"),
            ("acl", "ingress[130].cidrBlock"),
        ),
        told=("22 (SSH)", "3389 (RDP)"),
    ),
    Case(
        rule=OPEN,
        says="finds a range over RDP's port that is denied too late, or for the other version of IP",
        stack=(
            acl(
                entry(100, (1024, 65535)),
                entry(200, 3389, "deny"),
                entry(90, 3389, "deny", **EVERYONE6),
                entry(80, 3389, "deny", cidrBlock="10.0.0.0/8"),
            ),
        ),
        finds=(("acl", "ingress[100].cidrBlock"),),
    ),
    Case(
        rule=OPEN,
        says="finds a rule of its own, in an ACL of the stack or of another",
        stack=(
            ACL,
            rule("own", 100),
            resource(NETWORK_ACL_RULE, "elsewhere", {**rule("", 100).properties, "networkAclId": "acl-1"}),
        ),
        finds=(("own", "cidrBlock"), ("elsewhere", "cidrBlock")),
    ),
    Case(
        rule=OPEN,
        says="finds a rule whose ACL isn't known",
        stack=(resource(NETWORK_ACL_RULE, "lost", {**rule("", 100).properties}),),
        finds=(("lost", "cidrBlock"),),
    ),
    Case(
        rule=OPEN,
        says="is unsure of what isn't known and would matter",
        stack=(
            acl(
                UNKNOWN,
                entry(100, cidrBlock=UNKNOWN),
                entry(110, UNKNOWN),
                entry(120, (22, UNKNOWN)),
                entry(130, protocol=UNKNOWN),
                entry(140, action=UNKNOWN),
                entry(UNKNOWN),
                entry(150, 443, action=UNKNOWN),
            ),
            rule("verb", 200, action=UNKNOWN),
            rule("order", UNKNOWN),
        ),
        unsure=(
            ("acl", "ingress[0]"),
            ("acl", "ingress[100].cidrBlock"),
            ("acl", "ingress[110].fromPort"),
            ("acl", "ingress[120].fromPort"),
            ("acl", "ingress[130].fromPort"),
            ("acl", "ingress[140].action"),
            ("acl", "ingress[6].ruleNo"),
            ("verb", "ruleAction"),
            ("order", "ruleNumber"),
        ),
    ),
    Case(
        rule=OPEN,
        says="is unsure of what is no entry, port or block",
        stack=(acl("ssh", entry(100, "ssh"), entry(110, cidrBlock="everyone"), entry(None)),),
        unsure=(
            ("acl", "ingress[0]"),
            ("acl", "ingress[100].fromPort"),
            ("acl", "ingress[110].cidrBlock"),
            ("acl", "ingress[3].ruleNo"),
        ),
        malformed=True,
    ),
)

PRIVATE = resource(SUBNET, "private")
JOINED = {"networkAclId": UNKNOWN, "subnetId": UNKNOWN}
UNUSED_ACLS = (
    Case(
        rule=UNUSED,
        says="takes an ACL that names its subnets, or that an association names",
        stack=(
            PRIVATE,
            resource(NETWORK_ACL, "named", {"subnetIds": [UNKNOWN]}, subnetIds=PRIVATE),
            resource(NETWORK_ACL, "known", {"subnetIds": ["subnet-1"]}),
            ACL,
            resource(NETWORK_ACL_ASSOCIATION, "joined", JOINED, networkAclId=ACL),
        ),
    ),
    Case(
        rule=UNUSED,
        says="leaves a VPC's default ACL alone",
        stack=(resource(DEFAULT_NETWORK_ACL, "default"),),
    ),
    Case(
        rule=UNUSED,
        says="finds an ACL without a subnet",
        stack=(
            ACL,
            resource(NETWORK_ACL, "empty", {"subnetIds": []}),
            resource(NETWORK_ACL_ASSOCIATION, "joined", {"networkAclId": "acl-1"}),
        ),
        finds=(("acl", "subnetIds"), ("empty", "subnetIds")),
    ),
    Case(
        rule=UNUSED,
        says="is unsure of subnets that aren't known",
        stack=(resource(NETWORK_ACL, "acl", {"subnetIds": UNKNOWN}),),
        unsure=(("acl", "subnetIds"),),
    ),
    Case(
        rule=UNUSED,
        says="is unsure of an ACL that an association may name",
        stack=(ACL, resource(NETWORK_ACL_ASSOCIATION, "lost", JOINED)),
        unsure=(("acl", "subnetIds"),),
    ),
    Case(
        rule=UNUSED,
        says="is unsure of what names no subnet",
        stack=(resource(NETWORK_ACL, "acl", {"subnetIds": [7]}),),
        unsure=(("acl", "subnetIds"),),
        malformed=True,
    ),
)

CASES = (*OPEN_ACLS, *UNUSED_ACLS)
