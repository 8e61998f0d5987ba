"""Rules about what a task reads: its secrets and its shared files."""

from collections.abc import Iterator, Mapping

from ecs_policies import checks
from ecs_policies.kinds import TASK_DEFINITION
from ecs_policies.model import UNKNOWN, Options, Problem, Resource, Rule, Severity, Value
from ecs_policies.reading.checked import told
from ecs_policies.reading.containers import members, plain, readable
from ecs_policies.reading.demands import unverifiable, wants_word
from ecs_policies.reading.secrets import secret_reason, secret_shape
from ecs_policies.reading.values import (
    IS_UNKNOWN,
    Unreadable,
    block,
    blocks,
    has_unknown,
    items,
    mapping,
    text,
)

_EFS = "efsVolumeConfiguration"


def secrets_in_environment(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Secrets written into containers' environment, log options or commands."""
    for it in (yield from members(definition)):
        for place, reason, unknown in _leaks(it.fields):
            path = f"{it.path}.{place}"
            yield Problem(resource=definition, path=path, message=reason, unverifiable=unknown)


def _leaks(container: Mapping[str, Value]) -> Iterator[tuple[str, str, bool]]:
    """Path inside the container, reason, and whether it couldn't be judged."""
    for path, name, value in (*_settings(container), *_commands(container)):
        known = _as_text(value)
        if known is None:
            yield path, IS_UNKNOWN if has_unknown(value) else "it isn't text", True
        elif reason := secret_shape(known) if name is None else secret_reason(name, known):
            yield path, reason, False


def _commands(container: Mapping[str, Value]) -> Iterator[tuple[str, None, Value]]:
    """The words of what runs in the container: they have no names."""
    health = mapping(container.get("healthCheck"))
    for path, words in (
        ("command", container.get("command")),
        ("entryPoint", container.get("entryPoint")),
        ("healthCheck.command", health.get("command")),
    ):
        for index, it in enumerate(items(words)):
            yield f"{path}[{index}]", None, it


def _settings(container: Mapping[str, Value]) -> Iterator[tuple[str, str, Value]]:
    """Everything with a name and a value that ECS shows to whoever may describe the task definition."""
    environment = container.get("environment")
    for index, it in enumerate(items(environment)):
        pair = mapping(it)
        name = text(pair.get("name"))
        if name is None:
            yield f"environment[{index}]", "", UNKNOWN if has_unknown(it) else ()
        elif pair.get("value") is not None:
            yield f"environment[{name}]", name, pair["value"]
    for path in ("logConfiguration", "firelensConfiguration"):
        holder = container.get(path)
        options = mapping(holder).get("options") if isinstance(holder, Mapping) else holder
        if options is not None and not isinstance(options, Mapping):
            yield f"{path}.options", "", options if has_unknown(options) else ()
        for name, value in mapping(options).items():
            if value is not None:
                yield f"{path}.options[{name}]", name, value


def _as_text(value: Value) -> str | None:
    if isinstance(value, (bool, int, float)):
        return str(value)
    return text(value)


def secret_references(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Secrets that are named by less than their ARN, or in a version that will be gone."""
    containers = yield from readable(definition, "secrets", "logConfiguration")
    yield from told(definition, checks.secret_references(plain(containers)))


def open_volumes(definition: Resource, _options: Options) -> Iterator[Problem]:
    """File systems that a task mounts in plain text, or as anybody."""
    volumes = blocks(definition.properties.get("volumes"))
    if isinstance(volumes, Unreadable):
        yield unverifiable(definition, "volumes", volumes)
        return
    for index, volume in enumerate(volumes):
        path = f"volumes[{text(volume.get('name')) or index}].{_EFS}"
        if volume.get(_EFS) is not None:
            yield from _open_mount(definition, path, volume[_EFS])


def _open_mount(definition: Resource, path: str, value: Value) -> Iterator[Problem]:
    mount = block(value)
    if isinstance(mount, Unreadable):
        yield unverifiable(definition, path, mount)
        return
    message = "what the task reads and writes goes over the network in plain text"
    yield from _enabled(definition, f"{path}.transitEncryption", mount.get("transitEncryption"), message)
    path += ".authorizationConfig"
    access = block(mount.get("authorizationConfig"))
    if isinstance(access, Unreadable):
        yield unverifiable(definition, path, access)
        return
    message = "whoever reaches the file system may mount it; the task's role isn't asked for"
    yield from _enabled(definition, f"{path}.iam", access.get("iam"), message)


def _enabled(definition: Resource, path: str, value: Value, message: str) -> Iterator[Problem]:
    yield from wants_word(
        definition, path, value, good=lambda it: it == "ENABLED", default="DISABLED", message=message
    )


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

SECRET_REFERENCE = Rule(
    id="task.secret-reference",
    title="A secret is named by its full ARN, in no fixed version",
    severity=Severity.MEDIUM,
    why="Only to an ARN can the execution role be kept, and a fixed version is gone after some rotations.",
    fix="Write valueFrom as the ARN of the secret or parameter, six random characters included; for one key "
    "of a JSON secret as ARN:key::.",
    types=frozenset({TASK_DEFINITION}),
    resource=secret_references,
)

OPEN_VOLUME = Rule(
    id="task.open-volume",
    title="An EFS volume is mounted over TLS, as the task's role",
    severity=Severity.MEDIUM,
    why="Else whoever is on the network reads the files on their way, or mounts the file system too.",
    fix='Set transit_encryption="ENABLED" and authorization_config={"iam": "ENABLED"} of the volume.',
    mappings=("AWS Security Hub FSBP ECS.18",),
    types=frozenset({TASK_DEFINITION}),
    resource=open_volumes,
)

RULES = (SECRET_IN_ENVIRONMENT, SECRET_REFERENCE, OPEN_VOLUME)
