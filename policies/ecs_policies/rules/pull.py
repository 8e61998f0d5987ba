"""Rules about who may pull images, which needs the roles of a whole stack."""

from collections.abc import Iterator

from ecs_policies.kinds import REPOSITORY_POLICY, ROLE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, arn_tail
from ecs_policies.reading.actions import expand
from ecs_policies.reading.admissions import admissions
from ecs_policies.reading.needs import repositories
from ecs_policies.reading.patterns import arn_covers, covers
from ecs_policies.reading.permissions import Granted, Permissions, listed, told
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.tasks import EXECUTION_ROLE, TASK_ROLE, Tasks

# What pulling an image calls (Amazon ECR User Guide, "AWS managed policies for Amazon Elastic Container
# Registry"). The first two move the image; the last is the log-in, which takes no resource.
LAYERS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PULL = (*LAYERS, "ecr:BatchCheckLayerAvailability")
TOKEN = "ecr:GetAuthorizationToken"  # noqa: S105
# The first pull of an upstream's image through a repository of the registry's own ("pull through cache").
IMPORT = "ecr:BatchImportUpstreamImage"
ANY_REPOSITORY = "arn:*:ecr:*:*:repository/*"


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
    if needed:
        message = f"no execution role, so nothing can pull from {listed(sorted(needed))} on Fargate"
        yield Problem(resource=definition, path=EXECUTION_ROLE, message=message)


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
    yield from told((it for it in _pulls(permissions, LAYERS) if not it.grant.everything), who)


def one_role_for_both(stack: Stack, _options: Options) -> Iterator[Problem]:
    """A role, in the stack or outside, that is one task's own and also the agent's."""
    tasks = stack.once(Tasks)
    for name in (TASK_ROLE, EXECUTION_ROLE):
        yield from tasks.lost(name)
    agents = tasks.by_role(EXECUTION_ROLE)
    for key, definitions in tasks.by_role(TASK_ROLE).items():
        for definition in definitions if key in agents else ():
            role = stack.by_urn(key)
            name = role_name(role) if role else key
            message = f"the task role {name} is also the execution role of {agents[key][0].name}"
            yield Problem(resource=definition, path=TASK_ROLE, message=message)


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

OTHER_ROLE_PULLS_IMAGES = Rule(
    id="iam.other-role-pulls-images",
    title="Only execution roles pull images",
    severity=Severity.MEDIUM,
    why="An image holds the application's code, and often more than was meant to be in it.",
    fix="Take ecr:BatchGetImage and ecr:GetDownloadUrlForLayer from it, or list its name in pulling_roles.",
    options=("pulling_roles",),
    stack=other_role_pulls_images,
)

ONE_ROLE_FOR_BOTH = Rule(
    id="iam.one-role-for-both",
    title="Task role and execution role are two roles",
    severity=Severity.HIGH,
    why="One role for both gives the application the agent's pull and every secret that the agent reads.",
    fix="Create a role of its own for each, and name them in taskRoleArn and executionRoleArn.",
    stack=one_role_for_both,
)

RULES = (TASK_ROLE_PULLS_IMAGES, EXECUTION_ROLE_PULL, OTHER_ROLE_PULLS_IMAGES, ONE_ROLE_FOR_BOTH)
