"""Where it runs: VPC, subnets by zone, ways out, endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from ecs_policies import kinds
from ecs_policies.model import Resource, Stack
from ecs_policies.reading import services
from ecs_policies.reading.endpoints import Endpoints
from ecs_policies.reading.references import resolve
from ecs_policies.reading.routes import Routes

from diagram.picture import Row
from diagram.traffic import SUBNETS
from diagram.wording import LATER, listed, named, shown


def vpc(stack: Stack, it: Resource) -> Iterator[Row]:
    """Its addresses, its logs, and the services that are reached without leaving it."""
    yield Row(label="addresses", value=shown(it.properties.get("cidrBlock")))
    for log in stack.of_type(kinds.FLOW_LOG):
        if it in resolve(stack, log, "vpcId", (kinds.VPC,)).found:
            group = named(resolve(stack, log, "logDestination", (kinds.LOG_GROUP, kinds.BUCKET)))
            yield Row(label="flow logs", value=group, tells=(log.urn,))
    for gateway in stack.of_type(kinds.INTERNET_GATEWAY):
        if it in resolve(stack, gateway, "vpcId", (kinds.VPC,)).found:
            yield Row(label="internet gateway", value=gateway.name, tells=(gateway.urn,))
    for endpoint in stack.once(Endpoints).of(it.urn):
        kind = f"{endpoint.kind.lower()} endpoint" if isinstance(endpoint.kind, str) else LATER
        # Of somebody else's service there is the endpoint's own name alone.
        name = endpoint.service if isinstance(endpoint.service, str) else ""
        yield Row(label=f"to {name or endpoint.resource.name}", value=kind, tells=(endpoint.resource.urn,))


def subnet(stack: Stack, it: Resource) -> Iterator[Row]:
    """Its addresses, what stands in it, and the way out."""
    yield Row(label="addresses", value=shown(it.properties.get("cidrBlock")))
    balancers = [
        one.name
        for one in stack.of_type(kinds.LOAD_BALANCER)
        if it in resolve(stack, one, "subnets", SUBNETS).found
    ]
    if balancers:
        yield Row(label="load balancer", value=listed(balancers))
    for gateway in stack.of_type(kinds.NAT_GATEWAY):
        if it in resolve(stack, gateway, "subnetId", SUBNETS).found:
            addresses = resolve(stack, gateway, "allocationId", (_ADDRESS,)).found
            tells = (gateway.urn, *(one.urn for one in addresses))
            yield Row(label="NAT gateway", value=gateway.name, tells=tells)
    tasks = [one.name for one in stack.of_type(kinds.SERVICE) if it in _subnets(stack, one)]
    if tasks:
        yield Row(label="tasks of", value=listed(tasks))
    ways = stack.once(Routes).of(it)
    value = listed(sorted(way.value for way in ways.ways)) or ("unread" if ways.unread else "none")
    yield Row(label="way out", value=value, tells=tuple(_routing(stack, it, ways.tables)))


def _routing(stack: Stack, subnet: Resource, tables: frozenset[str]) -> Iterator[str]:
    """The URNs of a subnet's route tables, of their routes, and of what joins it to them."""
    yield from sorted(it for it in tables if stack.by_urn(it))
    for it in stack.of_type(kinds.ROUTE):
        if not tables.isdisjoint(stack.once(Routes).tables(it, "routeTableId")[0]):
            yield it.urn
    for it in stack.of_type(kinds.ROUTE_TABLE_ASSOCIATION):
        if subnet in resolve(stack, it, "subnetId", SUBNETS).found:
            yield it.urn


_ADDRESS = "aws:ec2/eip:Eip"


def _subnets(stack: Stack, service: Resource) -> tuple[Resource, ...]:
    found = services.subnets(stack, service)
    return found.found if found else ()


def subnet_title(stack: Stack, it: Resource) -> str:
    """A subnet by whether the internet reaches it."""
    return "public subnet" if stack.once(Routes).of(it).public else "private subnet"


FACTS = {kinds.VPC: vpc, kinds.SUBNET: subnet}
