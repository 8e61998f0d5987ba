"""The rule about the way of a request from a load balancer to a container."""

from collections.abc import Iterator, Mapping

from ecs_policies import checks
from ecs_policies.kinds import SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.containers import containers
from ecs_policies.reading.demands import unverifiable, wants_word
from ecs_policies.reading.references import References
from ecs_policies.reading.services import LOAD_BALANCERS, NETWORK, routes, target_groups
from ecs_policies.reading.tasks import TASK_DEFINITION_OF, Tasks
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, has_unknown, number, text


def port_wiring(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Load balancers that send to a container or port that isn't there, or can't reach a task's address."""
    for service in stack.of_type(SERVICE):
        found = routes(service)
        if isinstance(found, Unreadable):
            yield unverifiable(service, LOAD_BALANCERS, found)
        elif found:
            definitions = stack.once(Tasks).definition(service)
            yield from _are_seen(service, definitions)
            for index, it in enumerate(found):
                yield from _leads_somewhere(service, it, index, definitions.found)
    yield from _by_address(stack)


def _are_seen(service: Resource, definitions: References) -> Iterator[Problem]:
    if definitions.outside or definitions.lost:
        shown = ", ".join(definitions.outside) or "a task definition that isn't known before deployment"
        reason = Unreadable(f"the containers of what isn't part of the stack: {shown}")
        yield unverifiable(service, TASK_DEFINITION_OF, reason)


def _leads_somewhere(
    service: Resource, route: Mapping[str, Value], index: int, definitions: tuple[Resource, ...]
) -> Iterator[Problem]:
    name = text(route.get("containerName"))
    path = f"{LOAD_BALANCERS}[{name or index}]"
    port = number(route.get("containerPort"), default=0)
    if name is None:
        reason = Unreadable(f"which container it sends to: {IS_UNKNOWN}, or isn't set")
        yield unverifiable(service, f"{path}.containerName", reason)
    elif isinstance(port, Unreadable):
        yield unverifiable(service, f"{path}.containerPort", port)
    else:
        for definition in definitions:
            for part, message in _faults(definition, name, port):
                yield Problem(resource=service, path=f"{path}.{part}", message=message)


def _faults(definition: Resource, name: str, port: float) -> Iterator[tuple[str, str]]:
    """What of a block leads nowhere, and why; what can't be read is for the task's rules to say."""
    found = containers(definition)
    if isinstance(found, Unreadable):
        return
    ports = [{key: it[key] for key in ("name", "portMappings") if key in it} for it in found]
    if any(has_unknown(it) for it in ports):
        return
    for it in checks.routed_port(ports, name, port):
        part, shown = ("containerPort", f"{port:g}") if it.path == "routed.port" else ("containerName", name)
        yield part, f"{shown} doesn't fit {definition.name}: {it.message}"


def _by_address(stack: Stack) -> Iterator[Problem]:
    """Tasks with an address of their own are targets by it, not by their instance."""
    addressed: dict[str, Resource] = {}
    for service in stack.of_type(SERVICE):
        # Only tasks in awsvpc mode take a network configuration, and they need one.
        if service.properties.get(NETWORK) is not None:
            addressed.update((it.urn, it) for it in target_groups(stack, service).found)
    for group in addressed.values():
        yield from wants_word(
            group,
            "targetType",
            group.properties.get("targetType"),
            good=lambda it: it.lower() == "ip",
            default="instance",
            message="tasks with their own address can't be targets of type {}, only of type ip",
        )


PORT_WIRING = Rule(
    id="service.port-wiring",
    title="The load balancer's requests lead to a container's open port",
    severity=Severity.HIGH,
    why="Else no target ever gets healthy, and every deployment fails.",
    fix="Name in load_balancers a container and port that the task definition exposes, and give the "
    'target group target_type="ip".',
    stack=port_wiring,
)

RULES = (PORT_WIRING,)
