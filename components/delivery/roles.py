"""The roles that GitHub's workflows take to look at an environment and to change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.delivery import reading
from components.delivery.boundary import boundary
from components.delivery.environment import Environment
from components.delivery.github import Claims, GitHub, trust
from components.delivery.writing import network, records, service, traffic
from components.documents import Statement, document
from components.errors import InvalidSettingError

# IAM User Guide, "IAM and AWS STS quotas": a managed policy's document, and a role's name.
MAX_MANAGED_POLICY = 6_144
MAX_ROLE_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRolesArgs:
    """Whose workflows may do what with which environment.

    Raises `InvalidSettingError` for names or documents that IAM doesn't take, and for an environment whose
    own roles would be called as these are.
    """

    context: Context
    """The bootstrap stack's own."""
    environment: Environment
    github: GitHub
    approval: bool = True
    """Deliveries run in the GitHub environment of the stack's name, whose rules say who approves; if false,
    in none. On the branch alone, either way.
    """
    provider: pulumi.Resource
    """The account's provider for GitHub's tokens."""
    protect: bool = True

    def __post_init__(self) -> None:
        stack = self.environment.context.stack
        if self.name("").startswith(f"{self.environment.context.name()}-"):
            fix = "makes the environment's roles and these have the same names; call the stack something else"
            raise InvalidSettingError("environments", stack, fix)
        if len(self.name("deliver")) > MAX_ROLE_NAME:
            fix = f"makes a role's name longer than IAM's {MAX_ROLE_NAME} characters; shorten it"
            raise InvalidSettingError("environments", stack, fix)
        for policy, statements in (*self.reading().items(), *self.writing().items()):
            size = len(document(statements))
            if size > MAX_MANAGED_POLICY:
                fix = f"is more than the {MAX_MANAGED_POLICY} characters that IAM takes; give fewer resources"
                raise InvalidSettingError(f"{stack}: the policy {policy}", f"{size} characters", fix)

    def name(self, what: str) -> str:
        """`<bootstrap project>-<environment>-<what>`: an account has one bootstrap stack."""
        return f"{self.context.project}-{self.environment.context.stack}-{what}"

    def reading(self) -> dict[str, list[Statement]]:
        """What every role may do, by the policy that says so."""
        it = self.environment
        return {"lists": reading.lists(), "details": reading.details(it), "state": reading.state(it)}

    def writing(self) -> dict[str, list[Statement]]:
        """What a delivery may do besides, likewise."""
        it = self.environment
        return {
            "network": network.network(it),
            "traffic": traffic.traffic(it),
            "service": [*service.service(it), *service.roles(it)],
            "records": [*records.records(it), *records.state(it)],
        }

    def trusted(self) -> dict[str, Claims]:
        """Each role with what the token of a job that may take it says."""
        stack, github = self.environment.context.stack, self.github
        return {
            "deliver": github.of_environment_on_branch(stack) if self.approval else github.of_branch(),
            # A pull request has a ref of its own.
            "preview": github.of_environment(f"preview-{stack}"),
            "audit": github.of_branch(),
        }


class DeliveryRoles(pulumi.ComponentResource):
    """Three roles: one that delivers, one that previews pull requests, one that looks for drift every night.

    The latter two only read. Produces `role_arns` by these names ("deliver", "preview", "audit"), and
    `boundary_arn`, of the policy without which the first can't make a role.
    """

    role_arns: Mapping[str, pulumi.Output[str]]
    boundary_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: DeliveryRolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("web-application:index:DeliveryRoles", name, {}, opts)
        self._name, self._args = name, args
        bounds = aws.iam.Policy(
            f"{name}-boundary",
            name=args.environment.context.name("boundary"),
            description=f"The most that any role of {args.environment.context.name()} may do",
            policy=document(boundary(args.environment)),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        reading, writing = self._policies(args.reading()), self._policies(args.writing())
        self.role_arns = {
            "deliver": self._role("deliver", "Brings the environment up", [*reading, *writing]),
            "preview": self._role("preview", "Shows a pull request what it would change", reading),
            "audit": self._role("audit", "Looks every night for drift and mistakes", reading),
        }
        self.boundary_arn = bounds.arn
        self.register_outputs({"role_arns": self.role_arns, "boundary_arn": self.boundary_arn})

    def _policies(self, documents: Mapping[str, Sequence[Statement]]) -> list[tuple[str, aws.iam.Policy]]:
        return [
            (
                what,
                aws.iam.Policy(
                    f"{self._name}-{what}",
                    name=self._args.name(what),
                    description=f"Delivery of {self._args.environment.context.name()}: {what}",
                    policy=document(statements),
                    opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
                ),
            )
            for what, statements in documents.items()
        ]

    def _role(
        self, what: str, description: str, policies: Sequence[tuple[str, aws.iam.Policy]]
    ) -> pulumi.Output[str]:
        args = self._args
        role = aws.iam.Role(
            f"{self._name}-{what}",
            name=args.name(what),
            description=description,
            assume_role_policy=trust(args.context, args.trusted()[what]),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=[args.provider]),
        )
        for policy_name, policy in policies:
            aws.iam.RolePolicyAttachment(
                f"{self._name}-{what}-{policy_name}",
                role=role.name,
                policy_arn=policy.arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
        return role.arn
