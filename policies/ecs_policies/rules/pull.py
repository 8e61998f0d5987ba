"""Rules about the pull of tasks' images: the execution role's, exactly, and never the task role's."""

from collections.abc import Iterator

from ecs_policies.kinds import REPOSITORY_POLICY
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.actions import expand
from ecs_policies.reading.admissions import admissions
from ecs_policies.reading.containers import on_fargate
from ecs_policies.reading.needs import repositories
from ecs_policies.reading.patterns import arn_covers, covers
from ecs_policies.reading.permissions import Granted, Permissions, listed, told
from ecs_policies.reading.pulling import ANY_REPOSITORY, IMPORT, LAYERS, PULL, TOKEN
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.tasks import EXECUTION_ROLE, TASK_ROLE, Tasks


def _pulls(permissions: Permissions, actions: tuple[str, ...]) -> Iterator[Granted]:
    return permissions.all_of(actions, ANY_REPOSITORY)


def _log_ins(permissions: Permissions) -> Iterator[Granted]:
    return (it for it in permissions.all_of((TOKEN,), "*") if covers(it.pattern, "*"))


def task_role_pulls_images(stack: Stack, options: Options) -> Iterator[Problem]:
    """Any way in which a task role may pull, or log in to ECR."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(TASK_ROLE)
    yield from tasks.outside(TASK_ROLE, options.outside_roles)
    lets_in = yield from admissions(stack, stack.of_type(REPOSITORY_POLICY))
    for role, _ in tasks.having(TASK_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        granted = (*_pulls(permissions, PULL), *_log_ins(permissions))
        yield from told(granted, f"the task role {role_name(role)}")
        for it in lets_in:
            if it.admits(role, LAYERS):
                message = f"the repository lets the task role {role_name(role)} pull"
                yield Problem(resource=it.source, path=it.path, message=message)


def execution_role_pull(stack: Stack, options: Options) -> Iterator[Problem]:
    """Each execution role's pull against the repositories of its tasks' images."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(EXECUTION_ROLE)
    yield from tasks.outside(EXECUTION_ROLE, options.outside_roles)
    for role, definitions in tasks.having(EXECUTION_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        needed = yield from repositories(definitions)
        if needed is None:
            continue
        yield from _too_much(role, permissions, needed, options.extra_repositories)
        if not permissions.unreadable:
            yield from _too_little(role, permissions, needed)
    for definition in tasks.definitions:
        yield from _without_role(definition)


def _too_much(
    role: Resource, permissions: Permissions, needed: frozenset[str], extra: frozenset[str]
) -> Iterator[Problem]:
    allowed = needed | extra
    who = f"the execution role {role_name(role)}"
    repositories_listed = listed(sorted(allowed)) or "none, as no image of its tasks is in ECR"
    pulls = _pulls(permissions, (*PULL, IMPORT))
    wider = (it for it in pulls if not any(arn_covers(one, it.pattern) for one in allowed))
    yield from told(wider, who, f"; its tasks' repositories: {repositories_listed}")
    if not allowed:
        yield from told(_log_ins(permissions), who, ", where its tasks have no image")
    others = tuple(it for it in expand("ecr:*") if it not in (*PULL, IMPORT, TOKEN))
    yield from told(permissions.all_of(others, "arn:*:ecr:*"), who, ", which no pull needs")


def _too_little(role: Resource, permissions: Permissions, needed: frozenset[str]) -> Iterator[Problem]:
    who = f"the execution role {role_name(role)}"
    for arn in sorted(needed):
        lacking = [it for it in LAYERS if not permissions.may(it, arn)]
        if lacking:
            message = f"{who} can't pull from {arn}: it may not call {listed(lacking)}"
            yield Problem(resource=role, path=f"pull[{arn}]", message=message)
    if needed and not permissions.may(TOKEN):
        message = f'{who} can\'t log in to ECR: it may not call {TOKEN} on "*"'
        yield Problem(resource=role, path="pull", message=message)


def _without_role(definition: Resource) -> Iterator[Problem]:
    if definition.properties.get(EXECUTION_ROLE) is not None:
        return
    needed = yield from repositories([definition])
    # On an instance of one's own, the instance's role pulls.
    if needed and (yield from on_fargate(definition)):
        message = f"no execution role, so nothing can pull from {listed(sorted(needed))} on Fargate"
        yield Problem(resource=definition, path=EXECUTION_ROLE, message=message)


TASK_ROLE_PULLS_IMAGES = Rule(
    id="iam.task-role-pulls-images",
    title="A task role can't pull images",
    severity=Severity.HIGH,
    why="The application's own credentials would let whoever takes it over read every image it may pull.",
    fix="Leave ecr: actions to the execution role, which the ECS agent alone uses.",
    options=("outside_roles",),
    stack=task_role_pulls_images,
)

EXECUTION_ROLE_PULL = Rule(
    id="iam.execution-role-pull",
    title="An execution role has exactly the pull that its tasks need",
    severity=Severity.HIGH,
    why="A wider pull opens other teams' images to whoever can start this task; a narrower one starts none.",
    fix="Allow ecr:BatchGetImage, GetDownloadUrlForLayer and BatchCheckLayerAvailability on the ARNs of "
    'the tasks\' repositories, ecr:GetAuthorizationToken on "*", and no other ecr: action.',
    options=("outside_roles", "extra_repositories"),
    stack=execution_role_pull,
)

RULES = (TASK_ROLE_PULLS_IMAGES, EXECUTION_ROLE_PULL)
