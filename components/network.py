"""The network: a VPC with a public and a private subnet in each zone, and a way out for private tasks."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.cidr import ZonePlan, plan_subnets
from components.context import Context
from components.endpoints import Endpoints, EndpointsArgs, NatMode, interface_services
from components.flow_logs import FlowLogs, FlowLogsArgs

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkArgs:
    """`zones` are names such as us-east-1a, at least two; `nat` is one gateway, one in each zone, or none.

    `endpoints` are interface endpoints by service, such as "ecr.api"; without NAT the default is all
    that a private task may need. `protect` refuses to delete the VPC, its log group, key and role.
    """

    context: Context
    zones: tuple[str, ...]
    cidr: str = "10.0.0.0/16"
    nat: NatMode = "one"
    endpoints: tuple[str, ...] = ()
    flow_log_retention_days: int = 30
    protect: bool = False


class Network(pulumi.ComponentResource):
    """A VPC that hands out no public address by itself and whose default security group admits nothing.

    Each zone has its own private route table whatever the NAT mode, so that a change of mode only changes
    routes. Raises `InvalidSettingError` if the CIDR, the zones or the endpoints can't work.
    """

    vpc_id: pulumi.Output[str]
    nat: NatMode
    """How a private task reaches the internet; "none": not at all."""
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    """In the zones' order, as the public ones."""
    endpoints: tuple[str, ...]
    """The services that have an interface endpoint."""
    s3_prefix_list_id: pulumi.Output[str]
    endpoint_security_group_id: pulumi.Output[str] | None
    """The interface endpoints' group; None if there is no interface endpoint."""
    public_ready: list[pulumi.Resource]
    """What a public subnet needs before the internet reaches it."""
    ready: list[pulumi.Resource]
    """What a private task needs before it can start: its routes, NAT and endpoints."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Network", name, {}, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        plan = plan_subnets(args.cidr, args.zones)
        services = interface_services(args.nat, args.endpoints)
        self.nat, self.endpoints = args.nat, services

        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.vpc_id = vpc.id
        # Without a rule of ours AWS's default group lets its members talk to each other and to anyone.
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default", vpc_id=vpc.id, ingress=[], egress=[], opts=self._child
        )
        FlowLogs(
            name,
            FlowLogsArgs(
                context=args.context,
                vpc_id=vpc.id,
                retention_days=args.flow_log_retention_days,
                protect=args.protect,
            ),
            self._child,
        )

        public = [self._subnet(name, zone, public=True) for zone in plan]
        private = [self._subnet(name, zone, public=False) for zone in plan]
        self.public_subnet_ids = [it.id for it in public]
        self.private_subnet_ids = [it.id for it in private]
        self._route_public_subnets(name, plan, public)
        tables = self._private_route_tables(name, plan, private)
        self._route_through_nat(name, args.nat, plan, public, tables)

        endpoints = Endpoints(
            name,
            EndpointsArgs(
                context=args.context,
                vpc_id=vpc.id,
                zones=plan,
                private_subnet_ids=self.private_subnet_ids,
                private_route_table_ids=[it.id for it in tables],
                services=services,
            ),
            self._child,
        )
        self.s3_prefix_list_id = endpoints.s3_prefix_list_id
        self.endpoint_security_group_id = endpoints.security_group_id
        self.ready += endpoints.ready
        self.register_outputs({"vpc_id": self.vpc_id})

    def _subnet(self, name: str, zone: ZonePlan, *, public: bool) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{name}-{'public' if public else 'private'}-{zone.letter}",
            vpc_id=self.vpc_id,
            availability_zone=zone.zone,
            cidr_block=zone.public if public else zone.private,
            # Load balancer and NAT bring their own addresses; nothing else in a public subnet gets one.
            map_public_ip_on_launch=False,
            opts=self._child,
        )

    def _route_public_subnets(
        self, name: str, plan: tuple[ZonePlan, ...], subnets: list[aws.ec2.Subnet]
    ) -> None:
        gateway = aws.ec2.InternetGateway(f"{name}-internet", vpc_id=self.vpc_id, opts=self._child)
        table = aws.ec2.RouteTable(f"{name}-public", vpc_id=self.vpc_id, opts=self._child)
        route = aws.ec2.Route(
            f"{name}-public",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child,
        )
        self.public_ready = [gateway, route]
        for zone, subnet in zip(plan, subnets, strict=True):
            association = aws.ec2.RouteTableAssociation(
                f"{name}-public-{zone.letter}",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._child,
            )
            self.public_ready.append(association)

    def _private_route_tables(
        self, name: str, plan: tuple[ZonePlan, ...], subnets: list[aws.ec2.Subnet]
    ) -> list[aws.ec2.RouteTable]:
        tables: list[aws.ec2.RouteTable] = []
        self.ready = []
        for zone, subnet in zip(plan, subnets, strict=True):
            table = aws.ec2.RouteTable(f"{name}-private-{zone.letter}", vpc_id=self.vpc_id, opts=self._child)
            association = aws.ec2.RouteTableAssociation(
                f"{name}-private-{zone.letter}",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._child,
            )
            tables.append(table)
            self.ready.append(association)
        return tables

    def _route_through_nat(
        self,
        name: str,
        nat: NatMode,
        plan: tuple[ZonePlan, ...],
        public: list[aws.ec2.Subnet],
        tables: list[aws.ec2.RouteTable],
    ) -> None:
        """A gateway in the first zone for all, or in each zone for itself; a route for every zone."""
        count = {"one": 1, "zone": len(plan), "none": 0}[nat]
        gateways = [
            self._nat_gateway(name, zone, subnet)
            for zone, subnet in list(zip(plan, public, strict=True))[:count]
        ]
        if not gateways:
            return
        for index, (zone, table) in enumerate(zip(plan, tables, strict=True)):
            route = aws.ec2.Route(
                f"{name}-private-{zone.letter}",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=gateways[index % count].id,
                opts=self._child,
            )
            self.ready.append(route)

    def _nat_gateway(self, name: str, zone: ZonePlan, subnet: aws.ec2.Subnet) -> aws.ec2.NatGateway:
        # Neither says so by a reference, but a public address and NAT need the VPC's internet gateway.
        after = pulumi.ResourceOptions(parent=self, depends_on=self.public_ready)
        address = aws.ec2.Eip(f"{name}-nat-{zone.letter}", domain="vpc", opts=after)
        gateway = aws.ec2.NatGateway(
            f"{name}-nat-{zone.letter}",
            subnet_id=subnet.id,
            allocation_id=address.allocation_id,
            connectivity_type="public",
            opts=after,
        )
        self.ready.append(gateway)
        return gateway
