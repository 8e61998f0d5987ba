"""The role with which ECS shifts a service's traffic: it sets the weights of the load balancer's rules."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.documents import infrastructure_trust
from components.roles import check_role_name

_POLICY = "AmazonECSInfrastructureRolePolicyForLoadBalancers"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfrastructureRoleArgs:
    """Whose traffic is shifted. Raises `InvalidSettingError` for a name longer than IAM takes."""

    context: Context
    service: str
    protect: bool = False

    def __post_init__(self) -> None:
        check_role_name(self.context, self.service, self.role_name)

    @property
    def role_name(self) -> str:
        """`<project>-<stack>-<service>-shift`."""
        return self.context.name(self.service, "shift")


class InfrastructureRole(pulumi.ComponentResource):
    """A role of ECS itself, with AWS's own policy for it.

    Amazon ECS Developer Guide, "Amazon ECS infrastructure IAM role for load balancers". Produces `arn`, and
    `ready`, which must stand before the service, and longer: ECS needs it to take a service away too.
    """

    arn: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(
        self, name: str, args: InfrastructureRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("web-application:index:InfrastructureRole", name, {}, opts)
        role = aws.iam.Role(
            f"{name}-shift",
            name=args.role_name,
            description=f"What ECS may do to shift the traffic of {args.service} to new tasks",
            assume_role_policy=infrastructure_trust(),
            permissions_boundary=args.context.boundary_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        attached = aws.iam.RolePolicyAttachment(
            f"{name}-shift",
            role=role.name,
            policy_arn=f"arn:{args.context.partition}:iam::aws:policy/{_POLICY}",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn, self.ready = role.arn, [attached]
        self.register_outputs({"arn": self.arn})
