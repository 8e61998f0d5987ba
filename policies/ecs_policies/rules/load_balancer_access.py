"""Rules about who reaches a load balancer, and whom it reaches."""

from collections.abc import Iterator

from ecs_policies.kinds import (
    LISTENER,
    LOAD_BALANCER,
    REGIONAL_WEB_ACL_ASSOCIATION,
    SERVICE,
    WEB_ACL_ASSOCIATION,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.load_balancing import (
    Listeners,
    Targets,
    actions,
    actions_of,
    is_application,
    is_public,
)
from ecs_policies.reading.references import resolve
from ecs_policies.reading.security_groups import GroupRule, Peer, PeerKind, Ports, SecurityGroups
from ecs_policies.reading.services import security_groups
from ecs_policies.reading.settings import word_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, block, text, word

_TAG = "PublicAccess"
_AUTHENTICATING = ("authenticate-cognito", "authenticate-oidc", "jwt-validation")
_HTTPS = Ports(first=443, last=443)


def public_without_authentication(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Load balancers that let anyone of the internet in, without a tag that says why.

    Whether the application asks who comes can't be seen; the tag is where somebody answers for it.
    """
    for balancer in filter(is_application, stack.of_type(LOAD_BALANCER)):
        if is_public(balancer):
            yield from _is_acknowledged(stack, balancer)


def _is_acknowledged(stack: Stack, balancer: Resource) -> Iterator[Problem]:
    tags = block(balancer.properties.get("tags"))
    reason = tags if isinstance(tags, Unreadable) else word(tags.get(_TAG))
    if not isinstance(reason, Unreadable) and reason.strip():
        return
    authenticates = _authenticates(stack, balancer)
    if authenticates is True:
        return
    if isinstance(reason, Unreadable):
        yield unverifiable(balancer, f"tags[{_TAG}]", reason)
    elif isinstance(authenticates, Unreadable):
        yield unverifiable(balancer, f"tags[{_TAG}]", authenticates)
    else:
        message = f"the internet comes in, no listener asks who it is, and no tag {_TAG} says why"
        yield Problem(resource=balancer, path=f"tags[{_TAG}]", message=message)


def _authenticates(stack: Stack, balancer: Resource) -> bool | Unreadable:
    """Whether a listener or a rule authenticates: by OpenID Connect, Cognito, a JWT or a certificate."""
    listeners = stack.once(Listeners)
    unread = Unreadable(f"which listeners it has: {IS_UNKNOWN}") if listeners.astray else None
    for it in listeners.of(balancer):
        kinds = _kinds_of_action(it)
        if any(found in _AUTHENTICATING for found in kinds) or _asks_for_certificate(it):
            return True
        if any(isinstance(found, Unreadable) for found in kinds):
            unread = Unreadable(f"whether {it.name} authenticates in {actions_of(it)}: it can't be read")
    return unread or False


def _kinds_of_action(holder: Resource) -> list[str | Unreadable]:
    found = actions(holder)
    return [found] if isinstance(found, Unreadable) else [word(it.get("type")) for it in found]


def _asks_for_certificate(holder: Resource) -> bool:
    return holder.kind == LISTENER and word_at(holder, "mutualAuthentication.mode") == "verify"


def firewall(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Application Load Balancers that face the internet with no web ACL before them."""
    named = [
        resolve(stack, it, "resourceArn", (LOAD_BALANCER,))
        for it in stack.of_type(WEB_ACL_ASSOCIATION, REGIONAL_WEB_ACL_ASSOCIATION)
    ]
    guarded = {it.urn for references in named for it in references.found}
    astray = any(it.lost for it in named)
    for balancer in filter(is_application, stack.of_type(LOAD_BALANCER)):
        if balancer.urn in guarded or not is_public(balancer):
            continue
        if astray:
            reason = Unreadable(f"which load balancer a web ACL is before: {IS_UNKNOWN}")
            yield unverifiable(balancer, "webAcl", reason)
        else:
            message = "no web ACL is associated with it, and it faces the internet"
            yield Problem(resource=balancer, path="webAcl", message=message)


def egress(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Egress of load balancers that serve ECS services, to other places than these services' tasks."""
    groups = stack.once(SecurityGroups)
    tasks = frozenset(key for it in stack.of_type(SERVICE) for key in security_groups(stack, it))
    judged: dict[str, Resource] = {}
    for balancer in stack.of_type(LOAD_BALANCER):
        if _serves_tasks(stack, balancer):
            named = groups.named(balancer, "securityGroups")
            judged.update((key, balancer) for key in groups.keys(named))
            if named.lost:
                reason = Unreadable(f"which groups it has: {IS_UNKNOWN}")
                yield unverifiable(balancer, "securityGroups", reason)
    for key, balancer in judged.items():
        yield from _of_group(stack, key, balancer, tasks)
    if judged:
        yield from groups.astray(ingress=False)


def _serves_tasks(stack: Stack, balancer: Resource) -> bool:
    """Whether services of the stack stand behind it, and nothing but them."""
    targets = stack.once(Targets)
    groups = targets.groups(balancer)
    return bool(groups) and all(targets.services(it) for it in groups)


def _of_group(stack: Stack, key: str, balancer: Resource, tasks: frozenset[str]) -> Iterator[Problem]:
    if stack.by_urn(key) is None:
        reason = Unreadable(f"the rules of {key}, which isn't part of the stack")
        yield unverifiable(balancer, "securityGroups", reason)
    for rule in stack.once(SecurityGroups).rules(key, ingress=False):
        if isinstance(rule, Problem):
            yield rule
        elif not _asks_elsewhere(stack, balancer, rule):
            for it in rule.peers:
                yield from _leads_to_tasks(stack, rule, it, tasks)


def _asks_elsewhere(stack: Stack, balancer: Resource, rule: GroupRule) -> bool:
    """Whether it's the way to an identity provider, which a load balancer that authenticates calls by HTTPS.

    User Guide for Application Load Balancers, "Authenticate users using an Application Load Balancer".
    """
    return rule.ports == _HTTPS and _authenticates(stack, balancer) is True


def _leads_to_tasks(stack: Stack, rule: GroupRule, peer: Peer, tasks: frozenset[str]) -> Iterator[Problem]:
    if peer.kind is not PeerKind.GROUP:
        shown = text(peer.value) or peer.kind.value
        message = f"the load balancer reaches {shown}, not its tasks' security group alone"
        yield Problem(resource=rule.resource, path=peer.path, message=message)
        return
    groups = stack.once(SecurityGroups)
    named = groups.named(rule.resource, peer.name, peer.value)
    if named.lost:
        reason = Unreadable(f"which group the load balancer reaches: {IS_UNKNOWN}")
        yield unverifiable(rule.resource, peer.path, reason)
    for key in sorted(groups.keys(named) - tasks):
        group = stack.by_urn(key)
        message = f"the load balancer reaches {group.name if group else key}, the group of no task"
        yield Problem(resource=rule.resource, path=peer.path, message=message)


PUBLIC_WITHOUT_AUTHENTICATION = Rule(
    id="load-balancer.public-without-authentication",
    title="A public load balancer authenticates, or says why it doesn't",
    severity=Severity.MEDIUM,
    why="Anyone of the internet may talk to the application; somebody has to have meant that.",
    fix="Authenticate in the actions of a listener or rule, or give the reason: "
    'tags={"PublicAccess": "the shop is for everyone"}.',
    stack=public_without_authentication,
)

FIREWALL = Rule(
    id="load-balancer.firewall",
    title="A public Application Load Balancer has a web application firewall before it",
    severity=Severity.MEDIUM,
    why="Scanners try every public address for known holes within minutes.",
    fix="Associate a web ACL: aws.wafv2.WebAclAssociation(resource_arn=load_balancer.arn, web_acl_arn=…).",
    mappings=("AWS Security Hub NIST SP 800-53 ELB.16",),
    stack=firewall,
)

EGRESS = Rule(
    id="load-balancer.egress",
    title="A load balancer reaches its tasks only",
    severity=Severity.MEDIUM,
    why="A way from the load balancer to everything else in the network waits for a wrong target group.",
    fix="Give its security group egress to the tasks' security group alone: "
    "aws.vpc.SecurityGroupEgressRule(referenced_security_group_id=…).",
    stack=egress,
)

RULES = (PUBLIC_WITHOUT_AUTHENTICATION, FIREWALL, EGRESS)
