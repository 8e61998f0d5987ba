"""Rules about the logs that a task writes with its own role."""

from collections.abc import Generator, Iterator, Sequence

from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.log_writes import ANY, written_by_driver, written_by_task
from ecs_policies.reading.patterns import arn_overlap
from ecs_policies.reading.permissions import listed, told
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.sessions import CHANNELS, audit, group_arns, is_on
from ecs_policies.reading.tasks import TASK_ROLE, Tasks

_WRITE, _ANY_LOG = "logs:PutLogEvents", "arn:*:logs:*:*:*"


def log_writes(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Task roles that may write log groups that neither a log router of their tasks nor ECS Exec writes."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(TASK_ROLE)
    for role, definitions in tasks.having(TASK_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        granted = [
            it
            for it in permissions.all_of((_WRITE,), _ANY_LOG)
            if not it.grant.everything and not it.grant.of_aws
        ]
        if not granted:
            continue
        groups = yield from _written(stack, definitions)
        if any(permissions.may(it) for it in CHANNELS) and not any(map(tasks.services, definitions)):
            groups |= {ANY}  # whoever starts these tasks may have their sessions recorded
        arns = [arn for name in groups for arn in group_arns(name)]
        needless = (it for it in granted if not any(arn_overlap(it.pattern, arn) for arn in arns))
        named = listed(sorted(groups)) or "none"
        yield from told(needless, f"the task role {role_name(role)}", f"; groups its tasks write: {named}")


def _written(stack: Stack, definitions: Sequence[Resource]) -> Generator[Problem, None, frozenset[str]]:
    """The log groups that tasks write with their own role, sessions into them included."""
    groups: frozenset[str] = frozenset()
    for definition in definitions:
        groups |= yield from written_by_task(definition)
        for service in stack.once(Tasks).services(definition):
            if is_on(service) is False:
                continue
            recorded = yield from audit(stack, service)
            groups |= frozenset((ANY,) if recorded is None else recorded.groups)
            if recorded and recorded.by_driver:
                groups |= yield from written_by_driver(definition)
    return groups


LOG_WRITES = Rule(
    id="role.task-role-writes-logs",
    title="A task role writes only the logs that its own containers send",
    severity=Severity.MEDIUM,
    why="The awslogs driver writes with the execution role; with the task role, whoever takes over the "
    "application could forge its log.",
    fix="Take logs:PutLogEvents from it, or name its group in a log router's options (Name cloudwatch_logs, "
    "log_group_name).",
    stack=log_writes,
)

RULES = (LOG_WRITES,)
