"""What listeners answer without TLS, with which TLS, and whether targets are asked how they are."""

from typing import Any

from ecs_policies.kinds import LISTENER, LISTENER_RULE, TARGET_GROUP
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

TO_HTTPS = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
NOT_FOUND = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}
FORWARD = {"type": "forward", "targetGroupArn": UNKNOWN}
ACTIONS = "defaultActions"


def listener(actions: Any, protocol: Any = "HTTP", name: str = "http", port: Any = 80) -> Resource:
    given = {"port": port, "protocol": protocol, ACTIONS: actions}
    return resource(LISTENER, name, {key: it for key, it in given.items() if it is not None})


def rule(of: Resource, actions: Any, name: str = "rule") -> Resource:
    return resource(LISTENER_RULE, name, {"listenerArn": UNKNOWN, "actions": actions}, listenerArn=of)


def served(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule="listener.https", says=says, stack=stack, **more)


REDIRECTS = listener([TO_HTTPS])
HTTPS = (
    served("takes a redirect to HTTPS, as a list or one block", REDIRECTS, listener(TO_HTTPS, name="block")),
    served("takes a rule that redirects too", REDIRECTS, rule(REDIRECTS, [TO_HTTPS])),
    served("takes a rule that answers itself", REDIRECTS, rule(REDIRECTS, [NOT_FOUND])),
    served(
        "leaves other protocols",
        listener([FORWARD], "HTTPS"),
        listener([FORWARD], "tls", "tls"),
        listener([FORWARD], "TCP", "tcp"),
        listener([FORWARD], None, "gateway", None),
    ),
    served("leaves rules of another stack's listeners", rule(listener([TO_HTTPS]), [FORWARD])),
    served(
        "finds a listener that serves or answers, by default too, and not its rules again",
        it := listener([FORWARD]),
        rule(it, [FORWARD]),
        listener([NOT_FOUND], None, "default"),
        resource("aws:alb/listener:Listener", "alb", {"port": 80, "protocol": "http", ACTIONS: FORWARD}),
        finds=(("http", ACTIONS), ("default", ACTIONS), ("alb", ACTIONS)),
        told=("answered without TLS",),
    ),
    served(
        "finds redirects that stay without TLS",
        listener([{"type": "redirect", "redirect": {"host": "www.example.com"}}]),
        listener([{"type": "redirect", "redirect": {"protocol": "HTTP"}}], name="other"),
        finds=(("http", ACTIONS), ("other", ACTIONS)),
    ),
    served(
        "finds a rule that forwards beside a redirect",
        REDIRECTS,
        rule(REDIRECTS, [FORWARD]),
        finds=(("rule", "actions"),),
        told=("forwards requests of http without TLS",),
    ),
    served(
        "doesn't pass over an unknown",
        listener([TO_HTTPS], UNKNOWN, "protocol"),
        listener(UNKNOWN, name="actions"),
        listener([{"type": UNKNOWN}], name="type"),
        listener([{"type": "redirect", "redirect": {"protocol": UNKNOWN}}], name="redirect"),
        listener([{"type": "redirect", "redirect": UNKNOWN}], name="block"),
        REDIRECTS,
        rule(REDIRECTS, UNKNOWN),
        rule(REDIRECTS, [{"type": UNKNOWN}], "typed"),
        unsure=(
            ("protocol", "protocol"),
            ("actions", ACTIONS),
            ("type", ACTIONS),
            ("redirect", ACTIONS),
            ("block", ACTIONS),
            ("rule", "actions"),
            ("typed", "actions"),
        ),
    ),
    served(
        "doesn't pass over what is no action",
        listener(["redirect"]),
        listener([TO_HTTPS], 80, "protocol"),
        unsure=(("http", ACTIONS), ("protocol", "protocol")),
        malformed=True,
    ),
)


def encrypted(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule="listener.tls", says=says, stack=stack, **more)


def tls(policy: Any, name: str = "https", certificate: Any = UNKNOWN, protocol: str = "HTTPS") -> Resource:
    given = {"port": 443, "protocol": protocol, "sslPolicy": policy, "certificateArn": certificate}
    return resource(LISTENER, name, {key: it for key, it in given.items() if it is not None})


POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
TLS = (
    *(
        encrypted(f"takes {policy}", tls(policy))
        for policy in (
            POLICY,
            "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "ELBSecurityPolicy-TLS13-1-3-2021-06",
            "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
            "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
        )
    ),
    encrypted("leaves listeners without TLS", listener([TO_HTTPS]), tls(None, protocol="TCP")),
    *(
        encrypted(f"finds {policy}", tls(policy), finds=(("https", "sslPolicy"),), told=(f"policy {policy}",))
        for policy in (
            "ELBSecurityPolicy-2016-08",
            "ELBSecurityPolicy-FS-1-2-Res-2020-10",
            "ELBSecurityPolicy-TLS13-1-0-2021-06",
            "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06",
            "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09",
        )
    ),
    encrypted(
        "finds the provider's default, and no certificate, also of a Network Load Balancer",
        tls(None, certificate=None),
        tls(POLICY, "nlb", "", "TLS"),
        finds=(("https", "sslPolicy"), ("https", "certificateArn"), ("nlb", "certificateArn")),
        told=("ELBSecurityPolicy-2016-08", "has no certificate"),
    ),
    encrypted("doesn't pass over an unknown", tls(UNKNOWN), unsure=(("https", "sslPolicy"),)),
    encrypted(
        "doesn't pass over what is no policy",
        tls([POLICY]),
        unsure=(("https", "sslPolicy"),),
        malformed=True,
    ),
)


def asked(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule="target-group.health-check", says=says, stack=stack, **more)


def group(check: Any, protocol: Any = "HTTP", name: str = "web", **more: Any) -> Resource:
    given = {"protocol": protocol, "targetType": "ip", "healthCheck": check, **more}
    return resource(TARGET_GROUP, name, {key: it for key, it in given.items() if it is not None})


PATH, MATCHER = "healthCheck.path", "healthCheck.matcher"
HEALTH_CHECK = (
    asked(
        "takes a path", group({"path": "/up"}), group([{"path": "/up", "matcher": "200-399"}], name="list")
    ),
    asked(
        "takes gRPC's own codes",
        group({"path": "/grpc.health.v1.Health/Check", "matcher": "0-99"}, protocolVersion="GRPC"),
    ),
    asked(
        "takes targets of TCP that are asked by TCP, or by HTTP with a path",
        group(None, "TCP"),
        group({"protocol": "HTTPS", "path": "/up"}, "TLS", "tls"),
    ),
    asked(
        "leaves functions, which aren't asked unless told to", group({"enabled": False}, targetType="lambda")
    ),
    asked(
        "finds a target group that says nothing, and one without a path",
        group(None),
        group({"matcher": "200"}, "HTTPS", "https"),
        resource("aws:alb/targetGroup:TargetGroup", "alb", {"protocol": "HTTP"}),
        group({"protocol": "http"}, "TCP", "tcp"),
        finds=(("web", PATH), ("https", PATH), ("alb", PATH), ("tcp", PATH)),
        told=("the path to ask is not set",),
    ),
    asked(
        "finds health checks that are off, that errors pass, and that AWS refuses",
        group({"enabled": False}, "TCP", "off"),
        group({"path": "/up", "matcher": "200-499"}),
        group({"path": "up", "matcher": "200,404"}, name="list"),
        group({"path": "/up", "protocol": "TCP"}, name="refused"),
        finds=(
            ("off", "healthCheck.enabled"),
            ("web", MATCHER),
            ("list", PATH),
            ("list", MATCHER),
            ("refused", "healthCheck.protocol"),
        ),
        told=("the matcher is 200-499", "a health check by TCP doesn't fit targets of HTTP"),
    ),
    asked(
        "doesn't pass over an unknown",
        group(UNKNOWN),
        group({"enabled": UNKNOWN, "path": UNKNOWN, "matcher": UNKNOWN, "protocol": "HTTP"}, name="parts"),
        group({"path": "/up", "protocol": UNKNOWN}, name="protocol"),
        group({"path": "/up"}, UNKNOWN, "own"),
        unsure=(
            ("own", "protocol"),
            ("web", "healthCheck"),
            ("parts", "healthCheck.enabled"),
            ("parts", PATH),
            ("parts", MATCHER),
            ("protocol", "healthCheck.protocol"),
        ),
    ),
    asked(
        "doesn't pass over what is no health check",
        group("/up"),
        group({"path": "/up", "matcher": 200}, name="number"),
        unsure=(("web", "healthCheck"), ("number", MATCHER)),
        malformed=True,
    ),
)

CASES = (*HTTPS, *TLS, *HEALTH_CHECK)
