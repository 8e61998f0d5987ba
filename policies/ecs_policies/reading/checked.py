"""What the checks of a task find, told as the rules do: at AWS's names instead of the program's settings."""

from collections.abc import Iterator

from ecs_policies import checks
from ecs_policies.model import Problem, Resource
from ecs_policies.reading.containers import CONTAINERS

# Settings, as the checks call them, by what the provider and ECS call them: of a task, then of a container.
_OF_TASK = {
    "containers": CONTAINERS,
    "depends_on": CONTAINERS,
    "ephemeral_storage": "ephemeralStorage.sizeInGib",
}
_OF_CONTAINER = {
    "attempt_period": "restartAttemptPeriod",
    "depends_on": "dependsOn",
    "firelens": "firelensConfiguration",
    "health_check": "healthCheck",
    "log": "logConfiguration",
    "mount_points": "mountPoints",
    "ports": "portMappings",
    "restart_policy": "restartPolicy",
    "start_period": "startPeriod",
    "start_timeout": "startTimeout",
    "stop_timeout": "stopTimeout",
    "tmpfs": "linuxParameters.tmpfs",
}
# Settings that are followed by the name of an option or a variable, dots and all.
_NAMED = {
    "log.secrets": "logConfiguration.secretOptions",
    "log": "logConfiguration.options",
    "firelens": "firelensConfiguration.options",
    "secrets": "secrets",
}
# Where a value may be a secret itself: by mistake, or inside a command.
_HIDDEN = frozenset({"command", "secrets"})


def told(definition: Resource, found: checks.Problems) -> Iterator[Problem]:
    """A problem for each that a check found in the task definition."""
    for it in found:
        fix = it.fix[:1].lower() + it.fix[1:]
        yield Problem(resource=definition, path=_path(it), message=f"{_shown(it)}{it.message}; {fix}")


def _shown(problem: checks.Problem) -> str:
    """The value at fault, but a list, which the message is about, and what may be secret."""
    value = problem.value
    if value is None or isinstance(value, list) or not _HIDDEN.isdisjoint(problem.path.split(".")):
        return ""
    return f"{checks.shown(value)}: "


def _path(problem: checks.Problem) -> str:
    """Of "containers.rails.depends_on", for instance, containerDefinitions[rails].dependsOn."""
    first, _, rest = problem.path.partition(".")
    path = _OF_TASK.get(first, first).replace("containers[", f"{CONTAINERS}[")
    if first == "containers" and rest:
        name, _, rest = rest.partition(".")
        path += f"[{name}]"
    if rest:
        path += f".{_inside(rest)}"
    return f"{path}[{problem.item}]" if problem.item else path


def _inside(setting: str) -> str:
    for prefix, place in _NAMED.items():
        if setting.startswith(f"{prefix}."):
            return f"{place}[{setting.removeprefix(f'{prefix}.')}]"
    return ".".join(_OF_CONTAINER.get(it, it) for it in setting.split("."))
