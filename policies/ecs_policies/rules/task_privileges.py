"""Rules about what a container may do to its host, to itself and to its neighbours."""

from collections.abc import Iterator, Mapping

from ecs_policies.kinds import TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.containers import Container, is_windows, members
from ecs_policies.reading.demands import wants_flag, wants_word
from ecs_policies.reading.images import image, is_datadog_agent
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, has_unknown, items, mapping, word

# What Docker leaves a container if nothing is said (Docker documentation, "Runtime privilege and Linux
# capabilities"). On Fargate SYS_PTRACE alone can be added (API reference: KernelCapabilities).
_LEFT_BY_DEFAULT = frozenset(
    """
    AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP
    SETUID SYS_CHROOT
    """.split()  # noqa: SIM905
)
# By property: the default, what keeps the task to itself, and what anything else means.
_SHARED = (
    (
        "networkMode",
        "bridge",
        ("awsvpc", "none"),
        "with {} the task has no interface, and so no security group, of its own",
    ),
    ("pidMode", "", ("", "task"), "with {} a container sees the host's processes and may signal them"),
    ("ipcMode", "", ("", "task", "none"), "with {} a container shares memory with the host's processes"),
)
_CAPABILITIES = "linuxParameters.capabilities"


def privileged(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Containers with rights beyond those that every container has."""
    for it in (yield from members(definition)):
        value, path = it.fields.get("privileged"), f"{it.path}.privileged"
        message = "the container has nearly all rights on its host"
        yield from wants_flag(definition, path, value, want=False, default=False, message=message)
        for name in _capabilities(it, "add"):
            if isinstance(name, Unreadable):
                yield it.unreadable(f"{_CAPABILITIES}.add", name)
            elif name not in _LEFT_BY_DEFAULT:
                message = f"the container gets {name}, which no container has by default"
                yield it.problem(f"{_CAPABILITIES}.add[{name}]", message)


def kept_capabilities(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Containers that keep the capabilities that they start with; Windows has none."""
    if is_windows(definition):
        return
    for it in (yield from members(definition)):
        dropped = _capabilities(it, "drop")
        if unreadable := [name for name in dropped if isinstance(name, Unreadable)]:
            yield it.unreadable(f"{_CAPABILITIES}.drop", unreadable[0])
        elif "ALL" not in dropped and not _is_root_on_purpose(it):
            yield it.problem(f"{_CAPABILITIES}.drop", "the container keeps capabilities: ALL isn't dropped")


def _capabilities(container: Container, which: str) -> list[str | Unreadable]:
    parameters = container.fields.get("linuxParameters")
    capabilities = mapping(parameters).get("capabilities")
    for it in (parameters, capabilities):
        if it is not None and not isinstance(it, Mapping):
            return [Unreadable(IS_UNKNOWN if has_unknown(it) else "it isn't an object")]
    names = [word(it) for it in items(mapping(capabilities).get(which))]
    return [it if isinstance(it, Unreadable) else it.upper().removeprefix("CAP_") for it in names]


def _is_root_on_purpose(container: Container) -> bool:
    """Whether it's one of those that have to be root and then need what root may do.

    The log router owns the socket that ECS gives it; Datadog's agent starts its parts as other users; a
    container that prepares the others' volumes changes owners and ends before they start.
    """
    if container.prepares or "firelensConfiguration" in container.fields:
        return True
    reference = image(container.fields.get("image"))
    return not isinstance(reference, Unreadable) and is_datadog_agent(reference)


def shared_with_host(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Namespaces that a task shares with the instance it runs on, and so with all other tasks there."""
    external = "EXTERNAL" in items(definition.properties.get("requiresCompatibilities"))
    for name, default, isolated, message in _SHARED:
        # Servers of one's own have no awsvpc (Amazon ECS Developer Guide, "Amazon ECS external instances").
        good = (*isolated, "bridge") if external and name == "networkMode" else isolated
        value = definition.properties.get(name)
        yield from wants_word(
            definition, name, value, good=good.__contains__, default=default, message=message
        )


def writable_root(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Containers that can change their own root file system; Windows can't do without."""
    if is_windows(definition):
        return
    for it in (yield from members(definition)):
        value, path = it.fields.get("readonlyRootFilesystem"), f"{it.path}.readonlyRootFilesystem"
        message = "the container's root file system can be written"
        yield from wants_flag(definition, path, value, want=True, default=False, message=message)


def root_user(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Containers that run as root, or as whom the image says, which is root unless it says otherwise."""
    windows = is_windows(definition)
    for it in (yield from members(definition)):
        user = word(it.fields.get("user"))
        if isinstance(user, Unreadable):
            yield it.unreadable("user", user)
        elif not user:
            if not _is_root_on_purpose(it):
                yield it.problem("user", "no user is named, so the image decides, which is root by default")
        elif _is_root(user, windows=windows) and not _is_root_on_purpose(it):
            yield it.problem("user", f"the container runs as {user}")


def _is_root(user: str, *, windows: bool) -> bool:
    """Of "user", "user:group", "uid" and "uid:gid"."""
    name = user.partition(":")[0].strip().lower()
    if windows:
        return name == "containeradministrator"
    return name == "root" or (name.isdecimal() and int(name) == 0)


_TYPES = frozenset({TASK_DEFINITION})

PRIVILEGED = Rule(
    id="task.privileged",
    title="A container has no rights beyond those of every container",
    severity=Severity.HIGH,
    why="A privileged container, and some capabilities too, lead to the host and to whatever runs there.",
    fix="Leave privileged and linuxParameters.capabilities.add out.",
    mappings=("AWS Security Hub FSBP ECS.4",),
    types=_TYPES,
    resource=privileged,
)

KEPT_CAPABILITIES = Rule(
    id="task.kept-capabilities",
    title="A container drops all capabilities",
    severity=Severity.LOW,
    why="Few processes need any, and a program with setuid in the image hands them to whoever breaks in.",
    fix='Set linuxParameters.capabilities.drop to ["ALL"]; a log router, Datadog\'s agent and a container '
    "that prepares the others and ends may keep them.",
    types=_TYPES,
    resource=kept_capabilities,
)

SHARED_WITH_HOST = Rule(
    id="task.shared-with-host",
    title="A task shares neither network, processes nor memory with its host",
    severity=Severity.HIGH,
    why="In the host's namespaces a container reaches the host's own services and every other task's.",
    fix='Set network_mode="awsvpc" and leave pid_mode and ipc_mode out.',
    mappings=("AWS Security Hub FSBP ECS.3", "AWS Security Hub FSBP ECS.17"),
    types=_TYPES,
    resource=shared_with_host,
)

WRITABLE_ROOT = Rule(
    id="task.writable-root",
    title="A container's root file system is read-only",
    severity=Severity.HIGH,
    why="Whoever breaks in can't change the program or leave another one behind.",
    fix="Set readonlyRootFilesystem, and give the paths that are written a tmpfs or a volume.",
    mappings=("AWS Security Hub FSBP ECS.5",),
    types=_TYPES,
    resource=writable_root,
)

ROOT_USER = Rule(
    id="task.root-user",
    title="A container doesn't run as root",
    severity=Severity.MEDIUM,
    why="Root in a container is root to the kernel that it shares: one hole in the isolation is enough.",
    fix='Set user to a number other than 0 ("1000"); a log router, Datadog\'s agent and a container that '
    "prepares the others and ends may be root.",
    mappings=("AWS Security Hub FSBP ECS.20", "AWS Security Hub FSBP ECS.21"),
    types=_TYPES,
    resource=root_user,
)

RULES = (PRIVILEGED, KEPT_CAPABILITIES, SHARED_WITH_HOST, WRITABLE_ROOT, ROOT_USER)
