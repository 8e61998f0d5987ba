"""Rules about who reaches a load balancer."""

from collections.abc import Iterator

from ecs_policies.kinds import LOAD_BALANCER, REGIONAL_WEB_ACL_ASSOCIATION, WEB_ACL_ASSOCIATION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.load_balancing import authenticates, is_application, is_public
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, block, word

_TAG = "PublicAccess"


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
    authenticating = authenticates(stack, balancer)
    if authenticating is True:
        return
    if isinstance(reason, Unreadable):
        yield unverifiable(balancer, f"tags[{_TAG}]", reason)
    elif isinstance(authenticating, Unreadable):
        yield unverifiable(balancer, f"tags[{_TAG}]", authenticating)
    else:
        message = f"the internet comes in, no listener asks who it is, and no tag {_TAG} says why"
        yield Problem(resource=balancer, path=f"tags[{_TAG}]", message=message)


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

RULES = (PUBLIC_WITHOUT_AUTHENTICATION, FIREWALL)
