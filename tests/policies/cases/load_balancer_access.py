"""Who reaches a load balancer, and whom it reaches."""

from typing import Any

from ecs_policies.kinds import (
    EGRESS_RULE,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    REGIONAL_WEB_ACL_ASSOCIATION,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SERVICE,
    TARGET_GROUP,
    WEB_ACL_ASSOCIATION,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource


def balancer(name: str = "lb", **properties: Any) -> Resource:
    return resource(LOAD_BALANCER, name, {"internal": False, **properties})


def listener(to: Resource | None, *kinds: Any, name: str = "https", **more: Any) -> Resource:
    properties = {"loadBalancerArn": UNKNOWN, "defaultActions": [{"type": it} for it in kinds], **more}
    return resource(LISTENER, name, properties, loadBalancerArn=[to] if to else [])


def rule(of: Resource | None, *kinds: Any) -> Resource:
    properties = {"listenerArn": UNKNOWN, "actions": [{"type": it} for it in kinds]}
    return resource(LISTENER_RULE, "rule", properties, listenerArn=[of] if of else [])


def entered(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule="load-balancer.public-without-authentication", says=says, stack=stack, **more)


TAG = "tags[PublicAccess]"
LB = balancer()
ENTRANCE = (
    entered("takes a tag with the reason", balancer(tags={"PublicAccess": "the shop is for everyone"})),
    *(
        entered(f"takes a listener that does {kind}", LB, listener(LB, kind, "forward"))
        for kind in ("authenticate-oidc", "authenticate-cognito", "jwt-validation")
    ),
    entered(
        "takes a rule that authenticates",
        LB,
        it := listener(LB, "fixed-response"),
        rule(it, "authenticate-oidc", "forward"),
    ),
    entered(
        "takes a listener that asks for a certificate",
        LB,
        listener(LB, "forward", mutualAuthentication={"mode": "verify"}),
    ),
    entered(
        "leaves internal load balancers, those of which another rule can't tell, and of other types",
        balancer(internal=True),
        balancer("unread", internal=UNKNOWN),
        balancer("nlb", loadBalancerType="network"),
    ),
    entered(
        "finds a public one without tag and authentication, by default too",
        LB,
        it := listener(LB, "forward", mutualAuthentication={"mode": "off"}),
        rule(it, "forward"),
        balancer("empty", tags={"PublicAccess": " ", "Name": "web"}),
        resource("aws:alb/loadBalancer:LoadBalancer", "alb"),
        finds=(("lb", TAG), ("empty", TAG), ("alb", TAG)),
        told=("no tag PublicAccess says why",),
    ),
    entered(
        "finds one whose neighbour authenticates",
        LB,
        other := balancer("other"),
        listener(other, "authenticate-oidc"),
        finds=(("lb", TAG),),
    ),
    entered(
        "doesn't pass over an unknown",
        balancer(tags={"PublicAccess": UNKNOWN}),
        balancer("tagged", tags=UNKNOWN),
        kind := balancer("kind"),
        listener(kind, UNKNOWN),
        unsure=(("lb", TAG), ("tagged", TAG), ("kind", TAG)),
        told=("whether https authenticates in defaultActions",),
    ),
    entered(
        "doesn't pass over a listener of it isn't known which load balancer, or actions that are unknown",
        LB,
        listener(None, "authenticate-oidc"),
        unsure=(("lb", TAG),),
        told=("which listeners it has",),
    ),
    entered(
        "doesn't pass over what is no tag, and no action",
        balancer(tags={"PublicAccess": True}),
        it := balancer("actions"),
        listener(it, defaultActions="forward"),
        unsure=(("lb", TAG), ("actions", TAG)),
        malformed=True,
    ),
)


def walled(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule="load-balancer.firewall", says=says, stack=stack, **more)


def association(to: Resource | None, arn: Any = UNKNOWN, type_: str = WEB_ACL_ASSOCIATION) -> Resource:
    return resource(type_, "waf", {"resourceArn": arn}, resourceArn=[to] if to else [])


ARN = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/1"
FIREWALL = (
    walled("takes a web ACL, of WAF's version 2", LB, association(LB)),
    walled("takes a web ACL by its ARN", balancer(arn=ARN), association(None, ARN)),
    walled("takes a web ACL of WAF Classic", LB, association(LB, type_=REGIONAL_WEB_ACL_ASSOCIATION)),
    walled(
        "leaves internal load balancers and other types",
        balancer(internal="true"),
        balancer("nlb", loadBalancerType="network"),
    ),
    walled(
        "finds one without, beside one with",
        LB,
        it := balancer("other"),
        association(it),
        resource("aws:alb/loadBalancer:LoadBalancer", "alb"),
        finds=(("lb", "webAcl"), ("alb", "webAcl")),
    ),
    walled(
        "finds one whose web ACL is before something else",
        LB,
        association(None, ARN),
        finds=(("lb", "webAcl"),),
    ),
    walled("doesn't pass over an unknown", LB, association(None), unsure=(("lb", "webAcl"),)),
    walled(
        "doesn't pass over what is no ARN",
        LB,
        association(None, 7),
        unsure=(("lb", "webAcl"),),
        malformed=True,
    ),
)

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

CASES = (*ENTRANCE, *FIREWALL, *EGRESS)
