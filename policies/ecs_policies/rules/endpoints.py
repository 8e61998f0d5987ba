"""VPC endpoints: the way to AWS's services of a task that has no other."""

from collections.abc import Iterator
from dataclasses import dataclass

from ecs_policies.kinds import ENDPOINT_PRIVATE_DNS, SERVICE, VPC
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unless_held, unverifiable, wants_flag
from ecs_policies.reading.endpoints import Endpoint, Endpoints
from ecs_policies.reading.passage import Side, blocks_of, passes
from ecs_policies.reading.reach import S3, foreign_images, reached
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.routes import Routes, Way, Ways
from ecs_policies.reading.services import NETWORK, SUBNETS, security_groups, subnets
from ecs_policies.reading.settings import flag_at
from ecs_policies.reading.tasks import TASK_DEFINITION_OF, Tasks
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, text

_HTTPS = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShutIn:
    """A service with its subnets in one VPC that have no way to the internet."""

    stack: Stack
    service: Resource
    vpc: Resource
    subnets: tuple[Resource, ...]

    @property
    def where(self) -> str:
        """The subnets by name."""
        return ", ".join(it.name for it in self.subnets)

    @property
    def tasks(self) -> Side:
        """The tasks' side of a connection; without a group of their own they have the VPC's default group."""
        groups = security_groups(self.stack, self.service) or frozenset({self.vpc.urn})
        return Side(groups=groups, blocks=blocks_of(References(found=self.subnets)))


def missing_paths(stack: Stack, _options: Options) -> Iterator[Problem]:
    """What the tasks of Fargate services need and can't reach from subnets without a way to the internet."""
    told: dict[tuple[str, str], Problem] = {}
    for it in _shut_in(stack):
        for problem in _unreached(it):
            told.setdefault((problem.resource.urn, problem.path), problem)
    yield from told.values()


def _shut_in(stack: Stack) -> Iterator[_ShutIn]:
    """Services whose tasks are known to have no way to the internet, by VPC of the stack."""
    for service in stack.of_type(SERVICE):
        public = flag_at(service, f"{NETWORK}.assignPublicIp", default=False) is not False
        by_vpc: dict[str, list[Resource]] = {}
        for subnet in (subnets(stack, service) or References()).found:
            if _is_shut(stack.once(Routes).of(subnet), public=public):
                for vpc in resolve(stack, subnet, "vpcId", (VPC,)).found:
                    by_vpc.setdefault(vpc.urn, []).append(subnet)
        for key, found in by_vpc.items():
            vpc = stack.by_urn(key)
            if vpc is not None and text(service.properties.get("launchType")) not in ("EC2", "EXTERNAL"):
                yield _ShutIn(stack=stack, service=service, vpc=vpc, subnets=tuple(found))


def _is_shut(ways: Ways, *, public: bool) -> bool:
    """Whether no way leads out; one by an internet gateway is for public addresses only."""
    only_internet = ways.ways == frozenset({Way.INTERNET}) and not ways.unread and not ways.outside
    return ways.isolated or (only_internet and not public)


def _unreached(it: _ShutIn) -> Iterator[Problem]:
    named = it.stack.once(Tasks).definition(it.service)
    if named.lost:
        yield unverifiable(it.service, TASK_DEFINITION_OF, Unreadable(f"what the tasks need: {IS_UNKNOWN}"))
    for definition in named.found:
        if "FARGATE" in items(definition.properties.get("requiresCompatibilities")):
            for container in (yield from foreign_images(definition)):
                message = f"no way leads out of {it.where}, and endpoints lead to private ECR alone"
                yield container.problem("image", message)
            wanted = yield from reached(it.stack, it.service, definition)
            for name, why in sorted(wanted.items()):
                yield from _by_gateway(it, why) if name == S3 else _by_interface(it, name, why)


def _by_gateway(it: _ShutIn, why: str) -> Iterator[Problem]:
    """What is wrong with the way to S3: a gateway endpoint in the route table of each subnet."""
    endpoints = it.stack.once(Endpoints)
    gateways = [each for each in endpoints.of(it.vpc.urn) if each.service == S3 and each.is_gateway]
    if not gateways:
        yield _missing(it, S3, why)
        return
    tables = [endpoints.tables(each) for each in gateways]
    led = frozenset(key for keys, _ in tables for key in keys)
    without = [each.name for each in it.subnets if not it.stack.once(Routes).of(each).tables <= led]
    if without:
        message = f"it isn't in the route tables of {', '.join(without)}; {why}"
        unsure = any(lost for _, lost in tables)
        yield Problem(
            resource=gateways[0].resource, path="routeTableIds", message=message, unverifiable=unsure
        )
    yield from _let_out(it, S3, Side(listed=True))


def _by_interface(it: _ShutIn, name: str, why: str) -> Iterator[Problem]:
    """What is wrong with the way to a service, by the interface endpoint with the fewest faults."""
    own = it.stack.once(Endpoints).of(it.vpc.urn)
    found = [list(_faults(it, each, name)) for each in own if each.service == name and each.is_interface]
    if found:
        yield from min(found, key=len)
    else:
        yield _missing(it, name, why)


def _missing(it: _ShutIn, name: str, why: str) -> Problem:
    endpoints = it.stack.once(Endpoints)
    unread = any(isinstance(each.service, Unreadable) for each in endpoints.of(it.vpc.urn))
    return Problem(
        resource=it.service,
        path=f"{SUBNETS}[{name}]",
        message=f"no way leads out of {it.where}, and the VPC has no endpoint for {name}; {why}",
        unverifiable=unread or endpoints.astray,
    )


def _faults(it: _ShutIn, endpoint: Endpoint, name: str) -> Iterator[Problem]:
    endpoints = it.stack.once(Endpoints)
    message = f"without private DNS the tasks of {it.service.name} ask for {name} at its public addresses"
    for holder in endpoints.companions(endpoint, ENDPOINT_PRIVATE_DNS) or (endpoint.resource,):
        private = holder.properties.get("privateDnsEnabled")
        yield from wants_flag(holder, "privateDnsEnabled", private, want=True, default=False, message=message)
    message = "without it the VPC's endpoints have no private DNS"
    for key, default in (("enableDnsSupport", True), ("enableDnsHostnames", False)):
        value = it.vpc.properties.get(key)
        yield from wants_flag(it.vpc, key, value, want=True, default=default, message=message)
    groups = endpoints.groups(endpoint, it.vpc.urn)
    message = f"its groups don't let the tasks of {it.service.name} in on port {_HTTPS}"
    yield from unless_held(
        endpoint.resource,
        "securityGroupIds",
        message,
        passes(it.stack, groups, it.tasks, _HTTPS, ingress=True),
    )
    yield from _let_out(it, name, Side(groups=groups, blocks=blocks_of(endpoints.subnets(endpoint))))


def _let_out(it: _ShutIn, name: str, to: Side) -> Iterator[Problem]:
    message = f"the tasks' groups don't let them out to the endpoint for {name} on port {_HTTPS}"
    released = passes(it.stack, it.tasks.groups, to, _HTTPS, ingress=False)
    yield from unless_held(it.service, f"{NETWORK}.securityGroups[{name}]", message, released)


MISSING_PATH = Rule(
    id="endpoint.missing-path",
    title="A task without a way to the internet reaches by endpoints what it needs",
    severity=Severity.HIGH,
    why="ECS could not pull the image, fetch a secret or send a log, and no task would start.",
    fix="Add an aws.ec2.VpcEndpoint for each: vpc_endpoint_type='Interface', private_dns_enabled=True "
    "and a group that lets the tasks in on 443; for S3 'Gateway' with route_table_ids. Or use a NAT gateway.",
    mappings=("AWS Security Hub FSBP EC2.55", "AWS Security Hub FSBP EC2.56"),
    stack=missing_paths,
)

RULES = (MISSING_PATH,)
