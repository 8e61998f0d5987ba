"""A task's two roles: what the ECS agent may do to start it, and what the application may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.documents import (
    MAX_INLINE_POLICY,
    Statement,
    document,
    exec_statements,
    execution_statements,
    task_trust,
    write_logs,
)
from components.errors import InvalidSettingError
from components.grants import Grant

# IAM User Guide, "IAM and AWS STS quotas": a role's name; IAM API Reference, CreateRole: its description.
MAX_ROLE_NAME = 64
MAX_DESCRIPTION = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecAudit:
    """Where sessions into containers are recorded: a log group and its key's alias, both by name."""

    log_group: str
    key_alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRolesArgs:
    """What the two roles need to know. Everything that enters a document is a plain string.

    Raises `InvalidSettingError` for a name, description or policy longer than IAM takes, and for the key of a
    secret that the task doesn't read.
    """

    context: Context
    service: str
    """The service's name: the roles are `<project>-<stack>-<service>-task` and `…-execution`."""
    repositories: tuple[str, ...] = ()
    """ARNs of the private ECR repositories that the task's images come from."""
    log_groups: tuple[str, ...] = ()
    """Names of the log groups that the ECS agent writes (awslogs)."""
    secrets: tuple[str, ...] = ()
    """Full ARNs of the secrets and parameters that the containers read."""
    secret_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """ARN of the customer's KMS key by the secret's ARN; secrets under AWS's own key aren't in it."""
    router_log_groups: tuple[str, ...] = ()
    """Names of the log groups that the task itself writes, through FireLens."""
    grants: tuple[Grant, ...] = ()
    audit: ExecAudit | None = None
    """Where ECS Exec is recorded; None: exec is off and the task role can't open a session."""
    named: tuple[pulumi.Resource, ...] = ()
    """The stack's resources that stand in the documents by name: the policies are created after them."""
    protect: bool = False

    def __post_init__(self) -> None:
        for role in ("execution", "task"):
            check_role_name(self.context, self.service, self.role_name(role))
        for role, statements in (("execution", self.execution()), ("task", self.task())):
            size = len(document(statements))
            if size > MAX_INLINE_POLICY:
                fix = f"is more than the {MAX_INLINE_POLICY} characters IAM takes; split the service"
                raise InvalidSettingError(f"{role} role's policy", size, fix)
        if len(self.description()) > MAX_DESCRIPTION:
            fix = f"makes a role description of more than {MAX_DESCRIPTION} characters; shorten the reasons"
            raise InvalidSettingError("grants", f"{len(self.grants)} grants", fix)
        for secret in sorted(set(self.secret_keys) - set(self.secrets)):
            raise InvalidSettingError("secret_keys", secret, "isn't a secret of the task; leave its key out")

    def role_name(self, role: str) -> str:
        """The physical name of the `task` or `execution` role."""
        return self.context.name(self.service, role)

    def execution(self) -> list[Statement]:
        """The statements of the execution role."""
        return execution_statements(
            self.context,
            repositories=self.repositories,
            log_groups=self.log_groups,
            secrets=self.secrets,
            secret_keys=self.secret_keys,
        )

    def task(self) -> list[Statement]:
        """The statements of the task role: the grants, FireLens' destination, and exec when it's on."""
        granted = [statement for grant in self.grants for statement in grant.statements(self.context)]
        routed = write_logs(self.context, "WriteRoutedLogs", self.router_log_groups)
        sessions = (
            exec_statements(self.context, log_group=self.audit.log_group, key_alias=self.audit.key_alias)
            if self.audit
            else []
        )
        return [*granted, *routed, *sessions]

    def description(self) -> str:
        """The task role's description: what the application may call, and why."""
        reasons = sorted(f"{type(grant).__name__}: {grant.reason}" for grant in self.grants)
        return ". ".join([f"What the containers of {self.service} may call", *reasons])


class TaskRoles(pulumi.ComponentResource):
    """The execution role and the task role of one service, with exact permissions and an exact trust.

    Produces `execution_role_arn`, `task_role_arn`, and `policies`, which must stand before a task starts.
    """

    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    policies: list[aws.iam.RolePolicy]

    def __init__(self, name: str, args: TaskRolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:TaskRoles", name, {}, opts)
        self.policies = []
        self.execution_role_arn = self._role(
            f"{name}-execution",
            args,
            args.role_name("execution"),
            f"What ECS may do to start a task of {args.service}: pull images, write logs, read secrets",
            args.execution(),
        )
        self.task_role_arn = self._role(
            f"{name}-task", args, args.role_name("task"), args.description(), args.task()
        )
        self.register_outputs(
            {"execution_role_arn": self.execution_role_arn, "task_role_arn": self.task_role_arn}
        )

    def _role(
        self, name: str, args: TaskRolesArgs, physical: str, description: str, statements: Sequence[Statement]
    ) -> pulumi.Output[str]:
        role = aws.iam.Role(
            name,
            name=physical,
            description=description,
            assume_role_policy=task_trust(args.context),
            permissions_boundary=args.context.boundary_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        if statements:
            self.policies.append(
                aws.iam.RolePolicy(
                    name,
                    name=physical,
                    role=role.name,
                    policy=document(statements),
                    opts=pulumi.ResourceOptions(parent=self, depends_on=args.named),
                )
            )
        return role.arn


def check_role_name(context: Context, service: str, name: str) -> None:
    """Raises `InvalidSettingError` for a role's name that is longer than IAM takes."""
    excess = len(name) - MAX_ROLE_NAME
    if excess > 0:
        parts: Iterable[str] = (
            f"project {context.project!r}",
            f"stack {context.stack!r}",
            f"service {service!r}",
        )
        fix = (
            f"is {excess} characters longer than IAM's {MAX_ROLE_NAME} for a role; shorten {', '.join(parts)}"
        )
        raise InvalidSettingError("role name", name, fix)
