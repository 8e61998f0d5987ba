"""Rules about how wide a policy document is: no star where AWS allows something narrower."""

from collections.abc import Iterator

from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.actions import (
    expand,
    is_every_action,
    is_every_resource,
    listed,
    of_every_service,
)
from ecs_policies.reading.allowed import HOLDERS, allowed, is_starred
from ecs_policies.reading.conditions import chooses_resources
from ecs_policies.reading.documents import Statement
from ecs_policies.reading.patterns import has_wildcard
from ecs_policies.reading.powers import power


def everything_allowed(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Statements that allow every action on every resource."""
    for it in allowed(resource):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        if _is_everything(statement):
            message = "it allows every action on every resource"
            yield Problem(resource=resource, path=path, message=message)


def _is_everything(statement: Statement) -> bool:
    actions = any(map(is_every_action, statement.actions))
    return actions and any(map(is_every_resource, statement.resources)) and not chooses_resources(statement)


def star_actions(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Wildcards in what an Allow statement lets be called, unless it allows everything."""
    for it in allowed(resource):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        if statement.not_actions:
            message = "Allow with NotAction grants every action but those listed"
            yield Problem(resource=resource, path=f"{path}.NotAction", message=message)
        for action in statement.actions:
            if has_wildcard(action) and not _is_everything(statement):
                yield Problem(resource=resource, path=f"{path}.Action[{action}]", message=_grants(action))


def _grants(pattern: str) -> str:
    if of_every_service(pattern):
        return f'"{pattern}" grants actions of every service'
    actions = expand(pattern)
    if not actions:
        return f'"{pattern}" matches no action that AWS documents, and will grant whatever AWS adds'
    number = f"{len(actions)} action{'' if len(actions) == 1 else 's'}"
    return f'"{pattern}" grants {number} ({listed(actions)}) and whatever AWS adds'


def star_resources(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Resources of "every name" for an action that AWS lets be limited to some.

    Actions that have a rule of their own for this (`reading.powers`) are left to it.
    """
    for it in allowed(resource):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        if statement.not_resources:
            message = "Allow with NotResource grants every resource but those listed"
            yield Problem(resource=resource, path=f"{path}.NotResource", message=message)
        if chooses_resources(statement) or _is_everything(statement):
            continue
        for pattern in filter(has_wildcard, statement.resources):
            yield from _stars(resource, f"{path}.Resource[{pattern}]", statement, pattern)


def _stars(resource: Resource, path: str, statement: Statement, pattern: str) -> Iterator[Problem]:
    if statement.not_actions or any(map(of_every_service, statement.actions)):
        message = f'"{pattern}" is every resource for actions of every service'
        yield Problem(resource=resource, path=path, message=message)
        return
    starred: list[str] = []
    for action in statement.actions:
        actions = expand(action)
        if not actions:
            message = f"whether {action} can be limited to a resource: AWS documents no such action"
            yield Problem(resource=resource, path=path, message=message, unverifiable=True)
        starred.extend(it for it in actions if power(it) is None and is_starred(it, pattern))
    if starred:
        message = f'"{pattern}" is every resource for {listed(starred)}, which AWS lets be limited to some'
        yield Problem(resource=resource, path=path, message=message)


EVERYTHING_ALLOWED = Rule(
    id="iam.admin",
    title="No policy allows everything",
    severity=Severity.CRITICAL,
    why="Whoever takes over what has it owns the account, its logs and its backups.",
    fix="List the actions that are needed in Action, and the ARNs that they are for in Resource.",
    mappings=("AWS Security Hub FSBP IAM.1", "CIS AWS Foundations 1.4.0 1.16"),
    types=HOLDERS,
    resource=everything_allowed,
)

STAR_ACTION = Rule(
    id="iam.star-action",
    title="A policy names the actions it allows",
    severity=Severity.HIGH,
    why="A wildcard grants more than the task at hand needs, and grows whenever AWS adds an action.",
    fix="List the actions one by one in Action.",
    mappings=("AWS Security Hub FSBP IAM.21",),
    types=HOLDERS,
    resource=star_actions,
)

STAR_RESOURCE = Rule(
    id="iam.star-resource",
    title="A policy names the resources it allows, where AWS lets it",
    severity=Severity.HIGH,
    why="With every resource allowed, whoever takes the role over reaches all of them in the account.",
    fix="Name ARNs in Resource, or pick resources by a condition on their tags or aliases.",
    types=HOLDERS,
    resource=star_resources,
)

RULES = (EVERYTHING_ALLOWED, STAR_ACTION, STAR_RESOURCE)
