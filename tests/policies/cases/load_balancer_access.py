"""Who reaches a load balancer, and whom it reaches."""

from typing import Any

from ecs_policies.kinds import (
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    REGIONAL_WEB_ACL_ASSOCIATION,
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

CASES = (*ENTRANCE, *FIREWALL)
