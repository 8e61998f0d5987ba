"""How much a stack has of what AWS charges for, read from its resources."""

from ecs_policies import kinds
from ecs_policies.checks.cost import Quantities, Tasks
from ecs_policies.checks.spot import spread
from ecs_policies.model import Resource, Stack
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import Unreadable, block, blocks, items, number, text

_FARGATE, _SPOT = "FARGATE", "FARGATE_SPOT"


def quantities(stack: Stack) -> Quantities:
    """What is charged in the stack. What can't be read counts as none: a bill is no judgement."""
    balancers = [it for it in stack.of_type(kinds.LOAD_BALANCER) if _is_application(it)]
    gateways = len(stack.of_type(kinds.NAT_GATEWAY))
    public = [it for it in balancers if it.properties.get("internal") not in (True, "true")]
    acls = stack.of_type(kinds.WEB_ACL)
    return Quantities(
        tasks=tuple(it for service in stack.of_type(kinds.SERVICE) for it in _tasks(stack, service)),
        load_balancers=len(balancers),
        addresses=sum(_zones(it) for it in public) + gateways,
        nat_gateways=gateways,
        endpoints=sum(_endpoint_zones(it) for it in stack.of_type(kinds.VPC_ENDPOINT)),
        keys=len(stack.of_type(kinds.KEY)),
        web_acls=len(acls),
        web_acl_rules=sum(len(items(it.properties.get("rules"))) for it in acls),
        alarms=sum(map(_watched, stack.of_type(kinds.METRIC_ALARM))),
        composite_alarms=len(stack.of_type(kinds.COMPOSITE_ALARM)),
        dashboards=len(stack.of_type(kinds.DASHBOARD)),
    )


def _is_application(balancer: Resource) -> bool:
    return balancer.properties.get("loadBalancerType") in (None, "application")


def _zones(balancer: Resource) -> int:
    named = (items(balancer.properties.get(it)) for it in ("subnets", "subnetMappings"))
    return max(map(len, named))


def _endpoint_zones(endpoint: Resource) -> int:
    interface = endpoint.properties.get("vpcEndpointType") == "Interface"
    return len(items(endpoint.properties.get("subnetIds"))) if interface else 0


def _watched(alarm: Resource) -> int:
    """How many metrics an alarm watches: one, or each that its metric math reads."""
    queries = blocks(alarm.properties.get("metricQueries"))
    if isinstance(queries, Unreadable):
        return 1
    return max(1, sum(it.get("metric") is not None for it in queries))


def _tasks(stack: Stack, service: Resource) -> list[Tasks]:
    found = resolve(stack, service, "taskDefinition", (kinds.TASK_DEFINITION,)).found
    desired = _whole(service, "desiredCount", 0)
    on_demand, spot = _spread(service, desired)
    return [_sized(it, on_demand, spot) for it in found[:1] if desired]


def _sized(definition: Resource, on_demand: int, spot: int) -> Tasks:
    platform, disk = (block(definition.properties.get(it)) for it in ("runtimePlatform", "ephemeralStorage"))
    architecture = text(platform.get("cpuArchitecture")) if not isinstance(platform, Unreadable) else None
    storage = number(disk.get("sizeInGib"), default=20) if not isinstance(disk, Unreadable) else 20
    return Tasks(
        cpu=_whole(definition, "cpu", 0),
        memory=_whole(definition, "memory", 0),
        architecture="ARM64" if architecture == "ARM64" else "X86_64",
        storage=20 if isinstance(storage, Unreadable) else int(storage),
        on_demand=on_demand,
        spot=spot,
    )


def _spread(service: Resource, desired: int) -> tuple[int, int]:
    """How many tasks are on demand and on Spot: the base first, then by weight."""
    strategy = blocks(service.properties.get("capacityProviderStrategies"))
    if isinstance(strategy, Unreadable) or not strategy:
        return desired, 0
    base = {_FARGATE: 0.0, _SPOT: 0.0}
    weight = {_FARGATE: 0.0, _SPOT: 0.0}
    for it in strategy:
        name = text(it.get("capacityProvider"))
        if name in base:
            given = (number(it.get(key), default=0) for key in ("base", "weight"))
            base[name], weight[name] = (0.0 if isinstance(value, Unreadable) else value for value in given)
    return spread(desired, base=int(base[_FARGATE]), on_demand=weight[_FARGATE], spot=weight[_SPOT])


def _whole(resource: Resource, name: str, default: int) -> int:
    value = number(resource.properties.get(name), default=default)
    return default if isinstance(value, Unreadable) else int(value)
