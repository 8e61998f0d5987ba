"""The VPC's flow logs: who spoke to whom, kept in an encrypted log group that only they write."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.documents import Statement, document
from components.encrypted_log_group import EncryptedLogGroup, EncryptedLogGroupArgs


def delivery_trust(context: Context) -> str:
    """Only VPC Flow Logs, for a flow log of this account and region, may assume the role.

    Amazon VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs".
    """
    return document(
        [
            Statement(
                sid="VpcFlowLogs",
                actions=("sts:AssumeRole",),
                principals={"Service": "vpc-flow-logs.amazonaws.com"},
                conditions={
                    "StringEquals": {"aws:SourceAccount": context.account},
                    "ArnLike": {"aws:SourceArn": context.arn("ec2", "vpc-flow-log/*")},
                },
            )
        ]
    )


def delivery_policy(context: Context, log_group: str) -> str:
    """Write the one log group, and find it: listing groups is the one action that can't name a group.

    The guide's example also creates log groups anywhere; ours exists, so that its retention and key hold.
    """
    group = context.arn("logs", f"log-group:{log_group}")
    return document(
        [
            Statement(sid="FindLogGroup", actions=("logs:DescribeLogGroups",), resources=("*",)),
            Statement(
                sid="WriteFlowLogs",
                actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
                resources=(group, f"{group}:*"),
            ),
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLogsArgs:
    """`retention_days` is one of CloudWatch Logs' own steps."""

    context: Context
    vpc_id: pulumi.Input[str]
    retention_days: int = 30
    protect: bool = False


class FlowLogs(pulumi.ComponentResource):
    """Accepted and rejected traffic of a VPC in CloudWatch Logs, encrypted with a key of its own."""

    log_group_name: str

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:FlowLogs", name, {}, opts)
        logical = f"{name}-flow-logs"
        self.log_group_name = args.context.name(name, "flow-logs")
        group = EncryptedLogGroup(
            logical,
            EncryptedLogGroupArgs(
                context=args.context,
                log_group=self.log_group_name,
                purpose="Flow logs",
                retention_days=args.retention_days,
                protect=args.protect,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        role_name = args.context.name(name, "flow-log-delivery")
        role = aws.iam.Role(
            logical,
            name=role_name,
            description="Writes the VPC's flow logs to their log group",
            assume_role_policy=delivery_trust(args.context),
            permissions_boundary=args.context.boundary_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        policy = aws.iam.RolePolicy(
            logical,
            name=role_name,
            role=role.name,
            policy=delivery_policy(args.context, self.log_group_name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[group.resource]),
        )
        aws.ec2.FlowLog(
            logical,
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=600,
            # Deliveries fail, and their records are lost, until the role can write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.register_outputs({"log_group_name": self.log_group_name})
