"""A log group with a key of its own."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.documents import log_key_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedLogGroupArgs:
    """`log_group` is its physical name; `retention_days` one of CloudWatch Logs' own steps."""

    context: Context
    log_group: str
    purpose: str
    retention_days: int
    protect: bool = False


class EncryptedLogGroup(pulumi.ComponentResource):
    """A log group under a key that CloudWatch Logs may use for this group alone.

    CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    """

    arn: pulumi.Output[str]
    key: aws.kms.Key
    resource: aws.cloudwatch.LogGroup
    """For what names the group in a document and so has to depend on it."""

    def __init__(
        self, name: str, args: EncryptedLogGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("web-application:index:EncryptedLogGroup", name, {}, opts)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        self.key = aws.kms.Key(
            name,
            description=f"{args.purpose} in {args.log_group}",
            policy=log_key_policy(args.context, log_group=args.log_group),
            enable_key_rotation=True,
            deletion_window_in_days=30,
            opts=kept,
        )
        self.resource = aws.cloudwatch.LogGroup(
            name,
            name=args.log_group,
            retention_in_days=args.retention_days,
            kms_key_id=self.key.arn,
            opts=kept,
        )
        self.arn = self.resource.arn
        self.register_outputs({"arn": self.arn})
