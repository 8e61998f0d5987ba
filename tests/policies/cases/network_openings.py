"""What security groups open to everyone at ports with high risk, and let out to everywhere."""

from typing import Any

from ecs_policies.kinds import (
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
)
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.openings import EVERYONE, EVERYONE6, FRONT, INSIDE, entry, inline, rule
from tests.policies.stacks import resource

RISK, OUT = "network.high-risk-port", "network.egress-to-everywhere"

HIGH_RISK = (
    Case(
        rule=RISK,
        says="takes SSH from a network, a group and a prefix list, and HTTPS from everyone",
        stack=(
            rule("network", 22, cidrIpv4="10.0.0.0/8"),
            rule("private6", 22, cidrIpv6="fc00::/7"),
            rule("group", 22, referencedSecurityGroupId=FRONT),
            rule("list", 22, prefixListId="pl-1"),
            rule("https", 443, cidrIpv4=EVERYONE),
            rule("ping", 8, protocol="icmp", cidrIpv4=EVERYONE),
            rule("ping6", -1, protocol="58", cidrIpv6=EVERYONE6),
            rule("gre", 0, protocol="47", cidrIpv4=EVERYONE),
            rule("out", 22, kind=EGRESS_RULE, cidrIpv4=EVERYONE),
            rule("unknown", 443, cidrIpv4=UNKNOWN),
            rule("unread", UNKNOWN, cidrIpv4="10.0.0.0/8"),
        ),
    ),
    Case(
        rule=RISK,
        says="finds SSH and RDP open to everyone, by IPv4 and by IPv6",
        stack=(rule("ssh", 22, cidrIpv4=EVERYONE), rule("rdp", "3389", protocol=6, cidrIpv6=EVERYONE6)),
        finds=(("ssh", "cidrIpv4"), ("rdp", "cidrIpv6")),
        told=("0.0.0.0/0", "22 (SSH)", "3389 (RDP)"),
    ),
    Case(
        rule=RISK,
        says="finds blocks that are the internet but for a part, as two halves are",
        stack=(rule("half", 22, cidrIpv4="128.0.0.0/1"), rule("half6", 22, cidrIpv6="2000::/3")),
        finds=(("half", "cidrIpv4"), ("half6", "cidrIpv6")),
    ),
    Case(
        rule=RISK,
        says="finds them inside a range, and in all traffic",
        stack=(
            rule("range", (3300, 3400), cidrIpv4=EVERYONE),
            rule("any", -1, cidrIpv4=EVERYONE),
            resource(INGRESS_RULE, "all", {"ipProtocol": "-1", "cidrIpv4": EVERYONE}),
        ),
        finds=(("range", "cidrIpv4"), ("any", "cidrIpv4"), ("all", "cidrIpv4")),
        told=("3306 (MySQL), 3389 (RDP)", "every port"),
    ),
    Case(
        rule=RISK,
        says="finds them in a rule of the older form and inline, for each block by itself",
        stack=(
            rule("older", 22, kind=SECURITY_GROUP_RULE, type="ingress", cidrBlocks=["10.0.0.0/8", EVERYONE]),
            inline(entry("tcp", 22, 22, cidrBlocks=[EVERYONE], ipv6CidrBlocks=[EVERYONE6])),
        ),
        finds=(
            ("older", "cidrBlocks[0.0.0.0/0]"),
            ("group", "ingress[tcp:22].cidrBlocks[0.0.0.0/0]"),
            ("group", "ingress[tcp:22].ipv6CidrBlocks[::/0]"),
        ),
    ),
    Case(
        rule=RISK,
        says="finds one in a VPC's default group, whose rules may be a single object",
        stack=(
            resource(DEFAULT_SECURITY_GROUP, "default", {"ingress": entry("all", 0, 0, cidrBlocks=EVERYONE)}),
        ),
        finds=(("default", "ingress[all].cidrBlocks[0.0.0.0/0]"),),
    ),
    Case(
        rule=RISK,
        says="leaves a port that the options make public to the rule about public ports",
        stack=(rule("proxy", 8080, cidrIpv4=EVERYONE),),
        options={"public_ports": [8080]},
    ),
    Case(
        rule=RISK,
        says="is unsure where addresses, ports or protocol aren't known and would matter",
        stack=(
            rule("from", 22, cidrIpv4=UNKNOWN),
            rule("ports", UNKNOWN, cidrIpv4=EVERYONE),
            rule("protocol", 22, protocol=UNKNOWN, cidrIpv4=EVERYONE),
            rule(
                "older", 22, kind=SECURITY_GROUP_RULE, type="ingress", protocol=UNKNOWN, cidrBlocks=[UNKNOWN]
            ),
            resource(SECURITY_GROUP, "group", {"ingress": UNKNOWN}),
            rule("either", 22, kind=SECURITY_GROUP_RULE, type=UNKNOWN, cidrBlocks=[EVERYONE]),
        ),
        unsure=(
            ("from", "cidrIpv4"),
            ("ports", "fromPort"),
            ("protocol", "ipProtocol"),
            ("older", "protocol"),
            ("group", "ingress[0]"),
            ("either", "type"),
        ),
    ),
    Case(
        rule=RISK,
        says="is unsure of what is no block, no port, no protocol and no rule",
        stack=(
            rule("block", 22, cidrIpv4="everyone"),
            rule("port", "ssh", cidrIpv4=EVERYONE),
            rule("protocol", 22, protocol=True, cidrIpv4=EVERYONE),
            inline("ssh", entry("tcp", 22, None, cidrBlocks=[7])),
        ),
        unsure=(
            ("block", "cidrIpv4"),
            ("port", "fromPort"),
            ("protocol", "ipProtocol"),
            ("group", "ingress[0]"),
            ("group", "ingress[1].fromPort"),
        ),
        malformed=True,
    ),
)


def out(name: str, ports: Any, **to: Any) -> Resource:
    return rule(name, ports, kind=EGRESS_RULE, **to)


EGRESS = (
    Case(
        rule=OUT,
        says="takes HTTPS to everywhere, everything to a network, and a group without a rule",
        stack=(
            INSIDE,
            out("https", 443, cidrIpv4=EVERYONE),
            out("most", (1024, 65535), cidrIpv4=EVERYONE),
            out("network", -1, protocol="-1", cidrIpv4="10.0.0.0/8"),
            out("group", -1, protocol="-1", referencedSecurityGroupId=FRONT),
            out("ping", -1, protocol="icmp", cidrIpv4=EVERYONE),
            rule("in", -1, protocol="-1", cidrIpv4=EVERYONE),
            out("unread", UNKNOWN, cidrIpv4="10.0.0.0/8"),
        ),
    ),
    Case(
        rule=OUT,
        says="finds everything let out to everywhere, in each way to write it",
        stack=(
            out("all", 0, protocol="-1", cidrIpv4=EVERYONE),
            out("all6", 0, protocol=-1, cidrIpv6=EVERYONE6),
            out("tcp", (0, 65535), cidrIpv4=EVERYONE),
            rule("older", 0, kind=SECURITY_GROUP_RULE, type="egress", protocol="all", cidrBlocks=[EVERYONE]),
            inline(entry("-1", 0, 0, cidrBlocks=[EVERYONE]), block="egress"),
        ),
        finds=(
            ("all", "cidrIpv4"),
            ("all6", "cidrIpv6"),
            ("tcp", "cidrIpv4"),
            ("older", "cidrBlocks[0.0.0.0/0]"),
            ("group", "egress[all].cidrBlocks[0.0.0.0/0]"),
        ),
    ),
    Case(
        rule=OUT,
        says="is unsure of addresses, ports and rules that aren't known",
        stack=(
            out("to", 0, protocol="-1", cidrIpv4=UNKNOWN),
            out("ports", UNKNOWN, cidrIpv4=EVERYONE),
            resource(SECURITY_GROUP, "group", {"egress": [UNKNOWN]}),
        ),
        unsure=(("to", "cidrIpv4"), ("ports", "fromPort"), ("group", "egress[0]")),
    ),
    Case(
        rule=OUT,
        says="is unsure of what is no rule and no block",
        stack=(inline("all", entry("-1", 0, 0, cidrBlocks=["all"]), block="egress"),),
        unsure=(("group", "egress[0]"), ("group", "egress[all].cidrBlocks[all]")),
        malformed=True,
    ),
)

CASES = (*HIGH_RISK, *EGRESS)
