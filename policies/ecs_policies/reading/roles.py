"""Which permissions a role ends up with, however a program writes them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ecs_policies.kinds import (
    POLICY,
    POLICY_ATTACHMENT,
    ROLE,
    ROLE_ATTACHMENTS_EXCLUSIVE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
)
from ecs_policies.model import Problem, Resource, Stack, Value, arn_tail
from ecs_policies.reading import managed
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import read
from ecs_policies.reading.managed import ManagedPolicy
from ecs_policies.reading.permissions import Grant, Managed, Permissions
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, text

# Resources that attach managed policies to roles: the property that names roles, the one that names policies.
_ATTACHMENTS = {
    ROLE_POLICY_ATTACHMENT: ("role", "policyArn"),
    POLICY_ATTACHMENT: ("roles", "policyArn"),
    ROLE_ATTACHMENTS_EXCLUSIVE: ("roleName", "policyArns"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What one place of the program says, with the roles it applies to: a document (in the stack, or an AWS
    policy's), or the reason why there is none to read."""

    owners: References
    source: Resource
    path: str
    content: Value | ManagedPolicy | Unreadable
    by: tuple[Resource, str]
    """The resource and property that name the roles."""


class Roles:
    """What the inline and managed policies of a stack, wherever they stand in it, say about each role.

    `rolePoliciesExclusive` only lists the names of policies that stand elsewhere, and adds none.
    """

    def __init__(self, stack: Stack) -> None:
        by_role: dict[str, list[_Piece]] = {}
        outside: dict[str, list[_Piece]] = {}
        self._stray: list[_Piece] = []
        for piece in _pieces(stack):
            for role in piece.owners.found:
                by_role.setdefault(role.urn, []).append(piece)
            for name in piece.owners.outside:
                outside.setdefault(arn_tail(name), []).append(piece)
            if piece.owners.lost:
                self._stray.append(piece)
        self._by_role = by_role
        self._outside = outside
        self._read: dict[str, Permissions] = {}

    def permissions(self, role: Resource) -> Permissions:
        """What the role may do by its identity-based policies."""
        if role.urn not in self._read:
            self._read[role.urn] = _gathered(self._by_role.get(role.urn, ()))
        return self._read[role.urn]

    @cached_property
    def outside(self) -> Mapping[str, Permissions]:
        """What the stack lets roles do that it doesn't make itself, by the role's name."""
        return {name: _gathered(pieces) for name, pieces in self._outside.items()}

    @cached_property
    def stray(self) -> Permissions:
        """What is attached to a role that can't be told, so that it may be anyone's."""
        found = _gathered(self._stray)
        reason = Unreadable(f"which role it is: {IS_UNKNOWN}")
        lost = {it.by[0].urn: unverifiable(*it.by, reason) for it in self._stray}
        return Permissions(
            grants=found.grants, managed=found.managed, unreadable=(*lost.values(), *found.unreadable)
        )


def _gathered(pieces: Iterable[_Piece]) -> Permissions:
    grants: list[Grant] = []
    from_aws: list[Managed] = []
    unreadable: list[Problem] = []
    for it in pieces:
        content = it.content if isinstance(it.content, (ManagedPolicy, Unreadable)) else read(it.content)
        if isinstance(content, Unreadable):
            unreadable.append(unverifiable(it.source, it.path, content))
            continue
        of_aws = isinstance(content, ManagedPolicy)
        if of_aws:
            from_aws.append(Managed(policy=content, source=it.source, path=it.path))
        grants.extend(
            Grant(statement=one, source=it.source, path=f"{it.path}.{one.path}", of_aws=of_aws)
            for one in (content.statements if of_aws else content)
        )
    return Permissions(grants=tuple(grants), managed=tuple(from_aws), unreadable=tuple(unreadable))


def _pieces(stack: Stack) -> Iterator[_Piece]:
    for role in stack.of_type(ROLE):
        own = References(found=(role,))
        for path, document in identity_documents(role):
            yield _Piece(owners=own, source=role, path=path, content=document, by=(role, path))
        yield from _managed_pieces(stack, own, (role, "managedPolicyArns"), (role, "managedPolicyArns"))
    for it in stack.of_type(ROLE_POLICY):
        owners = resolve(stack, it, "role", (ROLE,))
        for path, document in identity_documents(it):
            yield _Piece(owners=owners, source=it, path=path, content=document, by=(it, "role"))
    for it in stack.of_type(*_ATTACHMENTS):
        roles, policies = _ATTACHMENTS[it.kind]
        owners = resolve(stack, it, roles, (ROLE,))
        yield from _managed_pieces(stack, owners, (it, policies), (it, roles))


def _managed_pieces(
    stack: Stack, owners: References, place: tuple[Resource, str], by: tuple[Resource, str]
) -> Iterator[_Piece]:
    source, name = place
    policies = resolve(stack, source, name, (POLICY,))
    for it in policies.found:
        for path, document in identity_documents(it):
            yield _Piece(owners=owners, source=it, path=path, content=document, by=by)
    for arn in policies.outside:
        path = f"{name}[{arn_tail(arn).rpartition('/')[2]}]" if name.endswith("s") else name
        yield _Piece(owners=owners, source=source, path=path, content=managed.policy(arn), by=by)
    if policies.lost:
        reason = Unreadable("which policy it attaches isn't known before deployment")
        yield _Piece(owners=owners, source=source, path=name, content=reason, by=by)


def identity_documents(resource: Resource) -> Iterator[tuple[str, Value]]:
    """The identity-based documents that a resource holds itself, each with its property path."""
    if resource.kind != ROLE:
        yield "policy", resource.properties.get("policy")
        return
    inline = resource.properties.get("inlinePolicies")
    for index, it in enumerate(items(inline)):
        if not isinstance(it, Mapping):
            yield f"inlinePolicies[{index}]", it
        elif it.get("policy") is not None:
            yield f"inlinePolicies[{index}].policy", it["policy"]


def role_name(role: Resource) -> str:
    """The role's physical name where the program sets one, else its logical name."""
    return text(role.properties.get("name")) or role.name
