"""Rules about ECS Exec: a task role opens sessions if, and only if, its service allows them."""

from collections.abc import Iterator, Sequence

from ecs_policies.kinds import SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.permissions import Permissions, listed, told
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.sessions import CHANNELS, SWITCH, audit, is_on
from ecs_policies.reading.tasks import TASK_DEFINITION_OF, TASK_ROLE, Tasks
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable

_OTHER = "which task definition it is: no resource of the stack has this name"


def exec_permissions(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Services against the task roles of what they run: sessions allowed by both, or by neither."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(TASK_ROLE)
    for service in stack.of_type(SERVICE):
        allowed = is_on(service)
        if isinstance(allowed, Unreadable):
            yield unverifiable(service, SWITCH, allowed)
        elif allowed:
            yield from _without_role(tasks, service)
    for role, definitions in tasks.having(TASK_ROLE):
        services = list({it.urn: it for one in definitions for it in tasks.services(one)}.values())
        if services:
            permissions = stack.once(Roles).permissions(role)
            yield from permissions.unreadable
            yield from _of_role(stack, role, permissions, services)


def _without_role(tasks: Tasks, service: Resource) -> Iterator[Problem]:
    """Services with sessions whose tasks have no role, or can't be told."""
    definitions = tasks.definition(service)
    if definitions.lost or definitions.outside:
        reason = _OTHER if definitions.outside else f"which task definition it is: {IS_UNKNOWN}"
        yield unverifiable(service, TASK_DEFINITION_OF, Unreadable(reason))
    for it in definitions.found:
        if it.properties.get(TASK_ROLE) is None:
            message = f"{it.name} has no task role, so no session into its containers opens"
            yield Problem(resource=service, path=SWITCH, message=message)


def _of_role(
    stack: Stack, role: Resource, permissions: Permissions, services: Sequence[Resource]
) -> Iterator[Problem]:
    who = f"the task role {role_name(role)}"
    for service in services:
        if is_on(service) is True and not permissions.unreadable:
            recorded = yield from audit(stack, service)
            channels = [it for it in CHANNELS if not permissions.may(it)]
            records = (
                action
                for action, arns in (recorded.permissions() if recorded else ())
                if not any(permissions.may(action, arn) for arn in arns)
            )
            if lacking := listed((*channels, *records)):
                message = f"{who} may not call {lacking}, so no session opens or none is recorded"
                yield Problem(resource=service, path=SWITCH, message=message)
    if all(is_on(it) is False for it in services):
        granted = (it for it in permissions.all_of(CHANNELS, "*") if not it.grant.everything)
        yield from told(granted, who, f", though no service of its tasks has {SWITCH}")


EXEC_PERMISSIONS = Rule(
    id="role.exec-permissions",
    title="A task role opens sessions if, and only if, its service allows them",
    severity=Severity.MEDIUM,
    why="Without the permissions nobody gets in when it matters, or unrecorded; with them, one switch on the "
    "service opens a shell in production.",
    fix="With enable_execute_command, allow the four ssmmessages actions, and what the cluster's "
    "execute_command_configuration records with; without, none of them.",
    stack=exec_permissions,
)

RULES = (EXEC_PERMISSIONS,)
