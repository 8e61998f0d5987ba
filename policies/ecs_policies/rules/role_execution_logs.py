"""The rule about what an execution role writes: the logs of its tasks."""

from collections.abc import Generator, Iterable, Iterator

from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.containers import Container, on_fargate, readable
from ecs_policies.reading.permissions import Permissions, listed
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.sessions import group_arns
from ecs_policies.reading.tasks import EXECUTION_ROLE, Tasks
from ecs_policies.reading.values import flag, mapping, text

_LOG, _GROUP, _CREATE = "logConfiguration", "awslogs-group", "awslogs-create-group"
_WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")


def execution_logs(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Containers on Fargate whose awslogs driver may not write, as it does with the execution role.

    On an instance the driver writes with the instance's role. Amazon ECS Developer Guide, "Send Amazon ECS
    logs to CloudWatch" and "Amazon ECS task execution IAM role".
    """
    tasks = stack.once(Tasks)
    yield from tasks.lost(EXECUTION_ROLE)
    for role, definitions in tasks.having(EXECUTION_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        logging = yield from _logging(definitions)
        if not permissions.unreadable:
            yield from _lacking(logging, permissions, f"the execution role {role_name(role)} may not call")
    without = [it for it in tasks.definitions if it.properties.get(EXECUTION_ROLE) is None]
    logging = yield from _logging(without)
    yield from _lacking(logging, Permissions(grants=()), "without an execution role nothing may call")


def _logging(definitions: Iterable[Resource]) -> Generator[Problem, None, list[Container]]:
    """The containers that name a log group for their driver to write, on Fargate."""
    found: list[Container] = []
    for definition in definitions:
        if (yield from on_fargate(definition)):
            found.extend((yield from readable(definition, _LOG)))
    return [it for it in found if mapping(it.fields.get(_LOG)).get("logDriver") == "awslogs" and _group(it)]


def _lacking(logging: Iterable[Container], permissions: Permissions, who: str) -> Iterator[Problem]:
    for it in logging:
        group = _group(it)
        arns = group_arns(group)
        calls = [call for call in _calls(it) if not any(permissions.may(call, arn) for arn in arns)]
        if calls:
            message = f"{who} {listed(calls)} on {group}, so the task can't start, or loses what it logs"
            yield it.problem(f"{_LOG}.options[{_GROUP}]", message)


def _group(container: Container) -> str:
    return text(mapping(mapping(container.fields.get(_LOG)).get("options")).get(_GROUP)) or ""


def _calls(container: Container) -> tuple[str, ...]:
    """What the driver calls: it creates the group too where it's told to."""
    creates = mapping(mapping(container.fields.get(_LOG)).get("options")).get(_CREATE)
    return ("logs:CreateLogGroup", *_WRITE) if flag(creates, default=False) is True else _WRITE


EXECUTION_LOGS = Rule(
    id="role.execution-logs",
    title="An execution role may write the logs that its tasks' containers send",
    severity=Severity.HIGH,
    why="On Fargate the awslogs driver writes with this role; a container whose driver can't doesn't start.",
    fix="Allow it logs:CreateLogStream and logs:PutLogEvents on the log group's streams: "
    "arn:<partition>:logs:<region>:<account>:log-group:<name>:*.",
    stack=execution_logs,
)

RULES = (EXECUTION_LOGS,)
