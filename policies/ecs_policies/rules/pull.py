"""Rules about who may pull images, which needs the roles of a whole stack."""

from collections.abc import Iterable, Iterator, Mapping

from ecs_policies.kinds import REPOSITORY_POLICY, ROLE, TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.actions import expand, matches
from ecs_policies.reading.containers import containers
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.images import repository
from ecs_policies.reading.patterns import arn_covers, covers
from ecs_policies.reading.roles import Grant, Permissions, Roles, of_task, role_name, unresolved
from ecs_policies.reading.values import Unreadable, text

# What pulling an image calls (Amazon ECR User Guide, "AWS managed policies for Amazon Elastic Container
# Registry"). The first two move the image; the last is the log-in, which takes no resource.
LAYERS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PULL = (*LAYERS, "ecr:BatchCheckLayerAvailability")
TOKEN = "ecr:GetAuthorizationToken"  # noqa: S105
ANY_REPOSITORY = "arn:*:ecr:*:*:repository/*"

TASK_ROLE, EXECUTION_ROLE = "taskRoleArn", "executionRoleArn"

_SHOWN = 5


def _roles_of(stack: Stack, name: str) -> Mapping[str, list[Resource]]:
    """The task definitions of each role (its URN) that they name in this property."""
    found: dict[str, list[Resource]] = {}
    for definition in stack.of_type(TASK_DEFINITION):
        for role in of_task(stack, definition, name).found:
            found.setdefault(role.urn, []).append(definition)
    return found


def _unresolved(stack: Stack, name: str, options: Options) -> Iterator[Problem]:
    for definition in stack.of_type(TASK_DEFINITION):
        references = of_task(stack, definition, name)
        yield from unresolved(references, definition, name, options.outside_roles)


def _pulls(permissions: Permissions, actions: tuple[str, ...]) -> Iterator[tuple[Grant, str, str]]:
    """Each grant of these actions on repositories, with the action and the pattern of their ARNs."""
    for action in actions:
        for grant, pattern in permissions.patterns(action, ANY_REPOSITORY):
            yield grant, action, pattern


def _log_ins(permissions: Permissions) -> Iterator[tuple[Grant, str, str]]:
    for grant, pattern in permissions.patterns(TOKEN, "*"):
        if covers(pattern, "*"):
            yield grant, TOKEN, pattern


def _problems(granted: Iterable[tuple[Grant, str, str]], who: str, end: str = "") -> Iterator[Problem]:
    """One problem for each place in the program, with all that it grants."""
    places: dict[tuple[str, str], list[tuple[Grant, str, str]]] = {}
    for grant, action, pattern in granted:
        places.setdefault((grant.source.urn, grant.path), []).append((grant, action, pattern))
    for all_of_it in places.values():
        grant = all_of_it[0][0]
        actions = _listed(action for _, action, _ in all_of_it)
        resources = _listed(pattern for _, _, pattern in all_of_it)
        message = f"{who} may call {actions} on {resources}{end}"
        yield Problem(resource=grant.source, path=grant.path, message=message)


def _listed(names: Iterable[str]) -> str:
    """Without repetition, in order, the first few."""
    distinct = list(dict.fromkeys(names))
    return ", ".join(distinct[:_SHOWN]) + (", …" if len(distinct) > _SHOWN else "")


def task_role_pulls_images(stack: Stack, options: Options) -> Iterator[Problem]:
    """Any way in which a task role may pull, or log in to ECR."""
    yield from _unresolved(stack, TASK_ROLE, options)
    roles = stack.once(Roles)
    task_roles = _roles_of(stack, TASK_ROLE)
    for urn in task_roles:
        role = stack.by_urn(urn)
        if role is None:
            continue
        permissions = roles.permissions(role)
        yield from permissions.unreadable
        granted = (*_pulls(permissions, PULL), *_log_ins(permissions))
        yield from _problems(granted, f"the task role {role_name(role)}")
        yield from _repository_grants(stack, role)


def _repository_grants(stack: Stack, role: Resource) -> Iterator[Problem]:
    """Repositories whose own policy lets the role pull."""
    for it in stack.of_type(REPOSITORY_POLICY):
        content = read(it.properties.get("policy"), of_resource=True)
        if isinstance(content, Unreadable):
            yield unverifiable(it, "policy", content)
            continue
        for statement in content:
            pulls = any(matches(a, action) for a in statement.actions for action in LAYERS)
            pulls = pulls or bool(statement.not_actions)
            if statement.allow and pulls and _admits(stack, statement, role):
                message = f"the repository lets the task role {role_name(role)} pull"
                yield Problem(resource=it, path=f"policy.{statement.path}", message=message)


def _admits(stack: Stack, statement: Statement, role: Resource) -> bool:
    if statement.not_principals:
        return True
    principals = [value for kind, value in statement.principals if kind in ("*", "aws")]
    return "*" in principals or any(role in stack.named(it, (ROLE,)) for it in principals)


def execution_role_pull(stack: Stack, options: Options) -> Iterator[Problem]:
    """Each execution role's pull against the repositories of its tasks' images."""
    yield from _unresolved(stack, EXECUTION_ROLE, options)
    roles = stack.once(Roles)
    for urn, definitions in _roles_of(stack, EXECUTION_ROLE).items():
        role = stack.by_urn(urn)
        if role is None:
            continue
        unreadable, needed = _needed(definitions)
        permissions = roles.permissions(role)
        unreadable = [*unreadable, *permissions.unreadable]
        yield from unreadable
        if not any(it.path.startswith("containerDefinitions") for it in unreadable):
            yield from _too_much(role, permissions, needed, options.extra_repositories)
        if not unreadable:
            yield from _too_little(role, permissions, needed)
    for definition in stack.of_type(TASK_DEFINITION):
        yield from _without_role(definition)


def _needed(definitions: list[Resource]) -> tuple[list[Problem], frozenset[str]]:
    """What of the tasks' images can't be read, and the repositories of the rest."""
    problems: list[Problem] = []
    found: set[str] = set()
    for definition in definitions:
        content = containers(definition)
        if isinstance(content, Unreadable):
            problems.append(unverifiable(definition, "containerDefinitions", content))
            continue
        for index, it in enumerate(content):
            image = text(it.get("image"))
            if image is None:
                path = f"containerDefinitions[{text(it.get('name')) or index}].image"
                problems.append(unverifiable(definition, path, Unreadable("it isn't known, or isn't text")))
            elif arn := repository(image):
                found.add(arn)
    return problems, frozenset(found)


def _too_much(
    role: Resource, permissions: Permissions, needed: frozenset[str], extra: frozenset[str]
) -> Iterator[Problem]:
    allowed = needed | extra
    who = f"the execution role {role_name(role)}"
    listed = _listed(sorted(allowed)) or "none, as no image of its tasks is in ECR"
    wider = (it for it in _pulls(permissions, PULL) if not any(arn_covers(one, it[2]) for one in allowed))
    yield from _problems(wider, who, f"; its tasks' repositories: {listed}")
    if not allowed:
        yield from _problems(_log_ins(permissions), who, ", where its tasks have no image")
    others = tuple(it for it in expand("ecr:*") if it not in (*PULL, TOKEN))
    yield from _problems(_on_ecr(permissions, others), who, ", which no pull needs")


def _on_ecr(permissions: Permissions, actions: tuple[str, ...]) -> Iterator[tuple[Grant, str, str]]:
    for action in actions:
        for grant, pattern in permissions.patterns(action, "arn:*:ecr:*"):
            yield grant, action, pattern


def _too_little(role: Resource, permissions: Permissions, needed: frozenset[str]) -> Iterator[Problem]:
    for arn in sorted(needed):
        for action in LAYERS:
            if not any(arn_covers(pattern, arn) for _, pattern in permissions.patterns(action, arn)):
                message = (
                    f"the execution role {role_name(role)} can't pull from {arn}: it may not call {action}"
                )
                yield Problem(resource=role, path="name", message=message)
    if needed and not any(covers(pattern, "*") for _, pattern in permissions.patterns(TOKEN, "*")):
        message = f'the execution role {role_name(role)} can\'t log in to ECR: it may not call {TOKEN} on "*"'
        yield Problem(resource=role, path="name", message=message)


def _without_role(definition: Resource) -> Iterator[Problem]:
    content = containers(definition)
    if definition.properties.get(EXECUTION_ROLE) is not None or isinstance(content, Unreadable):
        return
    for arn in sorted({a for it in content if (a := repository(text(it.get("image")) or ""))}):
        message = f"no execution role, so nothing can pull from {arn} on Fargate"
        yield Problem(resource=definition, path=EXECUTION_ROLE, message=message)


def other_role_pulls_images(stack: Stack, options: Options) -> Iterator[Problem]:
    """Roles that no task has and that may move images out of a repository."""
    roles = stack.once(Roles)
    of_tasks = {**_roles_of(stack, TASK_ROLE), **_roles_of(stack, EXECUTION_ROLE)}
    for role in stack.of_type(ROLE):
        if role.urn not in of_tasks and role_name(role) not in options.pulling_roles:
            yield from _other(roles.permissions(role), f"the role {role_name(role)}")
    yield from _other(roles.stray_permissions(), "a role that can't be told")


def _other(permissions: Permissions, who: str) -> Iterator[Problem]:
    yield from permissions.unreadable
    yield from _problems(_pulls(permissions, LAYERS), who)


def one_role_for_both(stack: Stack, _options: Options) -> Iterator[Problem]:
    """A role, in the stack or outside, that is one task's own and also the agent's."""
    for definition in stack.of_type(TASK_DEFINITION):
        for name in (TASK_ROLE, EXECUTION_ROLE):
            references = of_task(stack, definition, name)
            # To tell two roles apart, ARNs are enough, wherever the roles are made.
            yield from unresolved(references, definition, name, frozenset(references.outside))
    agents = {
        key: it.name
        for it in stack.of_type(TASK_DEFINITION)
        for key in of_task(stack, it, EXECUTION_ROLE).keys
    }
    for definition in stack.of_type(TASK_DEFINITION):
        for key in sorted(of_task(stack, definition, TASK_ROLE).keys & agents.keys()):
            role = stack.by_urn(key)
            name = role_name(role) if role else key
            message = f"the task role {name} is also the execution role of {agents[key]}"
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
