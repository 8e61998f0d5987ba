"""Who reaches the tasks: the load balancer that leads to them, or others as well."""

from typing import Any

from ecs_policies.kinds import (
    CLASSIC_LOAD_BALANCER,
    INGRESS_RULE,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SERVICE,
    TARGET_GROUP,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

RULE = "network.tasks-reached-by-others"
FRONT, OTHER, TASKS = (resource(SECURITY_GROUP, it) for it in ("front", "other", "tasks"))
PEERS = resource(SECURITY_GROUP, "peers")
TARGETS = resource(TARGET_GROUP, "targets")


def balancer(name: str, group: Resource, kind: str = LOAD_BALANCER) -> Resource:
    return resource(kind, name, {"securityGroups": [UNKNOWN]}, securityGroups=group)


BALANCER, INTERNAL = balancer("balancer", FRONT), balancer("internal", OTHER)
HTTPS = resource(LISTENER, "https", {"loadBalancerArn": UNKNOWN}, loadBalancerArn=BALANCER)
FORWARD = resource(
    LISTENER_RULE,
    "forward",
    {"listenerArn": UNKNOWN, "actions": [{"type": "forward", "targetGroupArn": UNKNOWN}]},
    listenerArn=HTTPS,
    actions=TARGETS,
)


def service(name: str = "web", group: Resource = TASKS, **more: Any) -> Resource:
    """A service behind the target group."""
    properties = {
        "networkConfiguration": {"securityGroups": [UNKNOWN]},
        "loadBalancers": [{"targetGroupArn": UNKNOWN, "containerPort": 8080}],
        **more,
    }
    return resource(SERVICE, name, properties, networkConfiguration=group, loadBalancers=TARGETS)


def opening(
    kind: str = INGRESS_RULE, name: str = "opening", group: Resource = TASKS, **rule: Any
) -> Resource:
    """A rule of the tasks' group; a source given as a resource is unknown and made from it."""
    origins = {key: it for key, it in rule.items() if isinstance(it, Resource)}
    values = {key: UNKNOWN if key in origins else it for key, it in rule.items()}
    direction = {"type": "ingress"} if kind == SECURITY_GROUP_RULE else {}
    properties = {"securityGroupId": UNKNOWN, "fromPort": 8080, "toPort": 8080, **direction, **values}
    return resource(kind, name, properties, securityGroupId=group, **origins)


def inline(*rules: Any, **made_from: Resource) -> Resource:
    """The tasks' group with inline rules."""
    return resource(SECURITY_GROUP, "tasks", {"ingress": list(rules)}, **made_from)


FROM_FRONT = opening(referencedSecurityGroupId=FRONT)
NETWORK = (FRONT, OTHER, TASKS, TARGETS, BALANCER, INTERNAL, HTTPS, FORWARD)
WEB = (*NETWORK, service())
TCP = {"protocol": "tcp", "fromPort": 8080, "toPort": 8080}


def with_(*more: Resource, of: tuple[Resource, ...] = WEB) -> tuple[Resource, ...]:
    """The stack with further resources; one takes the place of its namesake."""
    return tuple({it.urn: it for it in (*of, *more)}.values())


BY_NAME = {"serviceRegistries": {"registryArn": "arn:aws:servicediscovery:us-east-1:123456789012:service/a"}}
OWN = service("peers", PEERS)

CASES = (
    Case(
        rule=RULE,
        says="takes the group of the load balancer that leads to a service",
        stack=with_(FROM_FRONT),
    ),
    Case(
        rule=RULE,
        says="takes it as the source of an inline rule",
        stack=with_(inline({**TCP, "securityGroups": [UNKNOWN], "self": False}, ingress=FRONT)),
    ),
    Case(
        rule=RULE,
        says="takes it as the source of a rule in the older form",
        stack=with_(opening(SECURITY_GROUP_RULE, sourceSecurityGroupId=FRONT)),
    ),
    Case(
        rule=RULE,
        says="finds another load balancer's group, since the listener's rule leads elsewhere",
        stack=with_(opening(referencedSecurityGroupId=OTHER)),
        finds=(("opening", "referencedSecurityGroupId"),),
        told=("security group other",),
    ),
    Case(
        rule=RULE,
        says="takes any load balancer's group where no listener of the stack leads to the target group",
        stack=tuple(it for it in with_(opening(referencedSecurityGroupId=OTHER)) if it is not FORWARD),
    ),
    Case(
        rule=RULE,
        says="takes any load balancer's group where the target group isn't the stack's",
        stack=with_(
            service(loadBalancers=[{"targetGroupArn": "arn:aws:elasticloadbalancing:::targetgroup/a/b"}]),
            opening(referencedSecurityGroupId=OTHER),
            of=tuple(it for it in WEB if it is not TARGETS),
        ),
    ),
    Case(
        rule=RULE,
        says="takes a classic load balancer's group, and no other",
        stack=with_(
            resource(
                SERVICE,
                "web",
                {
                    "networkConfiguration": {"securityGroups": [UNKNOWN]},
                    "loadBalancers": [{"elbName": UNKNOWN}],
                },
                networkConfiguration=TASKS,
                loadBalancers=(classic := balancer("classic", PEERS, CLASSIC_LOAD_BALANCER)),
            ),
            classic,
            PEERS,
            opening(name="from-classic", referencedSecurityGroupId=PEERS),
            opening(name="from-other", referencedSecurityGroupId=FRONT),
        ),
        finds=(("from-other", "referencedSecurityGroupId"),),
    ),
    Case(
        rule=RULE,
        says="finds the internet, a network, a prefix list and the group itself",
        stack=with_(
            opening(name="world", cidrIpv4="0.0.0.0/0"),
            opening(name="world6", cidrIpv6="::/0"),
            opening(name="network", cidrIpv4="10.0.0.0/16"),
            opening(name="unknown", cidrIpv4=UNKNOWN),
            opening(name="list", prefixListId="pl-1"),
            opening(SECURITY_GROUP_RULE, name="itself", self="true"),
        ),
        finds=(
            ("world", "cidrIpv4"),
            ("world6", "cidrIpv6"),
            ("network", "cidrIpv4"),
            ("unknown", "cidrIpv4"),
            ("list", "prefixListId"),
            ("itself", "self"),
        ),
        told=("from addresses (0.0.0.0/0)", "from the group itself,", "(unknown before deployment)"),
    ),
    Case(
        rule=RULE,
        says="finds them in inline rules, and calls them by protocol, ports and block",
        stack=with_(inline({**TCP, "cidrBlocks": ["10.0.0.0/16"]}, {**TCP, "protocol": "-1", "self": True})),
        finds=(("tasks", "ingress[tcp:8080].cidrBlocks[10.0.0.0/16]"), ("tasks", "ingress[all].self")),
    ),
    Case(
        rule=RULE,
        says="finds a service in the VPC's default group",
        stack=with_(service(networkConfiguration={"subnets": ["subnet-1"]})),
        finds=(("web", "networkConfiguration.securityGroups"),),
    ),
    Case(
        rule=RULE,
        says="takes tasks that services found by name let in from one another",
        stack=with_(
            service(**BY_NAME),
            OWN,
            PEERS,
            opening(name="from-peers", referencedSecurityGroupId=PEERS),
            opening(SECURITY_GROUP_RULE, name="itself", self=True),
        ),
    ),
    Case(
        rule=RULE,
        says="finds another service's group before one that nobody finds by name",
        stack=with_(OWN, PEERS, opening(referencedSecurityGroupId=PEERS)),
        finds=(("opening", "referencedSecurityGroupId"),),
    ),
    Case(
        rule=RULE,
        says="takes another service before one that Service Connect gives a name",
        stack=with_(
            service(serviceConnectConfiguration={"enabled": "true"}),
            OWN,
            PEERS,
            opening(referencedSecurityGroupId=PEERS),
        ),
    ),
    Case(
        rule=RULE,
        says="takes VPC Lattice's prefix list before a service that it reaches",
        stack=with_(service(vpcLatticeConfigurations=[{"portName": "http"}]), opening(prefixListId="pl-1")),
    ),
    Case(
        rule=RULE,
        says="leaves other groups' rules, and what goes out, to themselves",
        stack=with_(
            opening(name="elsewhere", group=FRONT, cidrIpv4="0.0.0.0/0"),
            opening(SECURITY_GROUP_RULE, name="out", type="egress", cidrBlocks=["0.0.0.0/0"]),
            opening(
                SECURITY_GROUP_RULE, name="lost-out", group=OTHER, type="egress", securityGroupId=UNKNOWN
            ),
        ),
    ),
    Case(
        rule=RULE,
        says="is unsure of groups and sources that aren't known",
        stack=with_(
            resource(SERVICE, "worker", {"networkConfiguration": {"securityGroups": [UNKNOWN]}}),
            opening(referencedSecurityGroupId=UNKNOWN),
            resource(INGRESS_RULE, "lost", {"securityGroupId": UNKNOWN, "cidrIpv4": "0.0.0.0/0"}),
            opening(SECURITY_GROUP_RULE, name="either", type=UNKNOWN),
        ),
        unsure=(
            ("worker", "networkConfiguration.securityGroups"),
            ("opening", "referencedSecurityGroupId"),
            ("lost", "securityGroupId"),
            ("either", "type"),
        ),
    ),
    Case(
        rule=RULE,
        says="is unsure of a service whose network, or whose group's rules, it can't see",
        stack=(
            resource(SERVICE, "of-instances", {}),
            resource(SERVICE, "unknown", {"networkConfiguration": UNKNOWN}),
            resource(SERVICE, "outside", {"networkConfiguration": {"securityGroups": ["sg-1"]}}),
        ),
        unsure=(
            ("of-instances", "networkConfiguration"),
            ("unknown", "networkConfiguration.securityGroups"),
            ("outside", "networkConfiguration.securityGroups"),
        ),
    ),
    Case(
        rule=RULE,
        says="says nothing of a rule whose group isn't known where there is no service",
        stack=(resource(INGRESS_RULE, "lost", {"securityGroupId": UNKNOWN, "cidrIpv4": "0.0.0.0/0"}),),
    ),
    Case(
        rule=RULE,
        says="is unsure of what is no rule, no list and no group",
        stack=(
            service(),
            inline("tcp", UNKNOWN),
            resource(SERVICE, "odd", {"networkConfiguration": {"securityGroups": [7]}}),
        ),
        unsure=(
            ("tasks", "ingress[0]"),
            ("tasks", "ingress[1]"),
            ("odd", "networkConfiguration.securityGroups"),
        ),
        malformed=True,
    ),
)
