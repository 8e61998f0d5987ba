"""What runs: the cluster, its services, their tasks, and the containers of a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecs_policies import kinds
from ecs_policies.model import Resource, Stack, Value
from ecs_policies.reading import services
from ecs_policies.reading.containers import containers
from ecs_policies.reading.references import resolve
from ecs_policies.reading.settings import at, flag_at
from ecs_policies.reading.tasks import EXECUTION_ROLE, TASK_ROLE
from ecs_policies.reading.values import Unreadable, block, blocks, items, mapping, number, text

from diagram.picture import Card, Part, Row
from diagram.traffic import doors, in_subnets
from diagram.wording import LATER, image, listed, named, secret, several, shown

SCALING_POLICY = "aws:appautoscaling/policy:Policy"
SCHEDULE = "aws:appautoscaling/scheduledAction:ScheduledAction"
_METRICS = {
    "ECSServiceAverageCPUUtilization": "CPU {} %",
    "ECSServiceAverageMemoryUtilization": "memory {} %",
    "ALBRequestCountPerTarget": "{} requests",
}


def cluster(stack: Stack, it: Resource) -> Iterator[Row]:
    """What it measures, and what its tasks may run on."""
    for setting in items(it.properties.get("settings")):
        one = mapping(setting)
        if one.get("name") == "containerInsights":
            yield Row(label="Container Insights", value=shown(one.get("value")))
    for providers in stack.of_type(kinds.CLUSTER_CAPACITY_PROVIDERS):
        if it in resolve(stack, providers, "clusterName", (kinds.CLUSTER,)).found:
            value = listed(map(shown, items(providers.properties.get("capacityProviders"))))
            yield Row(label="runs on", value=value, tells=(providers.urn,))


def service(stack: Stack, it: Resource) -> Iterator[Row]:
    """How many tasks, where, and how they are replaced."""
    yield from _tasks(stack, it)
    yield from _replacement(it)
    strategies = blocks(it.properties.get("capacityProviderStrategies"))
    if not isinstance(strategies, Unreadable) and strategies:
        yield Row(label="runs on", value=listed(shown(one.get("capacityProvider")) for one in strategies))
    subnets = services.subnets(stack, it)
    if subnets:
        yield from in_subnets(subnets)
    yield from doors(stack, services.security_groups(stack, it))


def _tasks(stack: Stack, it: Resource) -> Iterator[Row]:
    count = shown(it.properties.get("desiredCount") or 1)
    targets = stack.once(services.Scaling).of(it)
    for target in targets:
        ends = (shown(target.properties.get(name)) for name in ("minCapacity", "maxCapacity"))
        yield Row(label="tasks", value=f"{count} at first, {' to '.join(ends)}", tells=(target.urn,))
        scaled = list(_scaled(stack, target))
        if scaled:
            tells = tuple(one.tells[0] for one in scaled)
            yield Row(label="scaled by", value=listed(one.value for one in scaled), tells=tells)
    if not targets:
        yield Row(label="tasks", value=count)


def _scaled(stack: Stack, target: Resource) -> Iterator[Row]:
    for it in stack.of_type(SCALING_POLICY, SCHEDULE):
        if target.urn not in {urn for urns in it.property_dependencies.values() for urn in urns}:
            continue
        metric = at(
            it, "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType"
        )
        wanted = at(it, "targetTrackingScalingPolicyConfiguration.targetValue")
        known = _METRICS.get(metric) if isinstance(metric, str) else None
        yield Row(label="", value=known.format(wanted) if known else it.name, tells=(it.urn,))


def _replacement(it: Resource) -> Iterator[Row]:
    how = services.strategy(it)
    ends = [
        it.properties.get(name) for name in ("deploymentMinimumHealthyPercent", "deploymentMaximumPercent")
    ]
    words = LATER if isinstance(how, Unreadable) else how.lower().replace("_", "/")
    if how == services.ROLLING and None not in ends:
        words += f", {' to '.join(map(shown, ends))} % of them"
    yield Row(label="replaced", value=words)
    judges: list[str] = []
    if flag_at(it, "deploymentCircuitBreaker.rollback", default=False) is True:
        judges.append("the circuit breaker")
    alarms = at(it, "alarms.alarmNames")
    if flag_at(it, "alarms.rollback", default=False) is True and not isinstance(alarms, Unreadable):
        judges.append(several(len(items(alarms)), "alarm"))
    if judges:
        yield Row(label="rolled back by", value=listed(judges))


def task(stack: Stack, it: Resource) -> Iterator[Row]:
    """Its size, and its two roles."""
    yield Row(label="size", value=_size(it))
    for label, name in (("task role", TASK_ROLE), ("execution role", EXECUTION_ROLE)):
        if it.properties.get(name) is not None:
            yield Row(label=label, value=named(resolve(stack, it, name, (kinds.ROLE,))))
    volumes = [shown(mapping(one).get("name")) for one in items(it.properties.get("volumes"))]
    if volumes:
        yield Row(label="volumes", value=listed(volumes))


def _size(it: Resource) -> str:
    cpu, memory = (number(it.properties.get(name), default=0) for name in ("cpu", "memory"))
    parts = [
        f"{cpu / 1024:g} vCPU" if not isinstance(cpu, Unreadable) and cpu else "",
        f"{memory / 1024:g} GiB" if not isinstance(memory, Unreadable) and memory else "",
    ]
    platform = block(it.properties.get("runtimePlatform"))
    if not isinstance(platform, Unreadable) and text(platform.get("cpuArchitecture")):
        parts.append(shown(platform["cpuArchitecture"]))
    return ", ".join(filter(None, parts)) or LATER


FACTS = {kinds.CLUSTER: cluster, kinds.SERVICE: service, kinds.TASK_DEFINITION: task}


def containers_of(stack: Stack, definition: Resource, routed: Mapping[str, str]) -> dict[str, Card]:
    """A card of each container, by its name; `routed` names the target groups that lead to one."""
    found = containers(definition)
    if isinstance(found, Unreadable):
        return {
            "containers": Card(title="containers", part=Part.RUNNING, rows=(Row(label="are", value=LATER),))
        }
    return {
        name: Card(title=name, part=Part.RUNNING, rows=tuple(_container(stack, it, found, routed.get(name))))
        for it in found
        if (name := text(it.get("name")))
    }


def starts(definition: Resource) -> Iterator[tuple[str, str, str]]:
    """What each container waits for before it starts: the other one, itself, and until when.

    What follows is left out: whoever waits for rails needn't say that it waits for what rails waits for.
    """
    edges = set(_waits(definition))
    waits = {(before, after) for before, after, _ in edges}
    for before, after, until in sorted(edges):
        follows = any((before, other, until) in edges and (other, after) in waits for _, other, _ in edges)
        if not follows:
            yield before, after, until


def _waits(definition: Resource) -> Iterator[tuple[str, str, str]]:
    found = containers(definition)
    for it in () if isinstance(found, Unreadable) else found:
        for edge in items(it.get("dependsOn")):
            before, condition = (text(mapping(edge).get(key)) for key in ("containerName", "condition"))
            if before and condition:
                yield before, text(it.get("name")) or "", _UNTIL.get(condition, condition.lower())


_UNTIL = {"START": "started", "HEALTHY": "healthy", "COMPLETE": "ended", "SUCCESS": "ended well"}


def _container(
    stack: Stack, it: Mapping[str, Value], others: tuple[Mapping[str, Value], ...], group: str | None
) -> Iterator[Row]:
    yield Row(label="image", value=image(text(it.get("image")) or LATER))
    for one in items(it.get("portMappings")):
        port = shown(mapping(one).get("containerPort"))
        yield Row(label="port", value=f"{port}, from {group}" if group else port)
    memory = it.get("memoryReservation") or it.get("memory")
    reserved = [
        f"{shown(value)} {unit}" for value, unit in ((it.get("cpu"), "CPU"), (memory, "MiB")) if value
    ]
    if reserved:
        yield Row(label="reserves", value=listed(reserved))
    for one in items(it.get("secrets")):
        # Where the value comes from; what it is stays with AWS.
        value = secret(text(mapping(one).get("valueFrom")) or "") or "a secret or parameter"
        yield Row(label=shown(mapping(one).get("name")), value=value)
    yield from _logs(stack, it, others)
    if it.get("essential") is False:
        yield Row(label="if it ends", value="the task goes on")


def _logs(stack: Stack, it: Mapping[str, Value], others: tuple[Mapping[str, Value], ...]) -> Iterator[Row]:
    given = mapping(it.get("logConfiguration"))
    options = mapping(given.get("options"))
    if given.get("logDriver") == "awslogs":
        group = text(options.get("awslogs-group")) or LATER
        found = stack.named(group, (kinds.LOG_GROUP,))
        yield Row(label="logs", value=f"group {found[0].name if found else group}")
    elif given.get("logDriver") == "awsfirelens":
        router = next((shown(one.get("name")) for one in others if one.get("firelensConfiguration")), LATER)
        to = options.get("Name") or options.get("@type")
        yield Row(label="logs", value=router + (f", to {shown(to)}" if to else ""))
    elif given:
        yield Row(label="logs", value=shown(given.get("logDriver")))
