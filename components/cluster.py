"""The cluster: where services run, what measures them, and who may look into a container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.claims import Claims
from components.context import Context
from components.encrypted_log_group import EncryptedLogGroup, EncryptedLogGroupArgs
from components.roles import ExecAudit

# Said outright, since AWS keeps the former configuration of a cluster for which none is given.
_UNAUDITED: aws.ecs.ClusterConfigurationArgsDict = {"execute_command_configuration": {"logging": "DEFAULT"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterArgs:
    """A Fargate cluster; `exec` allows sessions into containers and records each one.

    `protect` refuses to delete the cluster, and not the record of sessions: `exec` could never be turned off.
    """

    context: Context
    insights: Literal["enabled", "enhanced", "disabled"] = "enabled"
    exec: bool = False
    audit_retention_days: int = 365
    protect: bool = False


class Cluster(pulumi.ComponentResource):
    """An ECS cluster on Fargate and Fargate Spot, named `<project>-<stack>-<name>`.

    Produces `arn`, `name` (known at preview), `audit` (None unless exec is on), `audited` (the audit's
    resources: who names them is created after them), and `ready`, which must stand before a service.
    """

    arn: pulumi.Output[str]
    name: str
    audit: ExecAudit | None
    audited: list[pulumi.Resource]
    ready: list[pulumi.Resource]
    claims: Claims
    """Families and log groups of the services so far."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Cluster", name, {}, opts)
        self.name = args.context.name(name)
        self.audit = None
        self.claims = Claims()
        self.audited = []
        configuration = self._audited_exec(name, args) if args.exec else _UNAUDITED
        cluster = aws.ecs.Cluster(
            f"{name}-cluster",
            name=self.name,
            settings=[{"name": "containerInsights", "value": args.insights}],
            configuration=configuration,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        providers = aws.ecs.ClusterCapacityProviders(
            f"{name}-capacity",
            cluster_name=cluster.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            default_capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = cluster.arn
        self.ready = [providers]
        self.register_outputs({"arn": self.arn, "name": self.name})

    def _audited_exec(self, name: str, args: ClusterArgs) -> aws.ecs.ClusterConfigurationArgsDict:
        """The exec configuration, its key and its log group.

        Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec".
        """
        audit = ExecAudit(
            log_group=args.context.name(name, "exec"), key_alias=f"alias/{args.context.name(name, 'exec')}"
        )
        log_group = EncryptedLogGroup(
            f"{name}-exec",
            EncryptedLogGroupArgs(
                context=args.context,
                log_group=audit.log_group,
                purpose="Sessions into containers, and the record of them",
                retention_days=args.audit_retention_days,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        key = log_group.key
        alias = aws.kms.Alias(
            f"{name}-exec",
            name=audit.key_alias,
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.audit = audit
        self.audited = [log_group.resource, alias]
        return {
            "execute_command_configuration": {
                "kms_key_id": key.arn,
                "logging": "OVERRIDE",
                "log_configuration": {
                    "cloud_watch_encryption_enabled": True,
                    "cloud_watch_log_group_name": log_group.resource.name,
                },
            }
        }
