"""Which roles of a stack a role gets hold of: by passing them to a service, or by taking them over.

IAM User Guide, "Grant a user permissions to pass a role to an AWS service", "Roles terms and concepts" (role
chaining).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecs_policies.kinds import ROLE
from ecs_policies.model import Resource, Stack
from ecs_policies.reading.actions import matches
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.patterns import arn_covers, arn_overlap, has_wildcard
from ecs_policies.reading.permissions import Grant, Permissions, listed
from ecs_policies.reading.roles import Roles
from ecs_policies.reading.values import Unreadable, text

_PASS, _ASSUME = "iam:PassRole", "sts:AssumeRole"
_ANY_ROLE = "arn:*:iam::*:role/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A role that is reached, the roles on the way to it, and the grant of the first step."""

    grant: Grant
    way: tuple[Resource, ...]

    @property
    def end(self) -> Resource:
        """The role that is reached."""
        return self.way[-1]


class Chains:
    """What each role of a stack may pass or assume."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._roles = stack.once(Roles)
        self._steps: dict[str, Sequence[tuple[Grant, Resource]]] = {}

    def of(self, role: Resource) -> Iterator[Chain]:
        """Each other role that this one gets hold of, by the shortest way.

        What an administrator may do is left out: it is everything anyway.
        """
        seen = {role.urn}
        pending = [Chain(grant=grant, way=(to,)) for grant, to in self._next(role)]
        while pending:
            here = pending.pop(0)
            if here.end.urn in seen:
                continue
            seen.add(here.end.urn)
            yield here
            pending.extend(Chain(grant=here.grant, way=(*here.way, to)) for _, to in self._next(here.end))

    def outside(self, role: Resource) -> Iterator[tuple[Grant, str]]:
        """Each role that it may pass or assume by its ARN, and that no resource of the stack is."""
        permissions = self._roles.permissions(role)
        named = {
            (grant.source.urn, grant.path, pattern): (grant, pattern)
            for action in (_PASS, _ASSUME)
            for grant, pattern in permissions.patterns(action, _ANY_ROLE)
            if not has_wildcard(pattern) and not self._matching(pattern)
        }
        yield from named.values()

    def _next(self, role: Resource) -> Sequence[tuple[Grant, Resource]]:
        if role.urn not in self._steps:
            self._steps[role.urn] = tuple(self._found(role))
        return self._steps[role.urn]

    def _found(self, role: Resource) -> Iterator[tuple[Grant, Resource]]:
        permissions = self._roles.permissions(role)
        for action in (_PASS, _ASSUME):
            for grant, pattern in permissions.patterns(action, _ANY_ROLE):
                for it in () if grant.everything else self._matching(pattern):
                    if action == _PASS or self._lets_in(it, role):
                        yield grant, it

    def _matching(self, pattern: str) -> Sequence[Resource]:
        wild = has_wildcard(pattern)
        roles = self._stack.of_type(ROLE) if wild else self._stack.named(pattern, (ROLE,))
        return [it for it in roles if arn_overlap(pattern, _arn(it))]

    def _lets_in(self, role: Resource, caller: Resource) -> bool:
        """Whether a role's trust lets the caller take it over; one that can't be read may."""
        trust = read(role.properties.get("assumeRolePolicy"), of_resource=True)
        return isinstance(trust, Unreadable) or any(self._names(it, caller) for it in trust if it.allow)

    def _names(self, statement: Statement, caller: Resource) -> bool:
        if statement.not_principals:
            return True
        names = [name for kind, name in statement.principals if kind in ("*", "aws")]
        whole_account = any(it == "*" or it.endswith(":root") or it.isdigit() for it in names)
        return whole_account or any(caller in self._stack.named(it, (ROLE,)) for it in names)


def _arn(role: Resource) -> str:
    """A role's ARN as far as it is known, with wildcards in place of the rest."""
    known = [it for it in (text(role.properties.get("arn")), *role.identity) if it and it.startswith("arn:")]
    path = text(role.properties.get("path")) or "/"
    name = text(role.properties.get("name")) or "*"
    return known[0] if known else f"arn:*:iam::*:role{path}{name}"


def more(permissions: Permissions, than: Permissions) -> str | None:
    """A part of what a role may do and another may not, in words; None if there is none.

    A Deny of the first isn't taken off: it seldom leaves nothing. Of AWS-managed policies, whose statements
    are known in part only, a role that lacks one is taken to lack what it allows.
    """
    if any(than.everything()):
        return None
    own = {it.policy.name for it in than.managed}
    beyond = [it.policy.name for it in permissions.managed if it.policy.name not in own]
    for grant in permissions.grants:
        if grant.statement.allow and not grant.of_aws and not _is_within(grant.statement, than):
            it = grant.statement
            actions = listed(it.actions) or f"all but {listed(it.not_actions)}"
            resources = listed(it.resources) or f"all but {listed(it.not_resources)}"
            beyond.append(f"{actions} on {resources}")
    return beyond[0] if beyond else None


def _is_within(statement: Statement, permissions: Permissions) -> bool:
    """Whether a role with these permissions may do all that a statement allows."""
    if statement.not_actions or statement.not_resources:
        return False
    return all(
        any(_allows(it.statement, action, resource) for it in permissions.grants)
        for action in statement.actions
        for resource in statement.resources
    )


def _allows(statement: Statement, action: str, resource: str) -> bool:
    if not statement.allow or statement.conditions:
        return False
    acting = any(matches(it, action) for it in statement.actions)
    return acting and any(arn_covers(it, resource) for it in statement.resources)
