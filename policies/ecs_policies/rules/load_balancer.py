"""Rules about one load balancer by itself."""

from collections.abc import Iterator

from ecs_policies.kinds import DEFAULT_SUBNET, LOAD_BALANCER, SUBNET
from ecs_policies.model import UNKNOWN, Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.demands import unverifiable, wants_flag, wants_word
from ecs_policies.reading.load_balancing import is_application, kind
from ecs_policies.reading.references import resolve
from ecs_policies.reading.settings import flag_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, blocks, flag, items

_ONE = frozenset({LOAD_BALANCER})


def access_logs(balancer: Resource, _options: Options) -> Iterator[Problem]:
    """Application Load Balancers that write down no request."""
    if not is_application(balancer):
        return
    found = flag_at(balancer, "accessLogs.enabled", default=False)
    if isinstance(found, Unreadable):
        yield unverifiable(balancer, "accessLogs.enabled", found)
    elif not found:
        message = "requests aren't logged: access logs are off unless enabled says otherwise"
        yield Problem(resource=balancer, path="accessLogs.enabled", message=message)


def request_smuggling(balancer: Resource, _options: Options) -> Iterator[Problem]:
    """Application Load Balancers that hand malformed headers and requests on to the tasks."""
    if not is_application(balancer):
        return
    yield from wants_flag(
        balancer,
        "dropInvalidHeaderFields",
        balancer.properties.get("dropInvalidHeaderFields"),
        want=True,
        default=False,
        message="headers with invalid names are passed on to the tasks",
    )
    yield from wants_word(
        balancer,
        "desyncMitigationMode",
        balancer.properties.get("desyncMitigationMode"),
        good=lambda it: it.lower() in ("defensive", "strictest"),
        default="defensive",
        message="requests that two servers may read differently are passed on: the mode is {}",
    )


def deletion_protection(balancer: Resource, _options: Options) -> Iterator[Problem]:
    """Load balancers that anyone who may delete one deletes with one call."""
    yield from wants_flag(
        balancer,
        "enableDeletionProtection",
        balancer.properties.get("enableDeletionProtection"),
        want=True,
        default=False,
        message="nothing keeps the load balancer from being deleted",
    )


def public_by_accident(balancer: Resource, _options: Options) -> Iterator[Problem]:
    """Load balancers that face the internet only because nothing is said about it."""
    value = balancer.properties.get("internal")
    found = flag(value, default=False)
    if kind(balancer) == "gateway":
        return
    if isinstance(found, Unreadable):
        yield unverifiable(balancer, "internal", found)
    elif value is None:
        message = "whether it is internal isn't said, so it faces the internet"
        yield Problem(resource=balancer, path="internal", message=message)


def zones(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Load balancers in one subnet; two of one load balancer are always in different zones.

    Elastic Load Balancing API reference, "CreateLoadBalancer": one subnet for each zone.
    """
    for balancer in stack.of_type(LOAD_BALANCER):
        name = "subnetMappings" if balancer.properties.get("subnets") is None else "subnets"
        value = balancer.properties.get(name)
        mapped = blocks(value) if name == "subnetMappings" else ()
        if isinstance(mapped, Unreadable):
            yield unverifiable(balancer, name, mapped)
            continue
        ids = [it.get("subnetId") for it in mapped] if name == "subnetMappings" else value
        named = resolve(stack, balancer, name, (SUBNET, DEFAULT_SUBNET), ids)
        if max(len(named.keys), _count(ids)) > 1:
            continue
        if named.lost:
            yield unverifiable(balancer, name, Unreadable(f"whether it's in several zones: {IS_UNKNOWN}"))
        else:
            yield Problem(resource=balancer, path=name, message="it's in one zone only, and fails with it")


def _count(ids: Value) -> int:
    """How many subnets are listed: each part that isn't known yet is one."""
    parts = items(ids)
    return sum(it is UNKNOWN for it in parts) + len({it for it in parts if isinstance(it, str)})


ACCESS_LOGS = Rule(
    id="load-balancer.access-logs",
    title="An Application Load Balancer logs its requests",
    severity=Severity.MEDIUM,
    why="Who came, from where and what was answered can't be found out afterwards.",
    fix='Set access_logs={"bucket": …, "enabled": True}.',
    mappings=("AWS Security Hub FSBP ELB.5",),
    types=_ONE,
    resource=access_logs,
)

REQUEST_SMUGGLING = Rule(
    id="load-balancer.request-smuggling",
    title="An Application Load Balancer refuses malformed headers and requests",
    severity=Severity.MEDIUM,
    why="What load balancer and application read differently carries a second request past every check.",
    fix='Set drop_invalid_header_fields=True, and leave desync_mitigation_mode out or "strictest".',
    mappings=("AWS Security Hub FSBP ELB.4", "AWS Security Hub FSBP ELB.12"),
    types=_ONE,
    resource=request_smuggling,
)

DELETION_PROTECTION = Rule(
    id="load-balancer.deletion-protection",
    title="A load balancer is protected from deletion",
    severity=Severity.MEDIUM,
    why="Its address is gone with it, and with the address everything that was reached through it.",
    fix="Set enable_deletion_protection=True.",
    mappings=("AWS Security Hub FSBP ELB.6",),
    types=_ONE,
    resource=deletion_protection,
)

PUBLIC_BY_ACCIDENT = Rule(
    id="load-balancer.public-by-accident",
    title="A load balancer says whether it faces the internet",
    severity=Severity.HIGH,
    why="The provider's default is the internet, so a forgotten argument publishes an internal application.",
    fix="Set internal=True, or internal=False where the internet is meant.",
    types=_ONE,
    resource=public_by_accident,
)

ZONES = Rule(
    id="load-balancer.zones",
    title="A load balancer is in several zones",
    severity=Severity.MEDIUM,
    why="It is the one way to all tasks, and fails with its only zone.",
    fix="Name subnets of two zones or more in subnets or subnet_mappings.",
    mappings=("AWS Security Hub FSBP ELB.13",),
    stack=zones,
)

RULES = (ACCESS_LOGS, REQUEST_SMUGGLING, DELETION_PROTECTION, PUBLIC_BY_ACCIDENT, ZONES)
