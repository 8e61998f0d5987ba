"""Whom a load balancer reaches: its tasks, or others too."""

from typing import Any

from ecs_policies.kinds import (
    EGRESS_RULE,
    LISTENER,
    LOAD_BALANCER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SERVICE,
    TARGET_GROUP,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

TASKS, DATABASE = resource(SECURITY_GROUP, "tasks"), resource(SECURITY_GROUP, "database")
GROUP = resource(SECURITY_GROUP, "lb-group")
TARGETS = resource(TARGET_GROUP, "targets", {"targetType": "ip"})
OTHERS = resource(TARGET_GROUP, "others", {"targetType": "instance"})
WEB = resource(
    SERVICE,
    "web",
    {
        "networkConfiguration": {"securityGroups": [UNKNOWN]},
        "loadBalancers": [{"targetGroupArn": UNKNOWN, "containerName": "nginx", "containerPort": 8080}],
    },
    networkConfiguration=TASKS,
    loadBalancers=TARGETS,
)


def in_group(group: Resource = GROUP, **properties: Any) -> Resource:
    return resource(
        LOAD_BALANCER,
        "lb",
        {"internal": False, "securityGroups": [UNKNOWN], **properties},
        securityGroups=group,
    )


BALANCER = in_group()


def forwards(*to: Resource, kind: str = "forward") -> Resource:
    """A listener of the load balancer that leads to these target groups."""
    actions = [{"type": kind}, *({"type": "forward", "targetGroupArn": UNKNOWN} for _ in to)]
    return resource(
        LISTENER,
        "https",
        {"loadBalancerArn": UNKNOWN, "defaultActions": actions},
        loadBalancerArn=BALANCER,
        defaultActions=list(to),
    )


SERVES = (TASKS, DATABASE, GROUP, TARGETS, WEB, BALANCER, forwards(TARGETS))


def egress(to: Resource | None = None, name: str = "out", port: Any = 8080, **more: Any) -> Resource:
    """A rule of the load balancer's group, towards a group or what `more` says."""
    properties = {
        "securityGroupId": UNKNOWN,
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        **({"referencedSecurityGroupId": UNKNOWN} if to else {}),
        **more,
    }
    return resource(
        EGRESS_RULE,
        name,
        properties,
        securityGroupId=GROUP,
        **({"referencedSecurityGroupId": to} if to else {}),
    )


def classic(to: Resource | None = None, **more: Any) -> Resource:
    properties = {
        "type": "egress",
        "securityGroupId": UNKNOWN,
        "protocol": "tcp",
        "fromPort": 8080,
        "toPort": 8080,
        **({"sourceSecurityGroupId": UNKNOWN} if to else {}),
        **more,
    }
    origins = {"sourceSecurityGroupId": to} if to else {}
    return resource(SECURITY_GROUP_RULE, "classic", properties, securityGroupId=GROUP, **origins)


def inline(*to: Resource, **more: Any) -> Resource:
    """The load balancer's group with a rule of its own."""
    ports = {"protocol": "tcp", "fromPort": 8080, "toPort": 8080}
    groups = {"securityGroups": [UNKNOWN for _ in to]} if to else {}
    return resource(SECURITY_GROUP, "lb-group", {"egress": [{**ports, **groups, **more}]}, egress=list(to))


def reached(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule="load-balancer.egress", says=says, stack=stack, **more)


ALL = ["0.0.0.0/0"]
EGRESS = (
    reached("takes a rule to the tasks' group", *SERVES, egress(TASKS)),
    reached("takes a classic rule to the tasks' group", *SERVES, classic(TASKS)),
    reached(
        "takes an inline rule to the tasks' group",
        *(inline(TASKS) if it is GROUP else it for it in SERVES),
    ),
    reached("takes no rule at all", *SERVES),
    reached(
        "takes what comes in, and rules of other groups",
        *SERVES,
        classic(type="ingress", cidrBlocks=ALL),
        resource(
            EGRESS_RULE,
            "tasks-out",
            {"securityGroupId": UNKNOWN, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
            securityGroupId=TASKS,
        ),
    ),
    reached(
        "takes the way to an identity provider of a load balancer that authenticates",
        TASKS,
        GROUP,
        TARGETS,
        WEB,
        BALANCER,
        forwards(TARGETS, kind="authenticate-oidc"),
        egress(port=443, cidrIpv4="0.0.0.0/0"),
    ),
    reached(
        "leaves a load balancer that leads to no service, or to others besides",
        TASKS,
        GROUP,
        TARGETS,
        OTHERS,
        WEB,
        BALANCER,
        forwards(TARGETS, OTHERS),
        resource(LOAD_BALANCER, "idle", {"securityGroups": [UNKNOWN]}, securityGroups=GROUP),
        egress(cidrIpv4="0.0.0.0/0"),
    ),
    reached(
        "finds addresses, prefix lists, the group itself and groups of no task",
        *SERVES,
        egress(cidrIpv4="10.0.0.0/16"),
        egress(name="lists", prefixListId="pl-1"),
        egress(DATABASE, name="database"),
        classic(cidrBlocks=ALL, self=True),
        finds=(
            ("out", "cidrIpv4"),
            ("lists", "prefixListId"),
            ("database", "referencedSecurityGroupId"),
            ("classic", "cidrBlocks[0.0.0.0/0]"),
            ("classic", "self"),
        ),
        told=(
            "reaches 10.0.0.0/16, not its tasks'",
            "reaches database, the group of no task",
            "reaches the group itself",
        ),
    ),
    reached(
        "finds an inline way to everywhere",
        *(
            inline(protocol="-1", fromPort=0, toPort=0, cidrBlocks=ALL) if it is GROUP else it
            for it in SERVES
        ),
        finds=(("lb-group", "egress[all].cidrBlocks[0.0.0.0/0]"),),
    ),
    reached(
        "finds the way to an identity provider where nothing authenticates",
        *SERVES,
        egress(port=443, cidrIpv4="0.0.0.0/0"),
        finds=(("out", "cidrIpv4"),),
    ),
    reached(
        "finds more than HTTPS out of a load balancer that authenticates",
        *SERVES[:-1],
        forwards(TARGETS, kind="authenticate-oidc"),
        egress(cidrIpv4="0.0.0.0/0", ipProtocol="-1"),
        finds=(("out", "cidrIpv4"),),
    ),
    reached(
        "finds a group of another stack that no task has",
        *SERVES,
        egress(referencedSecurityGroupId="sg-1"),
        finds=(("out", "referencedSecurityGroupId"),),
        told=("reaches sg-1, the group of no task",),
    ),
    reached(
        "doesn't pass over a group of another stack",
        TASKS,
        TARGETS,
        WEB,
        resource(LOAD_BALANCER, "lb", {"securityGroups": ["sg-1"]}),
        forwards(TARGETS),
        unsure=(("lb", "securityGroups"),),
        told=("the rules of sg-1",),
    ),
    reached(
        "doesn't pass over an unknown",
        TASKS,
        GROUP,
        TARGETS,
        WEB,
        resource(LOAD_BALANCER, "lb", {"securityGroups": UNKNOWN}),
        forwards(TARGETS),
        unsure=(("lb", "securityGroups"),),
    ),
    reached(
        "doesn't pass over an unknown destination, or a rule of it isn't known which group",
        *SERVES,
        egress(referencedSecurityGroupId=UNKNOWN),
        resource(EGRESS_RULE, "astray", {"securityGroupId": UNKNOWN, "cidrIpv4": "0.0.0.0/0"}),
        unsure=(("out", "referencedSecurityGroupId"), ("astray", "securityGroupId")),
    ),
    reached(
        "leaves rules of it isn't known which group where no load balancer is judged",
        resource(EGRESS_RULE, "astray", {"securityGroupId": UNKNOWN, "cidrIpv4": "0.0.0.0/0"}),
    ),
    reached(
        "doesn't pass over what is no rule",
        *(
            resource(SECURITY_GROUP, "lb-group", {"egress": ["everywhere"]}) if it is GROUP else it
            for it in SERVES
        ),
        unsure=(("lb-group", "egress[0]"),),
        malformed=True,
    ),
)

CASES = EGRESS
