"""VPC endpoints: how private tasks reach AWS's services without the internet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.cidr import ZonePlan
from components.context import Context
from components.documents import Statement, document
from components.errors import InvalidSettingError

NatMode = Literal["one", "zone", "none"]

_PULL = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
)
ACTIONS = {
    "ecr.api": _PULL,
    "ecr.dkr": _PULL,
    "kms": ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"),
    "logs": (
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ),
    "secretsmanager": ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
    "ssmmessages": (
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ),
}
"""What tasks ask of a service. The endpoint of a service that isn't here passes all of that service."""

PRIVATE_TASK_SERVICES = tuple(sorted(ACTIONS))
"""All that a task without a way to the internet may need; `reach.private_services` says what one does."""
INDISPENSABLE = ("ecr.api", "ecr.dkr", "logs")
"""Without these no task starts."""
EXEC = ("kms", "ssmmessages")
"""What the agent of ECS Exec asks inside a container: its channels, and the key that encrypts a session."""


def interface_services(nat: NatMode, chosen: Sequence[str]) -> tuple[str, ...]:
    """The services that get an interface endpoint: what was chosen, or without NAT what a task may need.

    Raises `InvalidSettingError` when a choice without NAT leaves out what no task can start without.
    """
    if nat == "none" and not chosen:
        return PRIVATE_TASK_SERVICES
    missing = [it for it in INDISPENSABLE if it not in chosen]
    if nat == "none" and missing:
        raise InvalidSettingError(
            "network.endpoints",
            list(chosen),
            f"leaves tasks without a way to {', '.join(missing)}; add them, or use nat: one",
        )
    return tuple(sorted(set(chosen)))


def interface_policy(context: Context, service: str) -> str:
    """Only this account's principals, and only what tasks ask of the service.

    With credentials of another account nothing leaves through the endpoint. AWS PrivateLink Guide,
    "Control access to VPC endpoints using endpoint policies".
    """
    actions = ACTIONS.get(service, (f"{service.split('.')[0]}:*",))
    return document([_for_this_account(context, "ThisAccount", actions)])


def s3_policy(context: Context) -> str:
    """This account's principals, and the public layers of ECR images, which are signed by AWS.

    Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)", names the bucket.
    """
    layers = context.arn("s3", f"prod-{context.region}-starport-layer-bucket/*", region="", account="")
    return document(
        [
            _for_this_account(context, "ThisAccount", ("s3:*",)),
            Statement(
                sid="EcrLayers", actions=("s3:GetObject",), resources=(layers,), principals={"AWS": "*"}
            ),
        ]
    )


def _for_this_account(context: Context, sid: str, actions: tuple[str, ...]) -> Statement:
    return Statement(
        sid=sid,
        actions=actions,
        resources=("*",),
        principals={"AWS": "*"},
        conditions={"StringEquals": {"aws:PrincipalAccount": context.account}},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointsArgs:
    """`services` are the names after `com.amazonaws.<region>.`; the S3 gateway endpoint is always there."""

    context: Context
    vpc_id: pulumi.Input[str]
    zones: tuple[ZonePlan, ...]
    private_subnet_ids: Sequence[pulumi.Input[str]]
    private_route_table_ids: Sequence[pulumi.Input[str]]
    services: tuple[str, ...] = ()


class Endpoints(pulumi.ComponentResource):
    """The S3 gateway endpoint, and an interface endpoint for each service, open to private subnets only."""

    s3_prefix_list_id: pulumi.Output[str]
    security_group_id: pulumi.Output[str] | None
    """The interface endpoints' security group; None without interface endpoints."""
    ready: list[pulumi.Resource]
    """What has to be there before a task can use the endpoints."""

    def __init__(self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Endpoints", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        s3 = aws.ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=_service_name(args.context, "s3"),
            route_table_ids=args.private_route_table_ids,
            policy=s3_policy(args.context),
            opts=child,
        )
        self.s3_prefix_list_id = s3.prefix_list_id
        self.security_group_id = None
        self.ready = [s3]
        if args.services:
            self._interface_endpoints(name, args, child)
        self.register_outputs({"s3_prefix_list_id": self.s3_prefix_list_id})

    def _interface_endpoints(self, name: str, args: EndpointsArgs, child: pulumi.ResourceOptions) -> None:
        group = aws.ec2.SecurityGroup(
            f"{name}-endpoints",
            vpc_id=args.vpc_id,
            description="VPC endpoints, reached by private tasks",
            opts=child,
        )
        self.security_group_id = group.id
        for zone in args.zones:
            rule = aws.vpc.SecurityGroupIngressRule(
                f"{name}-endpoints-{zone.letter}",
                security_group_id=group.id,
                description=f"HTTPS from private tasks in {zone.zone}",
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                cidr_ipv4=zone.private,
                opts=child,
            )
            self.ready.append(rule)
        for service in args.services:
            endpoint = aws.ec2.VpcEndpoint(
                f"{name}-{service.replace('.', '-')}",
                vpc_id=args.vpc_id,
                vpc_endpoint_type="Interface",
                service_name=_service_name(args.context, service),
                subnet_ids=args.private_subnet_ids,
                security_group_ids=[group.id],
                private_dns_enabled=True,
                policy=interface_policy(args.context, service),
                opts=child,
            )
            self.ready.append(endpoint)


def _service_name(context: Context, service: str) -> str:
    return f"com.amazonaws.{context.region}.{service}"
