"""What security groups let through between a load balancer, a service's tasks and AWS."""

from typing import Any

from ecs_policies.kinds import (
    EGRESS_RULE,
    INGRESS_RULE,
    LISTENER,
    LOAD_BALANCER,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SERVICE,
    SUBNET,
    TARGET_GROUP,
    TASK_DEFINITION,
    VPC,
)
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.stacks import resource

RULE = "service.blocked-way"
GROUPS = "networkConfiguration.securityGroups"

TASKS, FRONT = resource(SECURITY_GROUP, "tasks"), resource(SECURITY_GROUP, "front")
TARGETS, MORE_TARGETS = resource(TARGET_GROUP, "targets"), resource(TARGET_GROUP, "more-targets")
FARGATE = resource(TASK_DEFINITION, "task", {"requiresCompatibilities": ["FARGATE"]})
SUBNET_A = resource(SUBNET, "a", {"cidrBlock": "10.0.0.0/24"})
SUBNET_B = resource(SUBNET, "b", {"cidrBlock": "10.0.1.0/24"})


def rule(kind: str, of: Resource, peer: Resource | None = None, name: str = "", **more: Any) -> Resource:
    """A rule of a group for the tasks' port, to or from another group or what `more` says."""
    ports = {"ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080}
    of_peer = {"referencedSecurityGroupId": UNKNOWN} if peer else {}
    return resource(
        kind,
        name or f"{of.name}-{'in' if kind == INGRESS_RULE else 'out'}",
        {"securityGroupId": UNKNOWN, **ports, **of_peer, **more},
        securityGroupId=of,
        **({"referencedSecurityGroupId": peer} if peer else {}),
    )


HTTPS: Any = {"fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
OUT = rule(EGRESS_RULE, TASKS, **HTTPS)
TO_TASKS, FROM_FRONT = rule(EGRESS_RULE, FRONT, TASKS), rule(INGRESS_RULE, TASKS, FRONT)


def balancer(name: str = "lb", group: Resource | None = FRONT, **more: Any) -> Resource:
    groups = {"securityGroups": [UNKNOWN]} if group else {}
    origins = {"securityGroups": group} if group else {}
    properties = {"subnets": [UNKNOWN], **groups, **more}
    return resource(LOAD_BALANCER, name, properties, subnets=SUBNET_A, **origins)


LB = balancer()


def listener(of: Resource = LB, to: Resource = TARGETS) -> Resource:
    actions = [{"type": "forward", "targetGroupArn": UNKNOWN}]
    return resource(
        LISTENER,
        f"{of.name}-listener",
        {"loadBalancerArn": UNKNOWN, "defaultActions": actions},
        loadBalancerArn=of,
        defaultActions=to,
    )


def service(*ports: Any, group: Resource | None = TASKS, **more: Any) -> Resource:
    """A service with a target group before each of these ports."""
    routes = [{"targetGroupArn": UNKNOWN, "containerName": "nginx", "containerPort": it} for it in ports]
    network = {"subnets": [UNKNOWN], "securityGroups": [UNKNOWN] if group else ["sg-0123456789abcdef0"]}
    return resource(
        SERVICE,
        "web",
        {"taskDefinition": UNKNOWN, "networkConfiguration": network, "loadBalancers": routes, **more},
        taskDefinition=FARGATE,
        networkConfiguration=[SUBNET_B, *([group] if group else [])],
        loadBalancers=[TARGETS, MORE_TARGETS][: len(ports)],
    )


WEB = service(8080)
AROUND = (TASKS, FRONT, TARGETS, FARGATE, SUBNET_A, SUBNET_B)
BEHIND = (*AROUND, LB, listener(), WEB)


def way(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule=RULE, says=says, stack=stack, **more)


INTO, FROM = ("web", f"{GROUPS}[lb]"), ("lb", "securityGroups[web]")
INTERNAL = balancer("internal")
TWO = (
    *AROUND,
    MORE_TARGETS,
    LB,
    listener(),
    INTERNAL,
    listener(INTERNAL, MORE_TARGETS),
    service(8080, 9090),
    OUT,
)
ALSO: Any = {"fromPort": 9090, "toPort": 9090}

CASES = (
    way("takes groups that let through what is needed", *BEHIND, TO_TASKS, FROM_FRONT, OUT),
    way(
        "finds a load balancer that nothing lets out",
        *BEHIND,
        FROM_FRONT,
        OUT,
        finds=(FROM,),
        told=("its groups don't let it out to the tasks of web on port 8080",),
    ),
    way(
        "finds one that is let out by another port",
        *BEHIND,
        rule(EGRESS_RULE, FRONT, TASKS, toPort=8079),
        FROM_FRONT,
        OUT,
        finds=(FROM,),
    ),
    way(
        "finds tasks that don't let the load balancer in",
        *BEHIND,
        TO_TASKS,
        OUT,
        finds=(INTO,),
        told=("the tasks' groups don't let the load balancer lb in on port 8080",),
    ),
    way(
        "takes addresses that the other side is in",
        *BEHIND,
        rule(EGRESS_RULE, FRONT, cidrIpv4="10.0.1.0/24"),
        rule(INGRESS_RULE, TASKS, cidrIpv4="10.0.0.0/16"),
        OUT,
    ),
    way(
        "finds addresses that it isn't in",
        *BEHIND,
        rule(EGRESS_RULE, FRONT, cidrIpv4="10.0.0.0/24"),
        rule(INGRESS_RULE, TASKS, cidrIpv4="10.0.1.0/24"),
        OUT,
        finds=(INTO, FROM),
    ),
    way(
        "is unsure of addresses where the load balancer's subnets aren't known",
        *AROUND,
        it := resource(LOAD_BALANCER, "lb", {"securityGroups": [UNKNOWN]}, securityGroups=FRONT),
        listener(it),
        WEB,
        TO_TASKS,
        rule(INGRESS_RULE, TASKS, cidrIpv4="10.0.0.0/24"),
        OUT,
        unsure=(INTO,),
    ),
    way(
        "is unsure of addresses where the tasks' subnets aren't known",
        *AROUND,
        LB,
        listener(),
        resource(
            SERVICE,
            "web",
            {**WEB.properties, "networkConfiguration": {"securityGroups": [UNKNOWN]}},
            taskDefinition=FARGATE,
            networkConfiguration=TASKS,
            loadBalancers=TARGETS,
        ),
        rule(EGRESS_RULE, FRONT, cidrIpv4="10.0.1.0/24"),
        FROM_FRONT,
        OUT,
        unsure=(FROM,),
    ),
    way(
        "finds one port of two that is closed",
        *AROUND,
        LB,
        listener(),
        service(8080, 9090),
        TO_TASKS,
        FROM_FRONT,
        OUT,
        finds=(INTO, FROM),
        told=("on port 9090",),
    ),
    way(
        "takes a service behind a network load balancer",
        *AROUND,
        it := balancer(loadBalancerType="network"),
        listener(it),
        WEB,
        OUT,
    ),
    way("takes a load balancer without a group", *AROUND, it := balancer(group=None), listener(it), WEB, OUT),
    way(
        "leaves the rules of a load balancer's group of another stack to others, not the tasks' own",
        *AROUND,
        it := balancer(group=None, securityGroups=["sg-0123456789abcdef0"]),
        listener(it),
        WEB,
        OUT,
        finds=(INTO,),
    ),
    way("takes a target group that nothing of the stack leads to", *AROUND, WEB, OUT),
    way(
        "leaves a port that can't be read to the rule about ports",
        *AROUND,
        LB,
        listener(),
        service("http"),
        OUT,
    ),
    way("leaves a port that isn't set to it too", *AROUND, LB, listener(), service(None), OUT),
    way("leaves blocks that can't be read to it too", *AROUND, service(8080, loadBalancers=["nginx"]), OUT),
    way(
        "takes two load balancers that each reach a port, where it isn't known which of them sends there",
        *TWO,
        TO_TASKS,
        FROM_FRONT,
        rule(EGRESS_RULE, FRONT, TASKS, "more-out", **ALSO),
        rule(INGRESS_RULE, TASKS, FRONT, "more-in", **ALSO),
    ),
    way(
        "finds a port that neither of two load balancers reaches, once",
        *TWO,
        TO_TASKS,
        FROM_FRONT,
        rule(INGRESS_RULE, TASKS, FRONT, "more-in", **ALSO),
        finds=(("internal", "securityGroups[web]"),),
    ),
    way(
        "finds tasks that nothing lets out",
        *BEHIND,
        TO_TASKS,
        FROM_FRONT,
        finds=(("web", GROUPS),),
        told=("the tasks' groups let nothing out on port 443, by which the image is pulled",),
    ),
    way(
        "finds tasks that are let out by another port only",
        *BEHIND,
        TO_TASKS,
        FROM_FRONT,
        rule(EGRESS_RULE, TASKS, cidrIpv4="0.0.0.0/0"),
        finds=(("web", GROUPS),),
    ),
    way(
        "finds tasks that are let out to nobody",
        *BEHIND,
        TO_TASKS,
        FROM_FRONT,
        rule(EGRESS_RULE, TASKS, fromPort=443, toPort=443),
        finds=(("web", GROUPS),),
    ),
    way(
        "takes tasks on instances, for which the instance pulls",
        *AROUND,
        service(launchType="EC2"),
    ),
    way(
        "leaves tasks in a group of another stack to others",
        *AROUND,
        LB,
        listener(),
        service(8080, group=None),
    ),
    way(
        "leaves tasks in a VPC's default group to others",
        *AROUND,
        it := resource(VPC, "vpc"),
        resource(
            SERVICE,
            "web",
            {"taskDefinition": UNKNOWN, "networkConfiguration": {"securityGroups": [UNKNOWN]}},
            taskDefinition=FARGATE,
            networkConfiguration=it,
        ),
    ),
    way(
        "takes a service without a network of its own",
        *AROUND,
        resource(SERVICE, "web", {"taskDefinition": UNKNOWN}, taskDefinition=FARGATE),
    ),
    way(
        "is unsure of rules that can't be read",
        *BEHIND,
        rule(EGRESS_RULE, FRONT, TASKS, fromPort="http"),
        rule(INGRESS_RULE, TASKS, FRONT, ipProtocol=UNKNOWN),
        rule(EGRESS_RULE, TASKS, **{**HTTPS, "toPort": "https"}),
        unsure=(INTO, FROM, ("web", GROUPS)),
        malformed=True,
    ),
    way(
        "is unsure of a rule whose direction isn't known",
        *BEHIND,
        TO_TASKS,
        FROM_FRONT,
        resource(
            SECURITY_GROUP_RULE,
            "classic",
            {"securityGroupId": UNKNOWN, "type": UNKNOWN},
            securityGroupId=TASKS,
        ),
        unsure=(("web", GROUPS),),
    ),
)
