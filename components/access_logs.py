"""The bucket that receives a load balancer's access logs."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.documents import Statement, document
from components.errors import InvalidSettingError

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
"""Amazon S3 User Guide, "Bucket naming rules"; dots are left out since they break TLS host names."""


def bucket_name(context: Context, name: str) -> str:
    """The bucket's name, with the account in it because bucket names are shared by all of AWS.

    Raises `InvalidSettingError` if the stack's name makes a bucket name that S3 refuses.
    """
    bucket = context.name(name, "access-logs", context.account)
    if _BUCKET_NAME.fullmatch(bucket) is None:
        room = 63 - (len(bucket) - len(context.stack))
        raise InvalidSettingError(
            "stack",
            context.stack,
            f"makes a bucket name that S3 refuses, {bucket!r}; "
            f"name the stack with at most {room} lower-case letters, digits and hyphens",
        )
    return bucket


def delivery_policy(context: Context, bucket: str) -> str:
    """Load balancers of this account and region may add logs under its prefix; nothing passes without TLS.

    User Guide for Application Load Balancers, "Enable access logs for your Application Load Balancer".
    """
    arn = context.arn("s3", bucket, region="", account="")
    return document(
        [
            Statement(
                sid="LoadBalancerLogs",
                actions=("s3:PutObject",),
                resources=(f"{arn}/AWSLogs/{context.account}/*",),
                principals={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                conditions={
                    "StringEquals": {"aws:SourceAccount": context.account},
                    "ArnLike": {"aws:SourceArn": context.arn("elasticloadbalancing", "loadbalancer/*")},
                },
            ),
            Statement(
                sid="TlsOnly",
                effect="Deny",
                actions=("s3:*",),
                resources=(arn, f"{arn}/*"),
                principals={"AWS": "*"},
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            ),
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLogsArgs:
    """`empty_on_delete` lets the bucket be deleted with the logs in it."""

    context: Context
    retention_days: int = 90
    empty_on_delete: bool = False
    protect: bool = False


class AccessLogs(pulumi.ComponentResource):
    """A private, versioned bucket for access logs, which expire. Raises `InvalidSettingError` on its name.

    Encrypted with S3's own keys: log delivery refuses a KMS key.
    """

    bucket: str
    """The bucket's name, known at preview."""
    ready: list[pulumi.Resource]
    """What has to be there before a load balancer may name the bucket: AWS checks that it can write."""

    def __init__(self, name: str, args: AccessLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:AccessLogs", name, {}, opts)
        self.bucket = bucket_name(args.context, name)
        child = pulumi.ResourceOptions(parent=self)
        logical = f"{name}-access-logs"
        bucket = aws.s3.Bucket(
            logical,
            bucket=self.bucket,
            force_destroy=args.empty_on_delete,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        ownership = aws.s3.BucketOwnershipControls(
            logical, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=child
        )
        block = aws.s3.BucketPublicAccessBlock(
            logical,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        encryption = aws.s3.BucketServerSideEncryptionConfiguration(
            logical,
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=child,
        )
        versioning = aws.s3.BucketVersioning(
            logical, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=child
        )
        aws.s3.BucketLifecycleConfiguration(
            logical,
            bucket=bucket.bucket,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {},
                    "expiration": {"days": args.retention_days},
                    # A log that was deleted or overwritten can be restored for a week.
                    "noncurrent_version_expiration": {"noncurrent_days": 7},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            # S3 needs versioning on before it takes a rule about earlier versions.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        policy = aws.s3.BucketPolicy(
            logical,
            bucket=bucket.bucket,
            policy=delivery_policy(args.context, self.bucket),
            # S3 refuses two changes of a bucket's access at a time (OperationAborted).
            opts=pulumi.ResourceOptions(parent=self, depends_on=[block, ownership]),
        )
        self.ready = [policy, encryption]
        self.register_outputs({"bucket": self.bucket})
