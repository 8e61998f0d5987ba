"""A container's JSON in AWS's own spelling, and what in it is of no kind that ECS takes.

The provider takes keys in any case, switches and numbers also as text (API reference: ContainerDefinition).
"""

from collections.abc import Callable, Mapping

from ecs_policies.model import Unknown, Value
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, flag, has_unknown, number

# The names that aren't one word in small letters.
_SPELT = {
    it.lower(): it
    for it in """
    appProtocol containerName containerPath containerPort containerPortRange credentialsParameter
    credentialSpecs dependsOn disableNetworking dnsSearchDomains dnsServers dockerLabels dockerSecurityOptions
    entryPoint environmentFiles extraHosts firelensConfiguration hardLimit healthCheck hostPath hostPort
    ignoredExitCodes initProcessEnabled ipAddress linuxParameters logConfiguration logDriver maxSwap
    memoryReservation mountOptions mountPoints portMappings pseudoTerminal readonlyRootFilesystem readOnly
    repositoryCredentials resourceRequirements restartAttemptPeriod restartPolicy secretOptions
    sharedMemorySize softLimit sourceContainer sourceVolume startPeriod startTimeout stopTimeout
    systemControls valueFrom versionConsistency volumesFrom workingDirectory
    """.split()  # noqa: SIM905
}
# Objects whose keys are the program's own.
_FREE = ("dockerLabels", "options")

# Twice what the deepest has (a tmpfs' mount options).
_LEVELS = 14

_FLAGS = ("enabled", "essential", "initProcessEnabled", "privileged", "readOnly", "readonlyRootFilesystem")
_NUMBERS = (
    "containerPort",
    "cpu",
    "hostPort",
    "interval",
    "memory",
    "memoryReservation",
    "restartAttemptPeriod",
    "retries",
    "size",
    "startPeriod",
    "startTimeout",
    "stopTimeout",
    "timeout",
)
_TEXTS = (
    "condition",
    "containerName",
    "containerPath",
    "containerPortRange",
    "logDriver",
    "name",
    "sourceVolume",
    "type",
    "user",
    "valueFrom",
)
_BLOCKS = (
    "capabilities",
    "firelensConfiguration",
    "healthCheck",
    "linuxParameters",
    "logConfiguration",
    "restartPolicy",
)
_LISTS_OF_BLOCKS = (
    "dependsOn",
    "environment",
    "mountPoints",
    "portMappings",
    "secretOptions",
    "secrets",
    "tmpfs",
)


def is_too_deep(value: Value) -> bool:
    """Whether objects and lists lie in each other deeper than in any container, so that nobody descends."""
    pending = [(value, 0)]
    while pending:
        it, depth = pending.pop()
        if depth > _LEVELS:
            return True
        if isinstance(it, Mapping):
            pending.extend((inner, depth + 1) for inner in it.values())
        elif isinstance(it, (list, tuple)):
            pending.extend((inner, depth + 1) for inner in it)
    return False


def spelt(value: Value) -> Value:
    """The value with every key as AWS spells it and switches as such; what is null was not set."""
    if isinstance(value, Mapping):
        named = {_SPELT.get(key.lower(), key.lower()): it for key, it in value.items() if it is not None}
        return {key: _field(key, it) for key, it in named.items()}
    if isinstance(value, (list, tuple)):
        return [spelt(it) for it in value]
    return value


def _field(key: str, value: Value) -> Value:
    if key in _FREE:
        return value
    if key in _FLAGS and isinstance(value, str):
        found = flag(value, default=False)
        return value if isinstance(found, Unreadable) else found
    return spelt(value)


def fault(key: str, value: Value) -> Unreadable | None:
    """Why a container's field can't be read; the path leads from the container to what is at fault.

    The value is spelt already.
    """
    if isinstance(value, Unknown):
        return Unreadable(IS_UNKNOWN, key)
    if key in _FREE or key in _BLOCKS:
        return _in_block(key, value)
    if key in _LISTS_OF_BLOCKS:
        return _in_list(key, value)
    for keys, is_right, message in _SCALARS:
        if key in keys and not is_right(value):
            return Unreadable(message, key)
    return Unreadable(IS_UNKNOWN, key) if has_unknown(value) else None


_SCALARS: tuple[tuple[tuple[str, ...], Callable[[Value], bool], str], ...] = (
    (_FLAGS, lambda it: isinstance(it, bool), "it's neither true nor false"),
    (_NUMBERS, lambda it: not isinstance(number(it, default=0), Unreadable), "it isn't a number"),
    (_TEXTS, lambda it: isinstance(it, str), "it isn't text"),
)


def _in_block(path: str, value: Value) -> Unreadable | None:
    if not isinstance(value, Mapping):
        return Unreadable(IS_UNKNOWN if isinstance(value, Unknown) else "it isn't an object", path)
    if path in _FREE:
        unknown = next((key for key, it in value.items() if has_unknown(it)), None)
        return None if unknown is None else Unreadable(IS_UNKNOWN, f"{path}[{unknown}]")
    found = next((it for key, part in value.items() if (it := fault(key, part))), None)
    return found and Unreadable(found.reason, f"{path}.{found.path}")


def _in_list(path: str, value: Value) -> Unreadable | None:
    if not isinstance(value, (list, tuple)):
        return Unreadable("it isn't a list", path)
    return next((it for index, part in enumerate(value) if (it := _in_block(f"{path}[{index}]", part))), None)
