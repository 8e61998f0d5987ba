"""What the identity-based documents that one resource holds allow, and how wide."""

from collections.abc import Iterator
from typing import Final

from ecs_policies.kinds import GROUP_POLICY, POLICY, ROLE, ROLE_POLICY, USER_POLICY
from ecs_policies.model import Problem, Resource
from ecs_policies.reading.actions import expand, is_star, resource_kinds
from ecs_policies.reading.conditions import chooses_resources
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.roles import identity_documents
from ecs_policies.reading.values import Unreadable

HOLDERS: Final = frozenset({ROLE, ROLE_POLICY, POLICY, USER_POLICY, GROUP_POLICY})
"""The kinds of resource that hold such documents."""


def documents(resource: Resource) -> Iterator[tuple[str, tuple[Statement, ...]] | Problem]:
    """Each document that the resource holds, with its path; or the problem that it can't be read."""
    for path, document in identity_documents(resource):
        content = read(document)
        yield unverifiable(resource, path, content) if isinstance(content, Unreadable) else (path, content)


def allowed(resource: Resource) -> Iterator[tuple[str, Statement] | Problem]:
    """Each Allow statement with its path, or the problem that a document can't be read."""
    for it in documents(resource):
        if isinstance(it, Problem):
            yield it
            continue
        path, content = it
        for statement in content:
            if statement.allow:
                yield f"{path}.{statement.path}", statement


def starred(statement: Statement, pattern: str) -> tuple[str, ...]:
    """The actions of a pattern that the statement allows on every resource though AWS lets them be limited.

    None if a condition picks the resources. A pattern of every service isn't expanded.
    """
    if chooses_resources(statement):
        return ()
    return tuple(it for it in expand(pattern) if any(is_starred(it, one) for one in statement.resources))


def is_starred(action: str, resource: str) -> bool:
    """Whether a resource pattern stands for every resource of a kind that the action can be limited to."""
    return any(is_star(resource, kind) for kind in resource_kinds(action))
