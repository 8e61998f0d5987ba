"""Rules about what becomes of the containers' output."""

from collections.abc import Iterator

from ecs_policies import checks
from ecs_policies.kinds import ACCOUNT_SETTING, LOG_GROUP, TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.checked import told
from ecs_policies.reading.containers import Container, members, on_fargate, plain, readable
from ecs_policies.reading.demands import wants_word
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, flag, has_unknown, mapping, text

_LOG = "logConfiguration"
_ROUTER = "firelensConfiguration"
# What writes to a log group, by the options that name the group and that let it be created.
_TO_LOG_GROUP = {
    "awslogs": ("awslogs-group", "awslogs-create-group"),
    "cloudwatch": ("log_group_name", "auto_create_group"),
    "cloudwatch_logs": ("log_group_name", "auto_create_group"),
}
# In Fluent Bit's options, a name that is put together when the task runs.
_TEMPLATE = "$("
_SHOWN = 5


def lost_logs(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Containers whose output nobody keeps."""
    fargate = yield from on_fargate(definition)
    for it in (yield from readable(definition, _LOG)):
        if not mapping(it.fields.get(_LOG)).get("logDriver"):
            yield it.problem(_LOG, "no log driver is named, so that nobody keeps the container's output")
        elif fargate:
            yield from told(definition, checks.log_drivers(plain([it])))


def blocking_logs(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Containers that wait until their output is taken, by their own setting or by the account's.

    Since June 2025 unset means non-blocking (Amazon ECS API Reference, "LogConfiguration").
    """
    if resource.kind == ACCOUNT_SETTING:
        if resource.properties.get("name") == "defaultLogDriverMode":
            yield from _unblocked(resource, "value", resource.properties.get("value"))
        return
    for it in (yield from readable(resource, _LOG)):
        options = mapping(mapping(it.fields.get(_LOG)).get("options"))
        yield from _unblocked(resource, f"{it.path}.{_LOG}.options[mode]", options.get("mode"))


def _unblocked(resource: Resource, path: str, value: Value) -> Iterator[Problem]:
    message = "with {} a container stands still while its log driver can't pass the output on"
    yield from wants_word(
        resource, path, value, good=lambda it: it != "blocking", default="", message=message
    )


def missing_log_groups(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Log groups that tasks write to and that the stack, which has others, doesn't have.

    A stack without any log group keeps them elsewhere, and nothing can be said. In one that creates some, a
    name that none of them has is most often a slip, and it costs a deployment to notice: no task starts.
    """
    if not stack.of_type(LOG_GROUP):
        return
    for definition in stack.of_type(TASK_DEFINITION):
        for it in (yield from members(definition)):
            written = _log_group(it)
            if written is not None:
                yield from _missing(stack, it, *written)


def _log_group(container: Container) -> tuple[str, Value] | None:
    """The option that names the log group a container writes to, and its value; None for other drivers."""
    log = mapping(container.fields.get(_LOG))
    options = {name.lower(): (name, value) for name, value in mapping(log.get("options")).items()}
    driver = text(log.get("logDriver"))
    if driver == "awsfirelens":
        driver = text(options.get("name", ("", ""))[1])
    if driver not in _TO_LOG_GROUP:
        return None
    group, create = _TO_LOG_GROUP[driver]
    if group not in options or flag(options.get(create, ("", None))[1], default=False) is True:
        return None
    return options[group]


def _missing(stack: Stack, container: Container, option: str, value: Value) -> Iterator[Problem]:
    place, name, names = f"{_LOG}.options[{option}]", text(value), stack.once(_names)
    if name is None:
        yield container.unreadable(place, Unreadable(IS_UNKNOWN if has_unknown(value) else "it isn't text"))
    elif _TEMPLATE in name:
        yield container.unreadable(place, Unreadable("the name is put together when the task runs"))
    elif not stack.named(name, (LOG_GROUP,)) and None in names:
        yield container.unreadable(place, Unreadable("the names of the stack's log groups aren't known"))
    elif not stack.named(name, (LOG_GROUP,)):
        shown = ", ".join(sorted(filter(None, names))[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        yield container.problem(place, f"no log group of the stack is named {name}; it has {shown}")


def _names(stack: Stack) -> tuple[str | None, ...]:
    """The names of the stack's log groups; None for one that AWS is yet to name."""
    identities = [(text(it.properties.get("name")), *sorted(it.identity)) for it in stack.of_type(LOG_GROUP)]
    return tuple(
        next((name for name in names if name and not name.startswith("arn:")), None) for names in identities
    )


def broken_log_router(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Log routers that are missing, that the task outlives, or that aren't told where to send the output.

    A key in an option instead of secretOptions is a secret that everybody sees: `task.secret-in-environment`
    finds it.
    """
    fargate = yield from on_fargate(definition)
    containers = plain((yield from readable(definition, _LOG, _ROUTER, "essential")))
    yield from told(definition, checks.log_router(containers, fargate=fargate))
    yield from told(definition, checks.log_destinations(containers))


LOST_LOGS = Rule(
    id="task.lost-logs",
    title="Each container's output is kept",
    severity=Severity.HIGH,
    why="What a container said is often all that is left to understand a crash or a break-in by.",
    fix="Give it a logConfiguration; awslogs on Fargate needs awslogs-group, -region and -stream-prefix.",
    mappings=("AWS Security Hub FSBP ECS.9",),
    types=frozenset({TASK_DEFINITION}),
    resource=lost_logs,
)

BLOCKING_LOGS = Rule(
    id="task.blocking-logs",
    title="No container waits for its log driver",
    severity=Severity.LOW,
    why="If the logs' destination is down, so is a container that waits for it.",
    fix='Set the option mode to "non-blocking" and max-buffer-size to what may be lost, or leave mode out.',
    types=frozenset({TASK_DEFINITION, ACCOUNT_SETTING}),
    resource=blocking_logs,
)

MISSING_LOG_GROUP = Rule(
    id="task.missing-log-group",
    title="A log group that a task writes to exists",
    severity=Severity.MEDIUM,
    why="A container doesn't start if its log driver has nowhere to write.",
    fix="Name the log group by the resource that creates it, or exempt the one that another stack creates.",
    stack=missing_log_groups,
)

BROKEN_LOG_ROUTER = Rule(
    id="task.broken-log-router",
    title="FireLens has one router, which lives as long as the task and knows where to send the logs",
    severity=Severity.HIGH,
    why="Without its router a task doesn't start, and one that outlives it loses its logs unseen.",
    fix="Give one essential container a firelensConfiguration and awslogs for itself, and each awsfirelens "
    "container the option Name and its keys in secretOptions.",
    types=frozenset({TASK_DEFINITION}),
    resource=broken_log_router,
)

RULES = (LOST_LOGS, BLOCKING_LOGS, MISSING_LOG_GROUP, BROKEN_LOG_ROUTER)
