"""Which permissions a role ends up with, however a program writes them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecs_policies.kinds import (
    POLICY,
    POLICY_ATTACHMENT,
    ROLE,
    ROLE_ATTACHMENTS_EXCLUSIVE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
)
from ecs_policies.model import Problem, Resource, Stack, Unknown, Value
from ecs_policies.reading import managed
from ecs_policies.reading.actions import matches
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.patterns import arn_covers, arn_overlap
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, mapping, text

# Resources that attach managed policies to roles: the property that names roles, the one that names policies.
_ATTACHMENTS = {
    ROLE_POLICY_ATTACHMENT: ("role", "policyArn"),
    POLICY_ATTACHMENT: ("roles", "policyArn"),
    ROLE_ATTACHMENTS_EXCLUSIVE: ("roleName", "policyArns"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A statement that applies to a role, and where in the program it is written."""

    statement: Statement
    source: Resource
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """All of a role's identity-based statements; `unreadable` is what couldn't be read of them."""

    grants: tuple[Grant, ...]
    unreadable: tuple[Problem, ...]

    def patterns(self, action: str, kind: str) -> Iterator[tuple[Grant, str]]:
        """Each grant of the action and each resource pattern of it that reaches ARNs of that kind.

        Taken off is what an unconditional Deny covers (IAM User Guide, "Policy evaluation logic").
        A condition of an Allow, a boundary or an organization's policy isn't: what it leaves isn't known.
        """
        denials = [
            it.statement for it in self.grants if not it.statement.allow and not it.statement.conditions
        ]
        for grant in self.grants:
            if not grant.statement.allow or not _acts(grant.statement, action):
                continue
            for pattern in grant.statement.resources or ("*",):
                reach = kind if arn_covers(pattern, kind) else pattern
                if arn_overlap(pattern, kind) and not any(_denies(it, action, reach) for it in denials):
                    yield grant, pattern


def _acts(statement: Statement, action: str) -> bool:
    if statement.actions:
        return any(matches(it, action) for it in statement.actions)
    return not any(matches(it, action) for it in statement.not_actions)


def _denies(denial: Statement, action: str, reach: str) -> bool:
    if not _acts(denial, action):
        return False
    reach = _any_partition(reach)
    if denial.resources:
        return any(arn_covers(_any_partition(it), reach) for it in denial.resources)
    return not any(arn_overlap(_any_partition(it), reach) for it in denial.not_resources)


def _any_partition(pattern: str) -> str:
    """The pattern for all partitions: an account is in one only, so a Deny of that one is complete."""
    parts = pattern.split(":", 2)
    return f"arn:*:{parts[2]}" if len(parts) == 3 and parts[0] == "arn" else pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A document, or the reason why there is none to read, with the roles it applies to."""

    owners: References
    source: Resource
    path: str
    content: tuple[Statement, ...] | Unreadable


class Roles:
    """What the inline and managed policies of a stack, wherever they stand in it, say about each role."""

    def __init__(self, stack: Stack) -> None:
        by_role: dict[str, list[_Piece]] = {}
        stray: list[_Piece] = []
        for piece in _pieces(stack):
            for key in piece.owners.keys:
                by_role.setdefault(key, []).append(piece)
            if piece.owners.lost:
                stray.append(piece)
        self._by_role = by_role
        self._stray = stray

    def permissions(self, role: Resource) -> Permissions:
        """What the role may do by its identity-based policies."""
        return _gathered(self._by_role.get(role.urn, ()))

    def stray_permissions(self) -> Permissions:
        """What is attached to a role that can't be told, so that it may be anyone's."""
        return _gathered(self._stray)


def _gathered(pieces: Iterable[_Piece]) -> Permissions:
    grants: list[Grant] = []
    unreadable: list[Problem] = []
    for it in pieces:
        if isinstance(it.content, Unreadable):
            unreadable.append(unverifiable(it.source, it.path, it.content))
            continue
        grants.extend(
            Grant(statement=statement, source=it.source, path=f"{it.path}.{statement.path}")
            for statement in it.content
        )
    return Permissions(grants=tuple(grants), unreadable=tuple(unreadable))


def _pieces(stack: Stack) -> Iterator[_Piece]:
    for role in stack.of_type(ROLE):
        own = References(found=(role,))
        for path, document in identity_documents(role):
            yield _Piece(owners=own, source=role, path=path, content=read(document))
        yield from _managed_pieces(stack, own, role, "managedPolicyArns")
    for it in stack.of_type(ROLE_POLICY):
        owners = resolve(stack, it, "role", (ROLE,))
        for path, document in identity_documents(it):
            yield _Piece(owners=owners, source=it, path=path, content=read(document))
    for it in stack.of_type(*_ATTACHMENTS):
        roles, policies = _ATTACHMENTS[it.kind]
        yield from _managed_pieces(stack, resolve(stack, it, roles, (ROLE,)), it, policies)


def _managed_pieces(stack: Stack, owners: References, source: Resource, name: str) -> Iterator[_Piece]:
    policies = resolve(stack, source, name, (POLICY,))
    for it in policies.found:
        for path, document in identity_documents(it):
            yield _Piece(owners=owners, source=it, path=path, content=read(document))
    for arn in policies.outside:
        yield _Piece(owners=owners, source=source, path=name, content=managed.statements(arn))
    if policies.lost:
        reason = Unreadable("which policy it attaches isn't known before deployment")
        yield _Piece(owners=owners, source=source, path=name, content=reason)


def identity_documents(resource: Resource) -> Iterator[tuple[str, Value]]:
    """The identity-based documents that a resource holds itself, each with its property path."""
    if resource.kind != ROLE:
        yield "policy", resource.properties.get("policy")
        return
    inline = resource.properties.get("inlinePolicies")
    for index, it in enumerate(items(inline)):
        if isinstance(it, Unknown):
            yield f"inlinePolicies[{index}]", it
        elif mapping(it).get("policy") is not None:
            yield f"inlinePolicies[{index}].policy", mapping(it)["policy"]


def of_task(stack: Stack, definition: Resource, name: str) -> References:
    """The role that a task definition names in `taskRoleArn` or `executionRoleArn`."""
    return resolve(stack, definition, name, (ROLE,))


def unresolved(
    references: References, definition: Resource, name: str, accepted: frozenset[str]
) -> Iterator[Problem]:
    """A problem for each role that can't be looked into, unless the pack's config accepts its ARN."""
    if references.lost:
        yield unverifiable(definition, name, Unreadable(f"which role it is: {IS_UNKNOWN}"))
    for arn in references.outside:
        if arn not in accepted:
            message = (
                f"the role {arn} isn't part of the stack; list it in outside_roles if it's judged elsewhere"
            )
            yield Problem(resource=definition, path=name, message=message, unverifiable=True)


def role_name(role: Resource) -> str:
    """The role's physical name where the program sets one, else its logical name."""
    return text(role.properties.get("name")) or role.name
