"""Rules about execution roles: the ECS agent's alone, and no wider than the start of a task.

What they pull is judged in `rules.pull`, what they read in `rules.role_secrets`.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence

from ecs_policies.kinds import INSTANCE_PROFILE, ROLE, TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.actions import expand, of_every_service
from ecs_policies.reading.containers import members
from ecs_policies.reading.patterns import has_wildcard
from ecs_policies.reading.permissions import Grant, Managed, Permissions, is_of_everything, listed
from ecs_policies.reading.references import resolve
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.takeover import kept_out
from ecs_policies.reading.tasks import EXECUTION_ROLE, Tasks
from ecs_policies.reading.values import flag, mapping

# "role", "roleArn", "serviceRole", "iamRole": how resources name the role that a service takes over for them.
_ROLE_PROPERTY = re.compile(r"(?:[a-z]\w*R|r)ole(?:Arn)?")

# What starts a task, by service; which of it, and on what, other rules ask.
_STARTING: Mapping[str, tuple[str, ...]] = {
    "kms": ("kms:Decrypt",),
    "logs": ("logs:CreateLogStream", "logs:PutLogEvents"),
    "s3": ("s3:GetBucketLocation", "s3:GetObject"),
    "secretsmanager": ("secretsmanager:GetSecretValue",),
    "ssm": ("ssm:GetParameters",),
}
_CREATE_GROUP = "logs:CreateLogGroup"


def execution_role_users(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Execution roles that the ECS agent can't take over, and what else of the stack has one.

    Whom the trust names besides is for the rule about the trust of tasks' roles to say.
    """
    tasks = stack.once(Tasks)
    yield from tasks.lost(EXECUTION_ROLE)
    agents = [role for role, _ in tasks.having(EXECUTION_ROLE)]
    for role in agents:
        yield from kept_out(role, "execution role")
    yield from _uses(stack, frozenset(it.urn for it in agents))


def _uses(stack: Stack, agents: frozenset[str]) -> Iterator[Problem]:
    """Other resources whose service would work with the permissions of an execution role."""
    for it in stack.resources:
        if not agents or it.kind == TASK_DEFINITION or _only_adds_permissions(it):
            continue
        for name in it.properties:
            if name == EXECUTION_ROLE or not _ROLE_PROPERTY.fullmatch(name):
                continue
            for role in resolve(stack, it, name, (ROLE,)).found:
                if role.urn in agents:
                    message = f"it uses the execution role {role_name(role)}, which is the ECS agent's"
                    yield Problem(resource=it, path=name, message=message)


def _only_adds_permissions(resource: Resource) -> bool:
    return resource.kind.startswith("aws:iam/") and resource.kind != INSTANCE_PROFILE


def execution_role_extras(stack: Stack, _options: Options) -> Iterator[Problem]:
    """What an execution role may call that no start of a task calls."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(EXECUTION_ROLE)
    for role, definitions in tasks.having(EXECUTION_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        creates = yield from _creates_groups(definitions)
        who = f"the execution role {role_name(role)}"
        for grant in permissions.grants:
            if grant.statement.allow and not grant.of_aws and not grant.everything:
                yield from _extras(permissions, grant, who, creates=creates)
        for it in permissions.managed:
            yield from _managed_extras(it, who, creates=creates)


def _creates_groups(definitions: Sequence[Resource]) -> Generator[Problem, None, bool]:
    """Whether a container's log driver creates its log group; assumed where it can't be told."""
    found = False
    for definition in definitions:
        containers = yield from members(definition)
        options = [mapping(mapping(it.fields.get("logConfiguration")).get("options")) for it in containers]
        wanted = (flag(it.get("awslogs-create-group"), default=False) for it in options)
        found = found or not containers or any(it is not False for it in wanted)
    return found


def _extras(permissions: Permissions, grant: Grant, who: str, *, creates: bool) -> Iterator[Problem]:
    for action in grant.statement.actions:
        if not _starts(action, creates=creates) and _is_left(permissions, grant, action):
            path = f"{grant.path}.Action[{action}]"
            message = f"{who} may call {action}, which no start of a task calls"
            yield Problem(resource=grant.source, path=path, message=message)


def _starts(action: str, *, creates: bool) -> bool:
    """Whether a task's start calls the action.

    A wildcard is for the rule about wildcards to say, if it is one of a service that a start calls at all;
    what of ECR is too much is said with the pull.
    """
    service = action.lower().partition(":")[0]
    if service == "ecr" or of_every_service(action) or (has_wildcard(action) and service in _STARTING):
        return True
    starting = _STARTING.get(service, ())
    return action.lower() in {it.lower() for it in (*starting, *([_CREATE_GROUP] if creates else []))}


def _is_left(permissions: Permissions, grant: Grant, action: str) -> bool:
    """Whether no Deny takes back what a grant allows, or a part of it."""
    actions = expand(action) or (action,)
    return any(found is grant for it in actions for found, _ in permissions.patterns(it, "*"))


def _managed_extras(managed: Managed, who: str, *, creates: bool) -> Iterator[Problem]:
    policy = managed.policy
    allowed = [it for it in policy.statements if it.allow]
    if any(map(is_of_everything, allowed)):
        return
    kept = [one for it in allowed for one in it.actions if not _starts(one, creates=creates)]
    if policy.others or kept:
        calls = listed([*policy.others, *kept])
        message = f"{policy.name} lets {who} call, among others, {calls}, which no start of a task calls"
        yield Problem(resource=managed.source, path=managed.path, message=message)


EXECUTION_ROLE_USERS = Rule(
    id="role.execution-role-users",
    title="An execution role is for the ECS agent, and for nothing else",
    severity=Severity.HIGH,
    why="Whatever else works with it reads the secrets and images that only the agent should, before any "
    "task runs.",
    fix="Let assume_role_policy name ecs-tasks.amazonaws.com alone, and give what else uses the role one of "
    "its own.",
    stack=execution_role_users,
)

EXECUTION_ROLE_EXTRAS = Rule(
    id="role.execution-role-extras",
    title="An execution role holds nothing but what starts its tasks",
    severity=Severity.MEDIUM,
    why="The agent never makes another call, so any other permission only serves whoever misuses the role.",
    fix="Keep the pull, logs:CreateLogStream and PutLogEvents, secretsmanager:GetSecretValue, "
    "ssm:GetParameters, kms:Decrypt, s3:GetObject and GetBucketLocation; move the rest to the task role.",
    stack=execution_role_extras,
)

RULES = (EXECUTION_ROLE_USERS, EXECUTION_ROLE_EXTRAS)
