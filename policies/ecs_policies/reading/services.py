"""ECS services: where they run, what is before them, how many tasks they have and how these are replaced."""

from collections.abc import Mapping, Sequence

from ecs_policies.kinds import (
    CAPACITY_PROVIDER,
    CLUSTER,
    CLUSTER_CAPACITY_PROVIDERS,
    DEFAULT_SUBNET,
    SCALABLE_TARGET,
    SERVICE,
    SUBNET,
    TARGET_GROUP,
)
from ecs_policies.model import UNKNOWN, Resource, Stack, Value
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.security_groups import SecurityGroups
from ecs_policies.reading.settings import at, word_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, blocks, items, mapping, number, text

ROLLING = "ROLLING"
CONTROLLER, STRATEGY = "deploymentController.type", "deploymentConfiguration.strategy"
NETWORK, LOAD_BALANCERS = "networkConfiguration", "loadBalancers"
SUBNETS = f"{NETWORK}.subnets"


def strategy(service: Resource) -> str | Unreadable:
    """How a service's tasks are replaced: ROLLING, BLUE_GREEN, LINEAR, CANARY; else CODE_DEPLOY or EXTERNAL.

    The last two are done by others than ECS. The path of what can't be read begins at the service.
    """
    for path, default in ((CONTROLLER, "ECS"), (STRATEGY, ROLLING)):
        found = word_at(service, path, default=default)
        if isinstance(found, Unreadable):
            return Unreadable(found.reason, path)
        if found.upper() != "ECS":
            return found.upper()
    return ROLLING


def is_on_fargate(service: Resource, definition: Resource) -> bool:
    """Whether a service is known to run tasks of this definition on Fargate."""
    elsewhere = text(service.properties.get("launchType")) in ("EC2", "EXTERNAL")
    return not elsewhere and "FARGATE" in items(definition.properties.get("requiresCompatibilities"))


def is_daemon(service: Resource) -> bool:
    """Whether it runs one task on each instance, so that no number of tasks is set."""
    return text(service.properties.get("schedulingStrategy")) == "DAEMON"


def subnets(stack: Stack, service: Resource) -> References | None:
    """The subnets of a service's tasks; None without network configuration, as they use their instances'."""
    if service.properties.get(NETWORK) is None:
        return None
    return resolve(stack, service, NETWORK, (SUBNET, DEFAULT_SUBNET), _named(service, SUBNETS))


def security_groups(stack: Stack, service: Resource) -> frozenset[str]:
    """The keys (`SecurityGroups`) of the groups of a service's tasks."""
    groups = stack.once(SecurityGroups)
    return groups.keys(groups.named(service, NETWORK, _named(service, f"{NETWORK}.securityGroups")))


def _named(service: Resource, path: str) -> Value:
    value = at(service, path)
    return UNKNOWN if isinstance(value, Unreadable) else items(value)


def routes(service: Resource) -> tuple[Mapping[str, Value], ...] | Unreadable:
    """The blocks that name a target group, and the container and port behind it."""
    return blocks(service.properties.get(LOAD_BALANCERS))


def routed_containers(service: Resource) -> list[str]:
    """The names of the containers that target groups send to; none where the blocks can't be read."""
    found = routes(service)
    known = () if isinstance(found, Unreadable) else found
    return sorted({name for it in known if (name := text(it.get("containerName")))})


def target_groups(stack: Stack, service: Resource) -> References:
    """The target groups that a service's tasks are in, those of its next revision included."""
    found = routes(service)
    if isinstance(found, Unreadable):
        return resolve(stack, service, LOAD_BALANCERS, (TARGET_GROUP,), UNKNOWN)
    named = [
        *(it.get("targetGroupArn") for it in found),
        *(_alternate(advanced) for it in found for advanced in items(it.get("advancedConfiguration"))),
    ]
    return resolve(stack, service, LOAD_BALANCERS, (TARGET_GROUP,), [it for it in named if it is not None])


def _alternate(advanced: Value) -> Value:
    return UNKNOWN if advanced is UNKNOWN else mapping(advanced).get("alternateTargetGroupArn")


class Scaling:
    """Which scalable target sets a service's number of tasks; get it by `stack.once(Scaling)`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.targets: list[tuple[Resource, References]] = []
        self._by_service: dict[str, list[Resource]] = {}
        for it in stack.of_type(SCALABLE_TARGET):
            namespace = text(it.properties.get("serviceNamespace"))
            if namespace is None or namespace == "ecs":
                services = self._services(it)
                self.targets.append((it, services))
                for key in services.keys:
                    self._by_service.setdefault(key, []).append(it)

    def of(self, service: Resource) -> Sequence[Resource]:
        """The service's scalable targets; AWS allows one."""
        return self._by_service.get(service.urn, ())

    def fewest(self, service: Resource) -> tuple[Resource, str]:
        """The resource and property that say how many tasks there are at least."""
        targets = self.of(service)
        return (targets[0], "minCapacity") if targets else (service, "desiredCount")

    def _services(self, target: Resource) -> References:
        """The service that "service/CLUSTER/SERVICE" names."""
        known = text(target.properties.get("resourceId"))
        if known is None:
            return resolve(self._stack, target, "resourceId", (SERVICE,))
        _, cluster, name, *_ = (*known.split("/"), "", "", "")
        services = resolve(self._stack, target, "resourceId", (SERVICE,), name)
        if len(services.found) < 2:
            return services
        # Two clusters may have a service of the same name each.
        return References(found=tuple(it for it in services.found if self._is_in(it, cluster)))

    def _is_in(self, service: Resource, cluster: str) -> bool:
        clusters = resolve(self._stack, service, "cluster", (CLUSTER,)).keys
        return not clusters.isdisjoint({cluster, *(it.urn for it in self._stack.named(cluster, (CLUSTER,)))})


def on_spot(stack: Stack, service: Resource) -> bool | Unreadable:
    """Whether tasks of a service may run on Fargate Spot, by its own strategy or by its cluster's default."""
    if service.properties.get("launchType") is not None:
        return False
    if service.properties.get("capacityProviderStrategies") is not None:
        return _has_spot(stack, service, "capacityProviderStrategies")
    defaults = stack.once(_default_strategies)
    clusters = resolve(stack, service, "cluster", (CLUSTER,))
    own = [it for key in clusters.keys for it in defaults.get(key, ())]
    found = [_has_spot(stack, it, "defaultCapacityProviderStrategies") for it in own]
    return next((it for it in found if it is not False), False)


def _default_strategies(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    found: dict[str, list[Resource]] = {}
    for it in stack.of_type(CLUSTER_CAPACITY_PROVIDERS):
        for key in resolve(stack, it, "clusterName", (CLUSTER,)).keys:
            found.setdefault(key, []).append(it)
    return found


def _has_spot(stack: Stack, owner: Resource, name: str) -> bool | Unreadable:
    found = blocks(owner.properties.get(name))
    if isinstance(found, Unreadable):
        return found
    for it in found:
        provider = it.get("capacityProvider")
        # A reference leads to a provider of the program's own, which is of instances.
        if provider is UNKNOWN and not resolve(stack, owner, name, (CAPACITY_PROVIDER,), provider).found:
            return Unreadable(IS_UNKNOWN)
        if provider == "FARGATE_SPOT" and any(
            number(it.get(key), default=0) != 0 for key in ("weight", "base")
        ):
            return True
    return False
