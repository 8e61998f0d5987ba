"""Rules about task definitions."""

from collections.abc import Iterator, Mapping

from ecs_policies.kinds import TASK_DEFINITION
from ecs_policies.model import UNKNOWN, Options, Problem, Resource, Rule, Severity, Value
from ecs_policies.reading.containers import CONTAINERS, containers
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.secrets import secret_reason, secret_shape
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, has_unknown, items, lowered, mapping, text


def secrets_in_environment(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Secrets written into containers' environment, log options or commands."""
    found = containers(definition)
    if isinstance(found, Unreadable):
        yield unverifiable(definition, CONTAINERS, found)
        return
    for index, it in enumerate(found):
        name = text(it.get("name")) or str(index)
        for problem_path, reason, unknown in _leaks(it):
            path = f"{CONTAINERS}[{name}].{problem_path}"
            yield Problem(resource=definition, path=path, message=reason, unverifiable=unknown)


def _leaks(container: Mapping[str, Value]) -> Iterator[tuple[str, str, bool]]:
    """Path inside the container, reason, and whether it couldn't be judged."""
    for path, name, value in _settings(container):
        known = _as_text(value)
        if known is None:
            yield path, IS_UNKNOWN if has_unknown(value) else "it isn't text", True
        elif reason := secret_reason(name, known):
            yield path, reason, False
    for key in ("command", "entryPoint"):
        for index, it in enumerate(items(container.get(key))):
            known = _as_text(it)
            if known is None:
                yield f"{key}[{index}]", IS_UNKNOWN if has_unknown(it) else "it isn't text", True
            elif reason := secret_shape(known):
                yield f"{key}[{index}]", reason, False


def _settings(container: Mapping[str, Value]) -> Iterator[tuple[str, str, Value]]:
    """Everything with a name and a value that ECS shows to whoever may describe the task definition."""
    environment = container.get("environment")
    for index, it in enumerate(items(environment)):
        pair = lowered(it)
        name = text(pair.get("name"))
        if name is None:
            yield f"environment[{index}]", "", UNKNOWN if has_unknown(it) else ()
        elif pair.get("value") is not None:
            yield f"environment[{name}]", name, pair["value"]
    log = lowered(container.get("logConfiguration"))
    router = lowered(container.get("firelensConfiguration"))
    for path, holder in (("logConfiguration", log), ("firelensConfiguration", router)):
        options = holder.get("options")
        if options is not None and not isinstance(options, Mapping):
            yield f"{path}.options", "", options if has_unknown(options) else ()
        for name, value in mapping(options).items():
            if value is not None:
                yield f"{path}.options[{name}]", str(name), value


def _as_text(value: Value) -> str | None:
    if isinstance(value, (bool, int, float)):
        return str(value)
    return text(value)


SECRET_IN_ENVIRONMENT = Rule(
    id="task.secret-in-environment",
    title="A container's environment holds no secret",
    severity=Severity.HIGH,
    why="Whoever may describe the task definition, in any revision, reads its environment and log options.",
    fix="Put it into Secrets Manager and name its ARN in secrets (for log options: secretOptions).",
    mappings=("AWS Security Hub FSBP ECS.8",),
    types=frozenset({TASK_DEFINITION}),
    resource=secrets_in_environment,
)

RULES = (SECRET_IN_ENVIRONMENT,)
