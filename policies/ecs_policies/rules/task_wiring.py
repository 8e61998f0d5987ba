"""Rules about how a task's containers fit together: the order they start and stop in, and what they share.

The checks are those that this program's constructors make too (`ecs_policies.checks`).
"""

from collections.abc import Iterator

from ecs_policies import checks
from ecs_policies.kinds import TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.checked import told
from ecs_policies.reading.containers import plain, readable
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.values import Unreadable, blocks, text, word


def impossible_order(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Containers that ECS refuses together, or that wait for what never comes."""
    found = plain((yield from readable(definition, "dependsOn", "essential", "healthCheck")))
    if not found:
        return
    for check in (checks.container_count, checks.names, checks.essential, checks.order):
        yield from told(definition, check(found))


def implied_order(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Containers that rely on others to which they declare no edge.

    Unless told otherwise ECS starts the log router first, but doesn't wait until it's ready ("Send Amazon ECS
    logs to an AWS service or AWS Partner").
    """
    fields = ("dependsOn", "healthCheck", "logConfiguration", "firelensConfiguration")
    found = plain((yield from readable(definition, *fields)))
    waiting = checks.log_order(found)
    named = {(it.path, it.item) for it in waiting}
    others = tuple(it for it in checks.implied(found) if (it.path, it.item) not in named)
    yield from told(definition, (*waiting, *others))


def loose_ends(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Ports, mount points and variables that two containers want, or that lead nowhere."""
    fields = ("portMappings", "mountPoints", "linuxParameters", "environment", "secrets")
    found = plain((yield from readable(definition, *fields)))
    mode = word(definition.properties.get("networkMode"), default="bridge")
    if isinstance(mode, Unreadable):
        yield unverifiable(definition, "networkMode", mode)
    elif mode == "awsvpc":
        yield from told(definition, checks.port_clashes(found))
    yield from told(definition, checks.firelens_port(found))
    yield from told(definition, checks.variables(found))
    volumes = blocks(definition.properties.get("volumes"))
    if isinstance(volumes, Unreadable):
        yield unverifiable(definition, "volumes", volumes)
    elif any(text(it.get("name")) is None for it in volumes):
        yield unverifiable(definition, "volumes", Unreadable("a volume has no name, or one that isn't known"))
    else:
        yield from told(definition, checks.mount_points(found, volumes))


_TYPES = frozenset({TASK_DEFINITION})

CONTAINER_GRAPH = Rule(
    id="task.container-graph",
    title="The containers can start: known names, one essential at least, no circle",
    severity=Severity.MEDIUM,
    why="ECS refuses such a task, or starts it and waits for ever.",
    fix="Mend dependsOn and essential of the containers that are named.",
    types=_TYPES,
    resource=impossible_order,
)

CONTAINER_ORDER = Rule(
    id="task.container-order",
    title="A container declares each other that it relies on",
    severity=Severity.LOW,
    why="ECS follows declared edges only: what is two steps away may stop first, and first logs get lost.",
    fix="Add the edge to dependsOn: HEALTHY for the log router, which needs a health check for that.",
    types=_TYPES,
    resource=implied_order,
)

WIRING = Rule(
    id="task.wiring",
    title="Ports, mount points and variables of a task's containers don't clash and lead somewhere",
    severity=Severity.MEDIUM,
    why="A task's containers share one network interface: two can't have one port, and an open log port "
    "takes anybody's logs.",
    fix="Give each container ports, paths and variables of its own, name volumes that the task has, and keep "
    "port 24224 out of portMappings.",
    types=_TYPES,
    resource=loose_ends,
)

RULES = (CONTAINER_GRAPH, CONTAINER_ORDER, WIRING)
