"""Rules about what limits a role or user: its permissions boundary, and how large its documents may be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecs_policies import kinds
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Unknown, Value
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.roles import identity_documents
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, has_unknown, text, word

_BOUNDARY = "permissionsBoundary"


def permissions_boundary(stack: Stack, options: Options) -> Iterator[Problem]:
    """Roles and users without the boundary that the pack's config asks for, or with another."""
    if not options.boundary_arn:
        return
    wanted = stack.named(options.boundary_arn, (kinds.POLICY,))
    for holder in stack.of_type(kinds.ROLE, kinds.USER):
        value = holder.properties.get(_BOUNDARY)
        if isinstance(value, Unknown):
            yield from _unknown_boundary(stack, holder, wanted, options)
            continue
        found = word(value)
        if isinstance(found, Unreadable):
            yield unverifiable(holder, _BOUNDARY, found)
        elif found != options.boundary_arn:
            message = f"its boundary is {found or 'not set'}, and has to be {options.boundary_arn}"
            yield Problem(resource=holder, path=_BOUNDARY, message=message)


def _unknown_boundary(
    stack: Stack, holder: Resource, wanted: list[Resource], options: Options
) -> Iterator[Problem]:
    """What a boundary that is a policy of the stack's own is called tells whether it's the one."""
    policies = resolve(stack, holder, _BOUNDARY, (kinds.POLICY,)).found
    others = [it for it in policies if it not in wanted]
    if not policies or any(text(it.properties.get("name")) is None for it in others):
        reason = f"whether its boundary is {options.boundary_arn}: {IS_UNKNOWN}"
        yield unverifiable(holder, _BOUNDARY, Unreadable(reason))
    elif others:
        message = f"its boundary is the policy {others[0].name}, and has to be {options.boundary_arn}"
        yield Problem(resource=holder, path=_BOUNDARY, message=message)


# Characters, whitespace not counted. IAM User Guide, "IAM and AWS STS quotas"; of a trust policy it's the
# default quota.
_MANAGED = 6_144
_TRUST = 2_048
# All inline policies together, by the kind of resource that they are put on.
_INLINE = {kinds.ROLE: 10_240, kinds.USER: 2_048, kinds.USER_GROUP: 5_120}
# What puts an inline policy on a role, user or group: the property that names it, and its kind.
_INLINE_POLICIES = {
    kinds.ROLE_POLICY: ("role", kinds.ROLE),
    kinds.USER_POLICY: ("user", kinds.USER),
    kinds.GROUP_POLICY: ("group", kinds.USER_GROUP),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inline:
    """An inline policy of so many characters, and where in the program it is written."""

    resource: Resource
    path: str
    size: int


def document_size(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Documents that IAM will refuse for their length."""
    for policy in stack.of_type(kinds.POLICY):
        yield from _at_most(policy, "policy", policy.properties.get("policy"), _MANAGED)
    for role in stack.of_type(kinds.ROLE):
        yield from _at_most(role, "assumeRolePolicy", role.properties.get("assumeRolePolicy"), _TRUST)
    together: dict[tuple[str, str], list[_Inline]] = {}
    for holder, owners, kind in _inline_holders(stack):
        if owners.lost:
            yield unverifiable(
                holder, _INLINE_POLICIES[holder.kind][0], Unreadable("whose it is can't be told")
            )
        for path, document in identity_documents(holder):
            size = _size(document)
            if isinstance(size, Unreadable):
                yield unverifiable(holder, path, size)
                continue
            for owner in owners.keys:
                inline = _Inline(resource=holder, path=path, size=size)
                together.setdefault((kind, owner), []).append(inline)
    yield from _too_large_together(stack, together)


def _inline_holders(stack: Stack) -> Iterator[tuple[Resource, References, str]]:
    """Each resource with inline policies, whose they are, and of which kind that is."""
    for role in stack.of_type(kinds.ROLE):
        yield role, References(found=(role,)), kinds.ROLE
    for holder in stack.of_type(*_INLINE_POLICIES):
        name, kind = _INLINE_POLICIES[holder.kind]
        yield holder, resolve(stack, holder, name, (kind,)), kind


def _too_large_together(stack: Stack, together: Mapping[tuple[str, str], list[_Inline]]) -> Iterator[Problem]:
    """A problem at the largest of the policies that are too large together."""
    for (kind, owner), inline in together.items():
        size, limit = sum(it.size for it in inline), _INLINE[kind]
        if size > limit:
            largest = max(inline, key=lambda it: it.size)
            resource = stack.by_urn(owner)
            name = resource.name if resource else owner
            message = f"the inline policies of {name} have {size:,} characters, and IAM takes {limit:,}"
            yield Problem(resource=largest.resource, path=largest.path, message=message)


def _at_most(resource: Resource, path: str, document: Value, limit: int) -> Iterator[Problem]:
    size = _size(document)
    if isinstance(size, Unreadable):
        yield unverifiable(resource, path, size)
    elif size > limit:
        message = f"it has {size:,} characters, and IAM takes {limit:,}"
        yield Problem(resource=resource, path=path, message=message)


def _size(document: Value) -> int | Unreadable:
    """Characters that IAM counts; of a document that isn't set, other rules tell."""
    if document is None:
        return 0
    if has_unknown(document):
        return Unreadable(IS_UNKNOWN)
    if isinstance(document, Mapping):
        document = json.dumps(document, separators=(",", ":"))
    return len("".join(document.split())) if isinstance(document, str) else Unreadable("it isn't a document")


PERMISSIONS_BOUNDARY = Rule(
    id="iam.permissions-boundary",
    title="Roles and users have the boundary that the organization demands",
    severity=Severity.HIGH,
    why="Without it, a policy that is too wide is limited by nothing.",
    fix="Set permissions_boundary of aws.iam.Role and aws.iam.User to the ARN in the option boundary_arn.",
    options=("boundary_arn",),
    stack=permissions_boundary,
)

DOCUMENT_SIZE = Rule(
    id="iam.document-size",
    title="A document is within IAM's limits",
    severity=Severity.MEDIUM,
    why="IAM refuses a longer one in the middle of a deployment.",
    fix="Merge statements with the same resources, or move some into a policy of their own (aws.iam.Policy); "
    "the quota of trust policies can be raised.",
    stack=document_size,
)

RULES = (PERMISSIONS_BOUNDARY, DOCUMENT_SIZE)
