"""The VPC endpoints of a stack, with what further resources add to them.

AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint" and "Gateway endpoints".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecs_policies.kinds import (
    ENDPOINT_PRIVATE_DNS,
    ENDPOINT_ROUTE_TABLE,
    ENDPOINT_SECURITY_GROUP,
    ENDPOINT_SUBNET,
    VPC_ENDPOINT,
    VPC_ENDPOINT_POLICY,
)
from ecs_policies.model import Resource, Stack
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.routes import SUBNETS, VPCS, Routes
from ecs_policies.reading.security_groups import SecurityGroups
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, word

_SERVICE = re.compile(r"(?:cn\.)?com\.amazonaws\.[a-z0-9-]+\.(?P<service>.+)")
_COMPANIONS = (
    ENDPOINT_PRIVATE_DNS,
    ENDPOINT_ROUTE_TABLE,
    ENDPOINT_SECURITY_GROUP,
    ENDPOINT_SUBNET,
    VPC_ENDPOINT_POLICY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint. `service` is the name after com.amazonaws.REGION; empty for what isn't AWS's own.

    `kind` is Gateway, Interface or another type, as it is written.
    """

    resource: Resource
    service: str | Unreadable
    kind: str | Unreadable

    @property
    def is_interface(self) -> bool:
        """Whether it is an interface endpoint."""
        return self.kind == "Interface"

    @property
    def is_gateway(self) -> bool:
        """Whether it is a gateway endpoint, as one is for which no type is set."""
        return self.kind == "Gateway"


class Endpoints:
    """All endpoints of a stack; get it by `stack.once(Endpoints)`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.all: Sequence[Endpoint] = tuple(_read(it) for it in stack.of_type(VPC_ENDPOINT))
        self._by_vpc: dict[str, list[Endpoint]] = {}
        self.astray = False
        """Whether some endpoint is in a VPC that isn't known."""
        for it in self.all:
            vpcs = resolve(stack, it.resource, "vpcId", VPCS)
            self.astray = self.astray or vpcs.lost
            for key in vpcs.keys:
                self._by_vpc.setdefault(key, []).append(it)
        self._companions: dict[tuple[str, str], list[Resource]] = {}
        self.strays: set[str] = set()
        """The kinds of further resources of which one belongs to an endpoint that isn't known."""
        for it in stack.of_type(*_COMPANIONS):
            of = resolve(stack, it, "vpcEndpointId", (VPC_ENDPOINT,))
            self.strays |= {it.kind} if of.lost else set()
            for key in of.keys:
                self._companions.setdefault((key, it.kind), []).append(it)

    def of(self, vpc: str) -> Sequence[Endpoint]:
        """The endpoints in a VPC, by its key."""
        return self._by_vpc.get(vpc, ())

    def companions(self, endpoint: Endpoint, kind: str) -> Sequence[Resource]:
        """The further resources of a kind that belong to an endpoint."""
        return self._companions.get((endpoint.resource.urn, kind), ())

    def tables(self, endpoint: Endpoint) -> tuple[frozenset[str], bool]:
        """The keys of the route tables that lead to a gateway endpoint, and whether one isn't known."""
        routes = self._stack.once(Routes)
        named = [
            routes.tables(endpoint.resource, "routeTableIds"),
            *(routes.tables(it, "routeTableId") for it in self.companions(endpoint, ENDPOINT_ROUTE_TABLE)),
        ]
        return frozenset(key for keys, _ in named for key in keys), any(lost for _, lost in named)

    def groups(self, endpoint: Endpoint, vpc: str) -> frozenset[str]:
        """The keys of an interface endpoint's security groups, by default the VPC's default group.

        One that isn't known has a key that is no group's.
        """
        groups = self._stack.once(SecurityGroups)
        named = [
            groups.named(endpoint.resource, "securityGroupIds"),
            *(
                groups.named(it, "securityGroupId")
                for it in self.companions(endpoint, ENDPOINT_SECURITY_GROUP)
            ),
        ]
        unknown = [IS_UNKNOWN] if any(it.lost for it in named) else []
        return frozenset((*(key for it in named for key in groups.keys(it)), *unknown)) or frozenset({vpc})

    def subnets(self, endpoint: Endpoint) -> References:
        """The subnets that an interface endpoint has addresses in."""
        added = [
            resolve(self._stack, it, "subnetId", SUBNETS) for it in self.companions(endpoint, ENDPOINT_SUBNET)
        ]
        named = [resolve(self._stack, endpoint.resource, "subnetIds", SUBNETS), *added]
        return References(
            found=tuple(subnet for it in named for subnet in it.found),
            outside=tuple(subnet for it in named for subnet in it.outside),
            lost=any(it.lost for it in named),
        )


def _read(endpoint: Resource) -> Endpoint:
    name = word(endpoint.properties.get("serviceName"))
    kind = word(endpoint.properties.get("vpcEndpointType"), default="Gateway")
    if isinstance(name, Unreadable):
        return Endpoint(resource=endpoint, service=name, kind=kind)
    found = _SERVICE.fullmatch(name)
    # com.amazonaws.vpce.REGION.vpce-svc-… is a service of somebody else.
    own = found is not None and "vpce-svc-" not in name
    return Endpoint(resource=endpoint, service=found["service"] if found and own else "", kind=kind)
