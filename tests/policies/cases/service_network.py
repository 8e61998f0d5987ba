"""In which subnets tasks run: private ones or not, of one zone or several."""

from typing import Any

from ecs_policies.kinds import (
    DEFAULT_SUBNET,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SERVICE,
    SUBNET,
    VPC,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

VPC_ = resource(VPC, "vpc")
GATEWAY = resource(INTERNET_GATEWAY, "gateway", {"vpcId": UNKNOWN}, vpcId=VPC_)
NAT = resource(NAT_GATEWAY, "nat")
OUTWARD = {"destinationCidrBlock": "0.0.0.0/0", "routeTableId": UNKNOWN}


def subnet(name: str, zone: Any = None) -> Resource:
    properties = {"vpcId": UNKNOWN, **({} if zone is None else {"availabilityZone": zone})}
    return resource(SUBNET, name, properties, vpcId=VPC_)


A, B = subnet("a", "us-east-1a"), subnet("b", "us-east-1b")
TABLE = resource(ROUTE_TABLE, "table", {"vpcId": UNKNOWN}, vpcId=VPC_)
PUBLIC = resource(ROUTE, "out", {**OUTWARD, "gatewayId": UNKNOWN}, routeTableId=TABLE, gatewayId=GATEWAY)
PRIVATE = resource(ROUTE, "out", {**OUTWARD, "natGatewayId": UNKNOWN}, routeTableId=TABLE, natGatewayId=NAT)
SOMEWHERE = resource(ROUTE, "out", {**OUTWARD, "gatewayId": UNKNOWN}, routeTableId=TABLE)


def uses(table: Resource | None, *subnets: Resource) -> tuple[Resource, ...]:
    """The associations of these subnets with a table; None: with one that isn't part of the stack."""
    return tuple(
        resource(
            ROUTE_TABLE_ASSOCIATION,
            f"uses-{it.name}",
            {"subnetId": UNKNOWN, "routeTableId": UNKNOWN if table else "rtb-1"},
            subnetId=it,
            routeTableId=[table] if table else [],
        )
        for it in subnets
    )


def service(*subnets: Resource, known: tuple[Any, ...] = (), name: str = "web", **more: Any) -> Resource:
    """A service in these subnets, and in some known by their ids only."""
    ids = [*(UNKNOWN for _ in subnets), *known]
    network = {"networkConfiguration": {"subnets": ids}}
    return resource(SERVICE, name, {**network, **more}, networkConfiguration=list(subnets))


PRIVATE_SUBNETS = (
    Case(
        rule="service.private-subnets",
        says="takes subnets that a NAT gateway leads out of",
        stack=(VPC_, GATEWAY, NAT, TABLE, PRIVATE, A, B, *uses(TABLE, A, B), service(A, B)),
    ),
    Case(
        rule="service.private-subnets",
        says="takes a subnet without a table of its own in a VPC of the stack",
        stack=(VPC_, GATEWAY, TABLE, PUBLIC, A, service(A)),
    ),
    Case(
        rule="service.private-subnets",
        says="leaves a service without network configuration to its instances",
        stack=(resource(SERVICE, "web", {}),),
    ),
    Case(
        rule="service.private-subnets",
        says="finds each public subnet",
        stack=(VPC_, GATEWAY, TABLE, PUBLIC, A, B, *uses(TABLE, A), service(A, B)),
        finds=(("web", "networkConfiguration.subnets[a]"),),
        told=("the subnet a is public",),
    ),
    Case(
        rule="service.private-subnets",
        says="finds a default subnet of the account",
        stack=(it := resource(DEFAULT_SUBNET, "default"), service(it)),
        finds=(("web", "networkConfiguration.subnets[default]"),),
    ),
    Case(
        rule="service.private-subnets",
        says="doesn't pass over subnets and tables of other stacks",
        stack=(
            VPC_,
            A,
            *uses(None, A),
            service(A),
            service(known=("subnet-1", "subnet-2"), name="api"),
        ),
        unsure=(
            ("web", "networkConfiguration.subnets[a]"),
            ("api", "networkConfiguration.subnets"),
        ),
        told=("subnet-1, subnet-2", "the route table of a, which isn't part of the stack"),
    ),
    Case(
        rule="service.private-subnets",
        says="doesn't pass over an unknown",
        stack=(VPC_, TABLE, SOMEWHERE, A, *uses(TABLE, A), service(A), service(known=(UNKNOWN,), name="api")),
        unsure=(
            ("web", "networkConfiguration.subnets[a]"),
            ("api", "networkConfiguration.subnets"),
        ),
    ),
    Case(
        rule="service.private-subnets",
        says="doesn't pass over what is no subnet",
        stack=(
            service(known=(7,)),
            resource(SERVICE, "api", {"networkConfiguration": "private"}),
        ),
        unsure=(("web", "networkConfiguration.subnets"), ("api", "networkConfiguration.subnets")),
        malformed=True,
    ),
)

ROLLS = {"availabilityZoneRebalancing": "DISABLED"}
ZONES = (
    Case(rule="service.zones", says="takes subnets of two zones", stack=(VPC_, A, B, service(A, B))),
    Case(
        rule="service.zones",
        says="takes zones by their ids, and rebalancing that is on",
        stack=(
            one := resource(SUBNET, "one", {"availabilityZoneId": "use1-az1"}),
            two := resource(SUBNET, "two", {"availabilityZoneId": "use1-az2"}),
            service(one, two, availabilityZoneRebalancing="ENABLED"),
        ),
    ),
    Case(
        rule="service.zones",
        says="takes two subnets that aren't part of the stack as two zones",
        stack=(service(known=("subnet-1", "subnet-2")),),
    ),
    Case(
        rule="service.zones",
        says="leaves a service without network configuration to its instances",
        stack=(resource(SERVICE, "web", {}),),
    ),
    Case(
        rule="service.zones",
        says="takes disabled rebalancing where ECS can't do it",
        stack=(
            service(known=("subnet-1", "subnet-2"), name="single", deploymentMaximumPercent=100, **ROLLS),
            service(known=("subnet-1", "subnet-2"), name="daemon", schedulingStrategy="DAEMON", **ROLLS),
            service(
                known=("subnet-1", "subnet-2"),
                name="deployed",
                deploymentController={"type": "CODE_DEPLOY"},
                **ROLLS,
            ),
        ),
    ),
    Case(
        rule="service.zones",
        says="finds one subnet, and two of one zone",
        stack=(
            VPC_,
            A,
            again := subnet("again", "us-east-1a"),
            service(A, again),
            service(known=("subnet-1",), name="api"),
            service(name="none"),
        ),
        finds=(
            ("web", "networkConfiguration.subnets"),
            ("api", "networkConfiguration.subnets"),
            ("none", "networkConfiguration.subnets"),
        ),
        told=("one zone only: us-east-1a", "one zone only: subnet-1", "one zone only: no subnet"),
    ),
    Case(
        rule="service.zones",
        says="finds disabled rebalancing, also where the room for it isn't known",
        stack=(
            service(known=("subnet-1", "subnet-2"), **ROLLS),
            service(known=("subnet-1", "subnet-2"), name="api", deploymentMaximumPercent=UNKNOWN, **ROLLS),
        ),
        finds=(("web", "availabilityZoneRebalancing"), ("api", "availabilityZoneRebalancing")),
        told=("rebalancing is DISABLED",),
    ),
    Case(
        rule="service.zones",
        says="doesn't pass over zones that AWS chooses or that aren't known",
        stack=(
            VPC_,
            A,
            free := subnet("free"),
            later := subnet("later", UNKNOWN),
            service(A, free),
            service(A, later, name="api", availabilityZoneRebalancing=UNKNOWN),
            service(known=(UNKNOWN, UNKNOWN), name="worker"),
        ),
        unsure=(
            ("web", "networkConfiguration.subnets"),
            ("api", "networkConfiguration.subnets"),
            ("api", "availabilityZoneRebalancing"),
            ("worker", "networkConfiguration.subnets"),
        ),
    ),
    Case(
        rule="service.zones",
        says="doesn't pass over what is no subnet",
        stack=(resource(SERVICE, "web", {"networkConfiguration": {"subnets": [{}]}}),),
        unsure=(("web", "networkConfiguration.subnets"),),
        malformed=True,
    ),
)

CASES = (*PRIVATE_SUBNETS, *ZONES)
