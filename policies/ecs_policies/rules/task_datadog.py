"""Rules about Datadog's agent, where it runs beside the application.

Datadog documentation: "Amazon ECS on AWS Fargate", "Docker Agent", "DogStatsD over Unix Domain Socket".
"""

from collections.abc import Iterator, Mapping

from ecs_policies.kinds import TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Value
from ecs_policies.reading.containers import Container, members, on_fargate
from ecs_policies.reading.images import image, is_datadog_agent
from ecs_policies.reading.values import Unreadable, flag, items, mapping, text

_KEY = "DD_API_KEY"
_FARGATE = "ECS_FARGATE"
_OPEN = ("DD_APM_NON_LOCAL_TRAFFIC", "DD_DOGSTATSD_NON_LOCAL_TRAFFIC")
_FIELDS = ("environment", "secrets", "portMappings", "healthCheck", "essential")


def careless_agents(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Datadog agents without a key or a health check, open to the network, or that take the task with them.

    A tag that moves, and a key in the environment, are for `task.moving-image` and
    `task.secret-in-environment`.
    """
    fargate = yield from on_fargate(definition)
    containers = yield from members(definition)
    for it in containers:
        if not _is_agent(it):
            continue
        faults = it.faults(*_FIELDS)
        yield from faults
        if not faults:
            yield from _of_any_agent(it)
        if fargate and not faults:
            yield from _of_a_sidecar(it, alone=len(containers) == 1)


def _is_agent(container: Container) -> bool:
    """Whether it's the agent and not the same image at some preparing."""
    reference = image(container.fields.get("image"))
    return not container.prepares and not isinstance(reference, Unreadable) and is_datadog_agent(reference)


def _of_any_agent(agent: Container) -> Iterator[Problem]:
    if _KEY not in {**_by_name(agent, "secrets"), **_by_name(agent, "environment")}:
        yield agent.problem(f"secrets[{_KEY}]", "the agent has no key, so that Datadog takes nothing from it")
    if not agent.fields.get("healthCheck"):
        yield agent.problem("healthCheck", "nobody notices when the agent hangs")


def _of_a_sidecar(agent: Container, *, alone: bool) -> Iterator[Problem]:
    environment = _by_name(agent, "environment")
    if flag(environment.get(_FARGATE), default=False) is not True:
        yield agent.problem(f"environment[{_FARGATE}]", "the agent looks for Docker, which Fargate hides")
    for it in items(agent.fields.get("portMappings")):
        port = mapping(it).get("containerPort")
        yield agent.problem(f"portMappings[{port}]", "the agent listens to whoever reaches the task")
    for name in _OPEN:
        if flag(environment.get(name), default=False) is True:
            yield agent.problem(f"environment[{name}]", "the agent listens to whoever reaches the task")
    if not alone and agent.fields.get("essential") is not False:
        yield agent.problem("essential", "when the agent fails, ECS stops the application too")


def _by_name(agent: Container, field: str) -> Mapping[str, Value]:
    """The container's variables of one kind, by their names."""
    pairs = (mapping(it) for it in items(agent.fields.get(field)))
    return {text(it.get("name")) or "": it.get("value") for it in pairs}


AGENT = Rule(
    id="task.datadog-agent",
    title="Datadog's agent has a key, knows Fargate, is closed to the network, and may fail alone",
    severity=Severity.MEDIUM,
    why="Monitoring that nobody can trust is worse than none, and its outage mustn't be the application's.",
    fix="Name DD_API_KEY in secrets, set ECS_FARGATE, essential=False and a healthCheck; let the application "
    "reach it over sockets on a shared volume (DD_APM_RECEIVER_SOCKET, DD_DOGSTATSD_SOCKET), not over ports.",
    types=frozenset({TASK_DEFINITION}),
    resource=careless_agents,
)

RULES = (AGENT,)
