"""Rules about who else may pull images."""

from collections.abc import Iterator

from ecs_policies.kinds import ROLE
from ecs_policies.model import Options, Problem, Rule, Severity, Stack, arn_tail
from ecs_policies.reading.permissions import Permissions, told
from ecs_policies.reading.pulling import ANY_REPOSITORY, LAYERS
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.tasks import EXECUTION_ROLE, TASK_ROLE, Tasks


def other_role_pulls_images(stack: Stack, options: Options) -> Iterator[Problem]:
    """Roles that no task has and that may move images out of a repository."""
    tasks, roles = stack.once(Tasks), stack.once(Roles)
    of_tasks = {key for name in (TASK_ROLE, EXECUTION_ROLE) for key in tasks.by_role(name)}
    for role in stack.of_type(ROLE):
        if role.urn not in of_tasks and role_name(role) not in options.pulling_roles:
            yield from _other(roles.permissions(role), f"the role {role_name(role)}")
    agents = {arn_tail(key) for key in tasks.by_role(EXECUTION_ROLE)}
    for name, permissions in roles.outside.items():
        if name not in agents | options.pulling_roles:
            yield from _other(permissions, f"the role {name}, which isn't part of the stack,")
    yield from _other(roles.stray, "a role that can't be told")


def _other(permissions: Permissions, who: str) -> Iterator[Problem]:
    yield from permissions.unreadable
    # That an administrator may do everything is for other rules to say.
    yield from told((it for it in permissions.all_of(LAYERS, ANY_REPOSITORY) if not it.grant.everything), who)


OTHER_ROLE_PULLS_IMAGES = Rule(
    id="iam.other-role-pulls-images",
    title="Only execution roles pull images",
    severity=Severity.MEDIUM,
    why="An image holds the application's code, and often more than was meant to be in it.",
    fix="Take ecr:BatchGetImage and ecr:GetDownloadUrlForLayer from it, or list its name in pulling_roles.",
    options=("pulling_roles",),
    stack=other_role_pulls_images,
)

RULES = (OTHER_ROLE_PULLS_IMAGES,)
