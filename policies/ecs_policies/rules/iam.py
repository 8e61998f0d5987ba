"""Rules about single policy documents: no star where AWS allows something narrower."""

from collections.abc import Iterator

from ecs_policies.kinds import (
    GROUP_POLICY,
    POLICY,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    USER_POLICY,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading import managed
from ecs_policies.reading.actions import expand, is_star, of_every_service, resource_kinds
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Condition, Statement, read
from ecs_policies.reading.patterns import has_wildcard
from ecs_policies.reading.roles import identity_documents
from ecs_policies.reading.values import Unreadable, items, text

_DOCUMENTS = frozenset({ROLE, ROLE_POLICY, POLICY, USER_POLICY, GROUP_POLICY})

# Condition keys that choose which resources of a kind are meant, so that a wildcard in the ARN isn't a star.
_NARROWING_KEYS = ("kms:resourcealiases", "kms:requestalias", "ecs:cluster")
_NARROWING_OPERATORS = ("stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike")

_SHOWN = 5


def _documents(resource: Resource) -> Iterator[tuple[str, tuple[Statement, ...] | Unreadable]]:
    for path, document in identity_documents(resource):
        yield path, read(document)


def _allowed(resource: Resource) -> Iterator[tuple[str, Statement] | Problem]:
    """Each Allow statement with its path, or the problem that a document can't be read."""
    for path, content in _documents(resource):
        if isinstance(content, Unreadable):
            yield unverifiable(resource, path, content)
            continue
        for statement in content:
            if statement.allow:
                yield f"{path}.{statement.path}", statement


def star_actions(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Wildcards in what an Allow statement lets be called."""
    if resource.kind == ROLE_POLICY_ATTACHMENT:
        yield from _everything(resource, "policyArn")
        return
    yield from _everything(resource, "managedPolicyArns")
    for it in _allowed(resource):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        if statement.not_actions:
            message = "Allow with NotAction grants every action but those listed"
            yield Problem(resource=resource, path=f"{path}.NotAction", message=message)
        for action in statement.actions:
            if has_wildcard(action):
                yield Problem(resource=resource, path=f"{path}.Action[{action}]", message=_grants(action))


def _grants(pattern: str) -> str:
    if of_every_service(pattern):
        return f'"{pattern}" grants every action of every service'
    actions = expand(pattern)
    if not actions:
        return f'"{pattern}" matches no action that AWS documents, and will grant whatever AWS adds'
    shown = ", ".join(actions[:_SHOWN]) + (", …" if len(actions) > _SHOWN else "")
    return f'"{pattern}" grants {len(actions)} actions ({shown}) and whatever AWS adds'


def _everything(resource: Resource, name: str) -> Iterator[Problem]:
    for arn in items(resource.properties.get(name)):
        content = managed.statements(arn) if isinstance(arn, str) else ()
        if isinstance(content, Unreadable):
            continue  # the rules about a role's permissions say that it can't be read
        if any(it.allow and (it.not_actions or any(map(of_every_service, it.actions))) for it in content):
            message = f"{text(arn)} grants every action of nearly every service"
            yield Problem(resource=resource, path=name, message=message)


def star_resources(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Resources of "every name" for an action that AWS lets be limited to some."""
    for it in _allowed(resource):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        if statement.not_resources:
            message = "Allow with NotResource grants every resource but those listed"
            yield Problem(resource=resource, path=f"{path}.NotResource", message=message)
        for pattern in statement.resources:
            if has_wildcard(pattern) and not _narrowed(statement.conditions):
                yield from _stars(resource, f"{path}.Resource", statement, pattern)


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
        starred.extend(it for it in actions if any(is_star(pattern, kind) for kind in resource_kinds(it)))
    if starred:
        shown = ", ".join(starred[:_SHOWN]) + (", …" if len(starred) > _SHOWN else "")
        message = f'"{pattern}" is every resource for {shown}, which AWS lets be limited to some'
        yield Problem(resource=resource, path=path, message=message)


def _narrowed(conditions: tuple[Condition, ...]) -> bool:
    """Whether a condition picks resources by tag, alias or cluster; all conditions must hold."""
    return any(_picks_resources(it) for it in conditions)


def _picks_resources(condition: Condition) -> bool:
    operator = condition.operator.lower().rpartition(":")[2]
    key = condition.key.lower()
    picks = key in _NARROWING_KEYS or ":resourcetag/" in key
    named = bool(condition.values) and all(it.strip("*?") for it in condition.values)
    return picks and named and operator in _NARROWING_OPERATORS


STAR_ACTION = Rule(
    id="iam.star-action",
    title="A policy names the actions it allows",
    severity=Severity.HIGH,
    why="A wildcard grants more than the task at hand needs, and grows whenever AWS adds an action.",
    fix="List the actions one by one in Action.",
    mappings=(
        "AWS Security Hub FSBP IAM.1",
        "AWS Security Hub FSBP IAM.21",
        "CIS AWS Foundations 1.4.0 1.16",
    ),
    types=_DOCUMENTS | {ROLE_POLICY_ATTACHMENT},
    resource=star_actions,
)

STAR_RESOURCE = Rule(
    id="iam.star-resource",
    title="A policy names the resources it allows, where AWS lets it",
    severity=Severity.HIGH,
    why="With every resource allowed, whoever takes the role over reaches all of them in the account.",
    fix="Name ARNs in Resource, or pick resources by a condition on their tags or aliases.",
    types=_DOCUMENTS,
    resource=star_resources,
)

RULES = (STAR_ACTION, STAR_RESOURCE)
