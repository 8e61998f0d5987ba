"""Rules about numbers that ECS and Fargate take: sizes and times.

Most of the checks are those that this program's constructors make too (`ecs_policies.checks`).
"""

from collections.abc import Iterable, Iterator

from ecs_policies import checks
from ecs_policies.checks.fargate import size
from ecs_policies.kinds import TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.checked import told
from ecs_policies.reading.containers import CONTAINERS, Container, containers, on_fargate, plain, readable
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, block, has_unknown


def misfits(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Sizes that Fargate doesn't sell, that the containers don't fit into, or that nothing limits."""
    fargate = yield from on_fargate(definition)
    found = yield from readable(definition, "cpu", "memory", "memoryReservation", "linuxParameters")
    cpu, memory = definition.properties.get("cpu"), definition.properties.get("memory")
    unreadable = list(_unreadable_sizes(definition))
    yield from unreadable
    if unreadable:
        return
    if fargate:
        yield from told(definition, checks.shape(cpu, memory))
        yield from _storage(definition)
    elif memory is None:
        yield from _unlimited(found)
    yield from told(definition, checks.reservations(cpu, memory, plain(found)))
    yield from told(definition, checks.tmpfs(memory, plain(found)))
    yield from _document(definition)


def _unreadable_sizes(definition: Resource) -> Iterator[Problem]:
    for name in ("cpu", "memory"):
        value = definition.properties.get(name)
        if has_unknown(value):
            yield unverifiable(definition, name, Unreadable(IS_UNKNOWN))
        elif value is not None and size(value) is None:
            yield unverifiable(definition, name, Unreadable("it isn't a size"))


def _storage(definition: Resource) -> Iterator[Problem]:
    storage = block(definition.properties.get("ephemeralStorage"))
    if isinstance(storage, Unreadable):
        yield unverifiable(definition, "ephemeralStorage", storage)
    elif has_unknown(storage.get("sizeInGib")):
        yield unverifiable(definition, "ephemeralStorage.sizeInGib", Unreadable(IS_UNKNOWN))
    else:
        yield from told(definition, checks.ephemeral_storage(storage.get("sizeInGib")))


def _unlimited(found: Iterable[Container]) -> Iterator[Problem]:
    for it in found:
        if it.fields.get("memory") is None:
            yield it.problem("memory", "nothing limits how much of its instance's memory the container takes")


def _document(definition: Resource) -> Iterator[Problem]:
    found = containers(definition)
    if isinstance(found, Unreadable):
        return
    if has_unknown(found):
        yield unverifiable(definition, CONTAINERS, Unreadable(f"how large the text is: {IS_UNKNOWN}"))
    yield from told(definition, checks.document_size({**definition.properties, CONTAINERS: found}))


def bad_timeouts(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Times that ECS, or Fargate, doesn't take."""
    fargate = yield from on_fargate(definition)
    fields = ("startTimeout", "stopTimeout", "healthCheck", "restartPolicy")
    found = plain((yield from readable(definition, *fields)))
    yield from told(definition, checks.containers_timeouts(found, fargate=fargate))


_TYPES = frozenset({TASK_DEFINITION})

SIZE = Rule(
    id="task.size",
    title="A task has a size that Fargate sells, that its containers fit into, and a document that ECS takes",
    severity=Severity.MEDIUM,
    why="Any other is refused when all else stands, and containers that don't fit are killed under load.",
    fix="Choose cpu and memory from Fargate's table, with the containers' reservations within them; on "
    "instances limit the task's memory, or each container's. Keep large values out of the environment.",
    types=_TYPES,
    resource=misfits,
)

TIMEOUTS = Rule(
    id="task.timeouts",
    title="Start, stop, health-check and restart times are within what ECS takes",
    severity=Severity.MEDIUM,
    why="ECS refuses a task definition with any other.",
    fix="Keep to the range that the finding names; on Fargate stopTimeout and startTimeout end at 120 s.",
    types=_TYPES,
    resource=bad_timeouts,
)

RULES = (SIZE, TIMEOUTS)
