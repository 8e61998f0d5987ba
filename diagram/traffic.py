"""The way of a request: load balancer, listeners, their rules, target groups."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ecs_policies import kinds
from ecs_policies.model import Problem, Resource, Stack, Value
from ecs_policies.reading.load_balancing import actions, is_public
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.security_groups import GroupRule, Peer, PeerKind, SecurityGroups
from ecs_policies.reading.settings import at
from ecs_policies.reading.values import Unreadable, blocks, items, mapping, text

from diagram.picture import Row
from diagram.wording import LATER, listed, named, several, shortened, shown

RECORD = "aws:route53/record:Record"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
SUBNETS = (kinds.SUBNET, kinds.DEFAULT_SUBNET)


def load_balancer(stack: Stack, it: Resource) -> Iterator[Row]:
    """Who reaches it, by which name, and what stands in front."""
    yield Row(label="faces", value="the internet" if is_public(it) else "its own network")
    records = [one for one in stack.of_type(RECORD) if it.urn in one.property_dependencies.get("aliases", ())]
    if records:
        value = listed(text(one.properties.get("name")) or LATER for one in records)
        yield Row(label="name", value=value, tells=tuple(one.urn for one in records))
    yield from in_subnets(resolve(stack, it, "subnets", SUBNETS))
    for join in stack.of_type(kinds.WEB_ACL_ASSOCIATION):
        if it in resolve(stack, join, "resourceArn", (kinds.LOAD_BALANCER,)).found:
            firewall = named(resolve(stack, join, "webAclArn", (kinds.WEB_ACL,)))
            yield Row(label="firewall", value=firewall, tells=(join.urn,))
    groups = stack.once(SecurityGroups)
    yield from doors(stack, groups.keys(groups.named(it, "securityGroups")))
    bucket = at(it, "accessLogs.bucket")
    if not isinstance(bucket, Unreadable) and bucket is not None:
        logs = named(resolve(stack, it, "accessLogs", (kinds.BUCKET,), bucket))
        yield Row(label="access logs", value=f"bucket {logs}")


def in_subnets(subnets: References) -> Iterator[Row]:
    """The zones of the subnets that something is in; for those of another stack, their number."""
    zones = sorted({text(it.properties.get("availabilityZone")) or it.name for it in subnets.found})
    if zones:
        yield Row(label="in", value=listed(zones))
    elif subnets.outside:
        yield Row(label="in", value=several(len(subnets.outside), "subnet"))


def doors(stack: Stack, groups: frozenset[str]) -> Iterator[Row]:
    """What the security groups let in and out: ports, and from or to whom."""
    own = tuple(sorted(key for key in groups if stack.by_urn(key)))
    for ingress, label, preposition in ((True, "lets in", "from"), (False, "lets out", "to")):
        found = [
            it for key in sorted(groups) for it in stack.once(SecurityGroups).rules(key, ingress=ingress)
        ]
        tells = (*own, *(it.resource.urn for it in found))
        ports: dict[str, set[str]] = {}
        for rule in found:
            for peer in () if isinstance(rule, Problem) else rule.peers:
                ports.setdefault(_peer(stack, rule.resource, peer), set()).add(_ports(rule))
        for who, which in ports.items():
            yield Row(label=label, value=f"{listed(sorted(which))} {preposition} {who}", tells=tells)
        if own and not ports:
            yield Row(label=label, value="nothing", tells=tells)


def _peer(stack: Stack, rule: Resource, peer: Peer) -> str:
    if peer.kind is PeerKind.GROUP:
        return named(stack.once(SecurityGroups).named(rule, peer.name, peer.value))
    return {PeerKind.ITSELF: "itself", PeerKind.PREFIX_LIST: "a prefix list"}.get(
        peer.kind, shown(peer.value)
    )


def _ports(rule: GroupRule | Problem) -> str:
    ports = None if isinstance(rule, Problem) else rule.ports
    return "all" if ports is None or isinstance(ports, Unreadable) or ports.every else f":{ports}"


def listener(stack: Stack, it: Resource) -> Iterator[Row]:
    """Its certificate, and what it does when no rule fits."""
    if it.properties.get("certificateArn") is not None:
        given = resolve(stack, it, "certificateArn", (CERTIFICATE, VALIDATION)).found
        # A validation stands between a certificate and who waits for it.
        behind = [one for by in given for one in resolve(stack, by, "certificateArn", (CERTIFICATE,)).found]
        domains = {text(one.properties.get("domainName")) or one.name for one in behind or given}
        tells = tuple(one.urn for one in (*given, *behind))
        yield Row(label="certificate", value=listed(sorted(domains)) or "not of this stack", tells=tells)
    policy = text(it.properties.get("sslPolicy"))
    if policy:
        yield Row(label="TLS policy", value=shortened(policy.removeprefix("ELBSecurityPolicy-")))
    yield Row(label="otherwise", value=listed(map(_action, _blocks(actions(it)))))


def rule(_: Stack, it: Resource) -> Iterator[Row]:
    """Which requests it takes, and before which others."""
    yield Row(label="priority", value=shown(it.properties.get("priority")))
    for condition in _blocks(blocks(it.properties.get("conditions"))):
        for name, content in condition.items():
            yield Row(label=_CONDITIONS.get(name, name), value=_condition(content))
    for action in _blocks(actions(it)):
        if action.get("type") != "forward":
            yield Row(label="does", value=_action(action))


_CONDITIONS = {"hostHeader": "host", "pathPattern": "path", "httpHeader": "header", "sourceIp": "from"}


def _condition(content: Value) -> str:
    values = mapping(content).get("values")
    if values is None:
        return shortened(json.dumps(content, default=str))
    return listed(map(shown, items(values)))


def _action(action: Mapping[str, Value]) -> str:
    kind = shown(action.get("type"))
    redirect, fixed = mapping(action.get("redirect")), mapping(action.get("fixedResponse"))
    if redirect:
        return f"redirects to {shown(redirect.get('protocol'))} :{shown(redirect.get('port'))}"
    if fixed:
        return f"answers {shown(fixed.get('statusCode'))}"
    return {"forward": "forwards"}.get(kind, kind)


def target_group(_: Stack, it: Resource) -> Iterator[Row]:
    """Where requests go, and which targets count as healthy."""
    given = it.properties
    yield Row(label="sends to", value=f"{shown(given.get('protocol'))} :{shown(given.get('port'))}")
    health = mapping(given.get("healthCheck"))
    if health:
        wanted = f"{shown(health.get('path') or '/')} is {shown(health.get('matcher') or '200')}"
        yield Row(label="healthy if", value=wanted)
    if given.get("deregistrationDelay") is not None:
        yield Row(label="drains", value=f"{shown(given['deregistrationDelay'])} s")


def firewall(_: Stack, it: Resource) -> Iterator[Row]:
    """Its rules, in the order in which they are asked."""
    for number, one in enumerate(_blocks(blocks(it.properties.get("rules"))), 1):
        yield Row(label=f"rule {number}", value=shown(one.get("name")))


def _blocks(found: tuple[Mapping[str, Value], ...] | Unreadable) -> tuple[Mapping[str, Value], ...]:
    return () if isinstance(found, Unreadable) else found


FACTS = {
    kinds.LOAD_BALANCER: load_balancer,
    kinds.LISTENER: listener,
    kinds.LISTENER_RULE: rule,
    kinds.TARGET_GROUP: target_group,
    kinds.WEB_ACL: firewall,
}


def listener_title(it: Resource) -> str:
    """A listener by what it listens on."""
    return f"listener {shown(it.properties.get('protocol') or 'HTTP')} :{shown(it.properties.get('port'))}"
