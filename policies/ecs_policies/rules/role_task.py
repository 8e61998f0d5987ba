"""Rules about tasks' roles that are too wide as a whole."""

from collections.abc import Iterator

from ecs_policies.model import Options, Problem, Rule, Severity, Stack
from ecs_policies.reading.permissions import is_of_everything, listed
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.takeover import kept_out
from ecs_policies.reading.tasks import EXECUTION_ROLE, TASK_ROLE, Tasks

_WRITE, _ANY_LOG = "logs:PutLogEvents", "arn:*:logs:*:*:*"
_OF_MANAGED = ("managedPolicyArns", "policyArn")


def administrators(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Tasks one of whose roles may do everything."""
    tasks = stack.once(Tasks)
    for name, which in ((TASK_ROLE, "task role"), (EXECUTION_ROLE, "execution role")):
        yield from tasks.lost(name)
        for role, definitions in tasks.having(name):
            permissions = stack.once(Roles).permissions(role)
            yield from permissions.unreadable
            places = listed(f"{it.source.name} ({it.path})" for it in permissions.everything())
            for definition in definitions if places else ():
                message = f"the {which} {role_name(role)} may call every action, or nearly: {places}"
                yield Problem(resource=definition, path=name, message=message)


def managed_policies(stack: Stack, _options: Options) -> Iterator[Problem]:
    """AWS-managed policies on task roles that allow on every resource what AWS lets be limited to some."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(TASK_ROLE)
    for role, _ in tasks.having(TASK_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from (it for it in permissions.unreadable if it.path.startswith(_OF_MANAGED))
        for it in permissions.managed:
            everything = any(one.allow and is_of_everything(one) for one in it.policy.statements)
            if it.policy.wide and not everything:
                who, calls = f"the task role {role_name(role)}", listed(it.policy.wide)
                message = f"{it.policy.name} lets {who} call, among others, {calls} on every resource"
                yield Problem(resource=it.source, path=it.path, message=message)


def untrusting(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Task roles that ECS can't take over."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(TASK_ROLE)
    for role, _ in tasks.having(TASK_ROLE):
        yield from kept_out(role, "task role")


ADMINISTRATOR = Rule(
    id="role.administrator",
    title="No role of a task is an administrator",
    severity=Severity.CRITICAL,
    why="A single flaw of the application, or one poisoned image, would be the whole account's.",
    fix="Give the task a role of its own with the actions that it calls, on the ARNs that it calls them on.",
    stack=administrators,
)

MANAGED_POLICY = Rule(
    id="role.task-role-managed-policy",
    title="A task role has none of AWS's policies that name no resources",
    severity=Severity.MEDIUM,
    why="AWS's policies fit every account, so they reach every bucket, table or queue of this one, and AWS "
    "widens them.",
    fix="Write an aws.iam.RolePolicy with the actions in use on the ARNs in use; policies whose actions take "
    "no ARN (AWSXRayDaemonWriteAccess) may stay.",
    stack=managed_policies,
)

UNTRUSTING = Rule(
    id="role.task-role-trust",
    title="ECS can take a task role over",
    severity=Severity.HIGH,
    why="With a role that trusts another service only, such as ecs.amazonaws.com, no task starts.",
    fix="Let assume_role_policy allow sts:AssumeRole to the service ecs-tasks.amazonaws.com.",
    stack=untrusting,
)

RULES = (ADMINISTRATOR, MANAGED_POLICY, UNTRUSTING)
