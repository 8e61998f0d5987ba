"""Rules about listeners, their rules and the target groups behind them."""

import re
from collections.abc import Iterator, Mapping

from ecs_policies.kinds import LISTENER, TARGET_GROUP
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.demands import unverifiable, wants_flag, wants_word
from ecs_policies.reading.load_balancing import Listeners, actions, actions_of
from ecs_policies.reading.settings import block_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, block, has_unknown, word

# User Guide for Application Load Balancers, "Security policies for your Application Load Balancer". TLS 1.2
# and 1.3 with forward secrecy; those with Ext in their name bring weaker ciphers back.
_TLS_POLICY = re.compile(r"ELBSecurityPolicy-TLS13-1-[23]-(?!.*Ext\d).+")
_HTTP = ("HTTP", "HTTPS")
_FAILURES = re.compile(r"[45]\d\d")


def https(stack: Stack, _options: Options) -> Iterator[Problem]:
    """HTTP listeners that do anything but lead to HTTPS, by themselves or in a rule."""
    for listener in stack.of_type(LISTENER):
        protocol = _protocol(listener)
        if isinstance(protocol, Unreadable):
            yield unverifiable(listener, "protocol", protocol)
        elif protocol == "HTTP":
            found = [*_is_redirect(listener)]
            # One that serves without TLS itself is told once, and not again for each rule.
            yield from found or _serve_nothing(stack, listener)


def _protocol(listener: Resource) -> str | Unreadable:
    """HTTP is an Application Load Balancer's default; a Gateway Load Balancer's listener has no port."""
    default = "" if listener.properties.get("port") is None else "HTTP"
    found = word(listener.properties.get("protocol"), default=default)
    return found if isinstance(found, Unreadable) else found.upper()


def _is_redirect(listener: Resource) -> Iterator[Problem]:
    path = actions_of(listener)
    found = actions(listener)
    if isinstance(found, Unreadable):
        yield unverifiable(listener, path, found)
        return
    leads = [_leads_to_https(it) for it in found]
    if True in leads:
        return
    reason = next((it for it in leads if isinstance(it, Unreadable)), None)
    if reason:
        yield unverifiable(listener, path, reason)
    else:
        message = "requests are answered without TLS, and not redirected to HTTPS"
        yield Problem(resource=listener, path=path, message=message)


def _leads_to_https(action: Mapping[str, Value]) -> bool | Unreadable:
    redirect = block(action.get("redirect"))
    kind = word(action.get("type"))
    if isinstance(kind, Unreadable):
        return kind
    if kind != "redirect" or isinstance(redirect, Unreadable):
        return redirect if isinstance(redirect, Unreadable) else False
    protocol = word(redirect.get("protocol"), default="#{protocol}")
    return protocol if isinstance(protocol, Unreadable) else protocol.upper() == "HTTPS"


def _serve_nothing(stack: Stack, listener: Resource) -> Iterator[Problem]:
    for rule in stack.once(Listeners).rules(listener):
        found = actions(rule)
        kinds = [] if isinstance(found, Unreadable) else [it.get("type") for it in found]
        if isinstance(found, Unreadable) or has_unknown(kinds):
            yield unverifiable(rule, "actions", Unreadable(f"whether it forwards without TLS: {IS_UNKNOWN}"))
        elif "forward" in kinds:
            message = f"it forwards requests of {listener.name} without TLS"
            yield Problem(resource=rule, path="actions", message=message)


def tls(listener: Resource, _options: Options) -> Iterator[Problem]:
    """Listeners with TLS that take old versions and ciphers, or have no certificate."""
    if _protocol(listener) not in ("HTTPS", "TLS"):
        return
    yield from wants_word(
        listener,
        "sslPolicy",
        listener.properties.get("sslPolicy"),
        good=lambda it: _TLS_POLICY.fullmatch(it) is not None,
        default="ELBSecurityPolicy-2016-08",
        message="the policy {} takes TLS below 1.2 or ciphers without forward secrecy",
    )
    # What stands there may be unknown: it's a reference to a certificate then.
    if not listener.properties.get("certificateArn"):
        message = "a listener with TLS has no certificate"
        yield Problem(resource=listener, path="certificateArn", message=message)


def health_check(group: Resource, _options: Options) -> Iterator[Problem]:
    """Target groups whose targets aren't asked, or are healthy whatever they answer."""
    check = block_at(group, "healthCheck")
    if isinstance(check, Unreadable):
        yield unverifiable(group, "healthCheck", check)
        return
    if group.properties.get("targetType") == "lambda":
        return
    yield from wants_flag(
        group,
        "healthCheck.enabled",
        check.get("enabled"),
        want=True,
        default=True,
        message="nobody asks whether the targets are healthy",
    )
    own = word(group.properties.get("protocol"))
    if isinstance(own, Unreadable):
        yield unverifiable(group, "protocol", own)
        return
    by_http = own.upper() in _HTTP
    protocol = word(check.get("protocol"), default="HTTP" if by_http else "TCP")
    if isinstance(protocol, Unreadable):
        yield unverifiable(group, "healthCheck.protocol", protocol)
    elif by_http and protocol.upper() not in _HTTP:
        message = f"a health check by {protocol} doesn't fit targets of {own}, and AWS refuses it"
        yield Problem(resource=group, path="healthCheck.protocol", message=message)
    elif protocol.upper() in _HTTP:
        yield from _asks_the_application(group, check)


def _asks_the_application(group: Resource, check: Mapping[str, Value]) -> Iterator[Problem]:
    yield from wants_word(
        group,
        "healthCheck.path",
        check.get("path"),
        good=lambda it: it.startswith("/"),
        default="",
        message="the path to ask is {}: by default it's the home page, which may answer when little works",
    )
    if group.properties.get("protocolVersion") != "GRPC":
        yield from wants_word(
            group,
            "healthCheck.matcher",
            check.get("matcher"),
            good=lambda it: _FAILURES.search(it) is None,
            default="200",
            message="targets that answer with errors count as healthy: the matcher is {}",
        )


HTTPS = Rule(
    id="listener.https",
    title="A listener serves by HTTPS, or redirects to it",
    severity=Severity.HIGH,
    why="Anyone on the way reads and changes what passes without TLS, sessions and passwords included.",
    fix='Redirect: default_actions=[{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", '
    '"status_code": "HTTP_301"}}], and put the rules on an HTTPS listener.',
    mappings=("AWS Security Hub FSBP ELB.1",),
    stack=https,
)

TLS = Rule(
    id="listener.tls",
    title="A listener with TLS has a certificate and a current policy",
    severity=Severity.HIGH,
    why="The provider's default policy of 2016 still takes TLS 1.0, which is broken.",
    fix='Set certificate_arn, and ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" or another of '
    "TLS13-1-2 and TLS13-1-3 without Ext in its name.",
    mappings=("AWS Security Hub FSBP ELB.17",),
    types=frozenset({LISTENER}),
    resource=tls,
)

HEALTH_CHECK = Rule(
    id="target-group.health-check",
    title="A target group asks its targets whether they are healthy",
    severity=Severity.MEDIUM,
    why="Requests go to tasks that can't answer them, and a deployment goes on over broken tasks.",
    fix='Set health_check={"path": "/up", "matcher": "200"}, with a path that answers when the application '
    "works.",
    types=frozenset({TARGET_GROUP}),
    resource=health_check,
)

RULES = (HTTPS, TLS, HEALTH_CHECK)
