"""What security groups open to everyone, and let out to everywhere."""

from typing import Any

from ecs_policies.kinds import (
    CLASSIC_LOAD_BALANCER,
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    LOAD_BALANCER,
    PREFIX_LIST,
    PREFIX_LIST_ENTRY,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SERVICE,
    VPC_ENDPOINT,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

RISK, OPEN, OUT = "network.high-risk-port", "network.open-port", "network.egress-to-everywhere"
FRONT, INSIDE = resource(SECURITY_GROUP, "front"), resource(SECURITY_GROUP, "inside")
BALANCER = resource(LOAD_BALANCER, "balancer", {"securityGroups": [UNKNOWN]}, securityGroups=FRONT)
EVERYONE, EVERYONE6 = "0.0.0.0/0", "::/0"


def rule(
    name: str,
    ports: Any,
    group: Resource = INSIDE,
    *,
    kind: str = INGRESS_RULE,
    protocol: Any = "tcp",
    **source: Any,
) -> Resource:
    """A rule for a range of ports, or for one; a source given as a resource is unknown and made from it."""
    first, last = ports if isinstance(ports, tuple) else (ports, ports)
    origins = {key: it for key, it in source.items() if isinstance(it, Resource)}
    values = {key: UNKNOWN if key in origins else it for key, it in source.items()}
    protocol_name = "protocol" if kind == SECURITY_GROUP_RULE else "ipProtocol"
    traffic = {protocol_name: protocol, "fromPort": first, "toPort": last}
    return resource(
        kind, name, {"securityGroupId": UNKNOWN, **traffic, **values}, securityGroupId=group, **origins
    )


def inline(*rules: Any, block: str = "ingress", kind: str = SECURITY_GROUP) -> Resource:
    return resource(kind, "group", {block: list(rules)})


def entry(protocol: Any, first: Any, last: Any, **source: Any) -> dict[str, Any]:
    return {"protocol": protocol, "fromPort": first, "toPort": last, **source}


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


def listed(*cidrs: Any) -> Resource:
    return resource(PREFIX_LIST, "list", {"entries": [{"cidr": it} for it in cidrs]})


ADDED = resource(
    PREFIX_LIST_ENTRY, "added", {"prefixListId": UNKNOWN, "cidr": EVERYONE}, prefixListId=listed()
)
TO_LIST = rule("opening", 443, prefixListId=listed())

OPEN_PORTS = (
    Case(
        rule=OPEN,
        says="takes HTTP and HTTPS on a load balancer's group, and anything for a network or for a group",
        stack=(
            FRONT,
            INSIDE,
            BALANCER,
            rule("http", 80, FRONT, cidrIpv4=EVERYONE),
            rule("https", "443", FRONT, cidrIpv6=EVERYONE6),
            rule("network", 8443, cidrIpv4="10.0.0.0/8"),
            rule("group", 8443, referencedSecurityGroupId=FRONT),
            rule("ping", 8, protocol="icmp", cidrIpv4=EVERYONE),
        ),
    ),
    Case(
        rule=OPEN,
        says="takes them on a classic load balancer's group, in inline rules",
        stack=(
            resource(CLASSIC_LOAD_BALANCER, "classic", {"securityGroups": ["sg-1"]}),
            resource(
                SECURITY_GROUP,
                "front",
                {"id": "sg-1", "ingress": entry("tcp", 443, 443, cidrBlocks=[EVERYONE])},
            ),
        ),
    ),
    Case(
        rule=OPEN,
        says="finds another port on a load balancer's group",
        stack=(
            FRONT,
            BALANCER,
            rule("other", 8443, FRONT, cidrIpv4=EVERYONE),
            rule("range", (80, 82), FRONT, cidrIpv6=EVERYONE6),
        ),
        finds=(("other", "cidrIpv4"), ("range", "cidrIpv6")),
        told=("port 8443", "port 81", "80, 443"),
    ),
    Case(
        rule=OPEN,
        says="takes the ports that the options make public, and no others",
        stack=(
            FRONT,
            BALANCER,
            rule("own", 8080, FRONT, cidrIpv4=EVERYONE),
            rule("https", 443, FRONT, cidrIpv4=EVERYONE),
        ),
        finds=(("https", "cidrIpv4"),),
        options={"public_ports": [8080]},
    ),
    Case(
        rule=OPEN,
        says="says that no port is public where the options name none",
        stack=(FRONT, BALANCER, rule("https", 443, FRONT, cidrIpv4=EVERYONE)),
        finds=(("https", "cidrIpv4"),),
        options={"public_ports": []},
        told=("may be public: none",),
    ),
    Case(
        rule=OPEN,
        says="finds HTTPS open to everyone on a group that no load balancer has",
        stack=(FRONT, INSIDE, BALANCER, rule("https", 443, cidrIpv4=EVERYONE)),
        finds=(("https", "cidrIpv4"),),
        told=("no load balancer has",),
    ),
    Case(
        rule=OPEN,
        says="finds it on a group that isn't named at all",
        stack=(
            resource(
                INGRESS_RULE,
                "https",
                {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": EVERYONE},
            ),
        ),
        finds=(("https", "cidrIpv4"),),
    ),
    Case(
        rule=OPEN,
        says="leaves ports with high risk to the rule about them",
        stack=(rule("ssh", 22, cidrIpv4=EVERYONE), rule("unread", UNKNOWN, cidrIpv4=EVERYONE), inline("tcp")),
    ),
    Case(
        rule=OPEN,
        says="leaves the tasks' own group to the rule about who reaches them",
        stack=(
            INSIDE,
            resource(
                SERVICE,
                "web",
                {"networkConfiguration": {"securityGroups": [UNKNOWN]}},
                networkConfiguration=INSIDE,
            ),
            rule("https", 443, cidrIpv4=EVERYONE),
        ),
    ),
    Case(
        rule=OPEN,
        says="finds everyone in a prefix list of the stack, whatever the port",
        stack=(
            FRONT,
            INSIDE,
            BALANCER,
            listed("10.0.0.0/8", EVERYONE),
            rule("ssh", 22, FRONT, prefixListId=listed()),
            rule("https", 443, prefixListId=listed()),
        ),
        finds=(("ssh", "prefixListId"), ("https", "prefixListId")),
    ),
    Case(
        rule=OPEN,
        says="finds it in an entry that is a resource of its own",
        stack=(INSIDE, listed("10.0.0.0/8"), ADDED, TO_LIST),
        finds=(("opening", "prefixListId"),),
    ),
    Case(
        rule=OPEN,
        says="takes a prefix list of networks, one of AWS's, and an endpoint's",
        stack=(
            listed("10.0.0.0/8"),
            resource(VPC_ENDPOINT, "s3"),
            TO_LIST,
            rule("aws", 8443, prefixListId="pl-1"),
            rule("endpoint", 8443, prefixListId=resource(VPC_ENDPOINT, "s3")),
        ),
    ),
    Case(
        rule=OPEN,
        says="is unsure where addresses, a list, a group or a load balancer's groups aren't known",
        stack=(
            FRONT,
            INSIDE,
            resource(LOAD_BALANCER, "balancer", {"securityGroups": UNKNOWN}),
            rule("from", 8443, cidrIpv4=UNKNOWN),
            rule("listed", 8443, prefixListId=UNKNOWN),
            rule("whose", 443, cidrIpv4=EVERYONE),
            resource(
                INGRESS_RULE,
                "lost",
                {
                    "securityGroupId": UNKNOWN,
                    "ipProtocol": "tcp",
                    "fromPort": 443,
                    "toPort": 443,
                    "cidrIpv4": EVERYONE,
                },
            ),
        ),
        unsure=(
            ("from", "cidrIpv4"),
            ("listed", "prefixListId"),
            ("whose", "cidrIpv4"),
            ("lost", "cidrIpv4"),
        ),
    ),
    Case(
        rule=OPEN,
        says="is unsure of a group that isn't known though all load balancers' are",
        stack=(
            FRONT,
            BALANCER,
            resource(
                INGRESS_RULE,
                "lost",
                {
                    "securityGroupId": UNKNOWN,
                    "ipProtocol": "tcp",
                    "fromPort": 443,
                    "toPort": 443,
                    "cidrIpv4": EVERYONE,
                },
            ),
        ),
        unsure=(("lost", "cidrIpv4"),),
    ),
    Case(
        rule=OPEN,
        says="is unsure of what is no block, in a rule or in a list",
        stack=(rule("block", 8443, cidrIpv4="everyone"), listed("nobody"), TO_LIST),
        unsure=(("block", "cidrIpv4"), ("opening", "prefixListId")),
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

CASES = (*HIGH_RISK, *OPEN_PORTS, *EGRESS)
