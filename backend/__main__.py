"""The bucket with the state of an environment's stacks, and the key that encrypts it and the secrets in it.

Everything is protected: without it nobody can change any of the stacks again.
"""

import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backend.names import Backend
from components.context import Context
from components.documents import Statement, document, key_owner
from components.name_tags import tag_with_names

OLD_VERSIONS_DAYS = 90
"""How long a state that was overwritten or deleted can be restored."""

context = Context.current(pulumi.get_project(), pulumi.get_stack())
backend = Backend(stack=context.stack, account=context.account, region=context.region)
tag_with_names(context)
kept = pulumi.ResourceOptions(protect=True)

key = aws.kms.Key(
    "state",
    description=f"Pulumi's state in {backend.bucket}, and the secrets in it",
    policy=document([key_owner(context)]),
    enable_key_rotation=True,
    deletion_window_in_days=30,
    opts=kept,
)
aws.kms.Alias("state", name=backend.key_alias, target_key_id=key.key_id, opts=kept)

bucket = aws.s3.Bucket("state", bucket=backend.bucket, opts=kept)
ownership = aws.s3.BucketOwnershipControls(
    "state", bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=kept
)
block = aws.s3.BucketPublicAccessBlock(
    "state",
    bucket=bucket.bucket,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
    opts=kept,
)
aws.s3.BucketServerSideEncryptionConfiguration(
    "state",
    bucket=bucket.bucket,
    rules=[
        {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": "aws:kms",
                "kms_master_key_id": key.arn,
            },
            # An `up` writes the state many times, and S3 need not ask KMS each time.
            "bucket_key_enabled": True,
        }
    ],
    opts=kept,
)
versioning = aws.s3.BucketVersioning(
    "state", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=kept
)
aws.s3.BucketLifecycleConfiguration(
    "state",
    bucket=bucket.bucket,
    rules=[
        {
            "id": "old-versions",
            "status": "Enabled",
            "filter": {},
            "noncurrent_version_expiration": {"noncurrent_days": OLD_VERSIONS_DAYS},
            # What a lock leaves behind once its last version is gone.
            "expiration": {"expired_object_delete_marker": True},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
        }
    ],
    # S3 needs versioning on before it takes a rule about earlier versions.
    opts=pulumi.ResourceOptions(protect=True, depends_on=[versioning]),
)
arn = context.arn("s3", backend.bucket, region="", account="")
aws.s3.BucketPolicy(
    "state",
    bucket=bucket.bucket,
    policy=document(
        [
            Statement(
                sid="TlsOnly",
                effect="Deny",
                actions=("s3:*",),
                resources=(arn, f"{arn}/*"),
                principals={"AWS": "*"},
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            ),
            # No policy binds the lifecycle rule: it alone ends an old state, no mistake and no intruder.
            Statement(
                sid="OldVersionsStay",
                effect="Deny",
                actions=("s3:DeleteObjectVersion",),
                resources=(f"{arn}/*",),
                principals={"AWS": "*"},
            ),
        ]
    ),
    # S3 refuses two changes of a bucket's access at a time (OperationAborted).
    opts=pulumi.ResourceOptions(protect=True, depends_on=[block, ownership]),
)

pulumi.export("backend_url", backend.url)
pulumi.export("secrets_provider", backend.secrets_provider)
