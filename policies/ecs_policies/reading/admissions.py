"""Whom of a stack's roles the policies of resources let in (a repository's, a secret's)."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecs_policies.kinds import PARAMETER, ROLE, SECRET, SECRET_POLICY
from ecs_policies.model import Problem, Resource, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.needs import Read
from ecs_policies.reading.patterns import arn_overlap
from ecs_policies.reading.permissions import acts
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import Unreadable, text

_KEPT_IN = {"secretsmanager": SECRET, "ssm": PARAMETER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """An Allow statement of a resource's own policy, and where it is written."""

    statement: Statement
    source: Resource
    path: str
    named: frozenset[str]
    """The URNs of the stack's roles that it names."""
    everyone: bool
    """Whether it names everyone, or all but some."""

    def admits(self, role: Resource, actions: Iterable[str]) -> bool:
        """Whether it lets the role call one of the actions."""
        return (self.everyone or role.urn in self.named) and any(acts(self.statement, it) for it in actions)


def admissions(stack: Stack, policies: Iterable[Resource]) -> Generator[Problem, None, tuple[Admission, ...]]:
    """What the property `policy` of these resources lets in; yields the problem that one can't be read."""
    found: list[Admission] = []
    for it in policies:
        content = read(it.properties.get("policy"), of_resource=True)
        if isinstance(content, Unreadable):
            yield unverifiable(it, "policy", content)
            continue
        found.extend(_admission(stack, it, statement) for statement in content if statement.allow)
    return tuple(found)


def _admission(stack: Stack, source: Resource, statement: Statement) -> Admission:
    principals = [value for kind, value in statement.principals if kind in ("*", "aws")]
    return Admission(
        statement=statement,
        source=source,
        path=f"policy.{statement.path}",
        named=frozenset(role.urn for it in principals for role in stack.named(it, (ROLE,))),
        everyone=statement.not_principals or "*" in principals,
    )


def by_secret(stack: Stack) -> Generator[Problem, None, Mapping[str, list[Admission]]]:
    """What the secrets' own policies let in, by the secret's URN or ARN."""
    policies = [
        *stack.of_type(SECRET_POLICY),
        *(it for it in stack.of_type(SECRET) if it.properties.get("policy") is not None),
    ]
    found: dict[str, list[Admission]] = {}
    for it in (yield from admissions(stack, policies)):
        source = it.source
        keys = {source.urn} if source.kind == SECRET else resolve(stack, source, "secretArn", (SECRET,)).keys
        for key in keys:
            found.setdefault(key, []).append(it)
    return found


def secret_keys(stack: Stack, needed: Read) -> Sequence[str]:
    """How `by_secret` names a secret that is needed."""
    return (needed.arn, *(it.urn for it in meant(stack, needed)))


def meant(stack: Stack, needed: Read) -> Sequence[Resource]:
    """The secrets and parameters of the stack that a task may mean."""
    kind = _KEPT_IN.get(needed.service)
    if kind is None:
        return ()
    name = needed.arn.split(":", 5)[5].removeprefix("parameter/").removeprefix("secret:")
    spellings = (needed.arn, name, f"/{name}")
    found = {it.urn: it for key in spellings for it in stack.named(key, (kind,))}
    return [it for it in found.values() if _may_be(it, needed, spellings)]


def _may_be(resource: Resource, needed: Read, spellings: Sequence[str]) -> bool:
    """By its ARN, where that is known, as many names end alike ("/web/key", "/api/key")."""
    known = [it for it in (*resource.identity, text(resource.properties.get("arn"))) if it]
    arns = [it for it in known if it.startswith("arn:")]
    if arns:
        return any(arn_overlap(it, arn) for it in arns for arn in needed.reach)
    return text(resource.properties.get("name")) in spellings
