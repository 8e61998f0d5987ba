"""Whether ECS can take a role over for its tasks.

Amazon ECS Developer Guide, "Amazon ECS task IAM role" and "Amazon ECS task execution IAM role".
"""

from collections.abc import Iterator

from ecs_policies.model import Problem, Resource
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.permissions import acts, listed
from ecs_policies.reading.roles import role_name
from ecs_policies.reading.values import Unreadable

_TRUST, _ASSUME = "assumeRolePolicy", "sts:AssumeRole"
_TASKS = (("service", "ecs-tasks.amazonaws.com"), ("service", "ecs-tasks.amazonaws.com.cn"))


def kept_out(role: Resource, which: str) -> Iterator[Problem]:
    """The problem, if any, that ECS can't take the role over; `which` says what it is to the tasks."""
    content = read(role.properties.get(_TRUST), of_resource=True)
    if isinstance(content, Unreadable):
        yield unverifiable(role, _TRUST, content)
    elif not any(it.allow and _lets_tasks_in(it) for it in content):
        trusted = listed(name for it in content if it.allow for _, name in it.principals) or "nobody"
        message = f"ECS can't take over the {which} {role_name(role)}, which trusts {trusted}"
        yield Problem(resource=role, path=_TRUST, message=message)


def _lets_tasks_in(statement: Statement) -> bool:
    named = any(name == "*" or (kind, name) in _TASKS for kind, name in statement.principals)
    return acts(statement, _ASSUME) and (named or statement.not_principals)
