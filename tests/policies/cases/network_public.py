"""Which ports are open to everyone, and whether a load balancer has them."""

from typing import Any

from ecs_policies.kinds import (
    CLASSIC_LOAD_BALANCER,
    INGRESS_RULE,
    LOAD_BALANCER,
    PREFIX_LIST,
    PREFIX_LIST_ENTRY,
    SECURITY_GROUP,
    SERVICE,
    VPC_ENDPOINT,
)
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.openings import BALANCER, EVERYONE, EVERYONE6, FRONT, INSIDE, entry, inline, rule
from tests.policies.stacks import resource

OPEN = "network.open-port"


def listed(*cidrs: Any) -> Resource:
    return resource(PREFIX_LIST, "list", {"entries": [{"cidr": it} for it in cidrs]})


ADDED = resource(
    PREFIX_LIST_ENTRY, "added", {"prefixListId": UNKNOWN, "cidr": EVERYONE}, prefixListId=listed()
)
TO_LIST = rule("opening", 443, prefixListId=listed())

CASES = (
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
