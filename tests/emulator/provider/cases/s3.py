"""S3."""

import json
from typing import Any

from tests.emulator.provider.harness import Case, Made, World


def bucket(world: World) -> Made:
    return world.make("aws:s3/bucket:Bucket", "bucket", {"forceDestroy": True})


def tls_only(world: World, effect: str = "Deny") -> str:
    arn = f"arn:aws:s3:::{bucket(world).id}"
    statement = {
        "Sid": "TlsOnly",
        "Effect": effect,
        "Action": "s3:*",
        "Principal": {"AWS": "*"},
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def expiring(days: int) -> list[dict[str, Any]]:
    return [
        {
            "id": "expire",
            "status": "Enabled",
            "filter": {},
            "expiration": {"days": days},
            "noncurrentVersionExpiration": {"noncurrentDays": 7},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        },
        {
            "id": "cool",
            "status": "Enabled",
            "filter": {"prefix": "AWSLogs/"},
            "transitions": [{"days": days + 30, "storageClass": "STANDARD_IA"}],
        },
    ]


CASES = (
    Case(
        token="aws:s3/bucket:Bucket",
        inputs=lambda w: {},
        update={"forceDestroy": True, "tags": {"Name": "other"}},
        replace={"bucket": "another", "objectLockEnabled": True},
    ),
    Case(
        token="aws:s3/bucketPolicy:BucketPolicy",
        inputs=lambda w: {"bucket": bucket(w).id, "policy": tls_only(w)},
        update={"policy": lambda w: tls_only(w, "Allow")},
        replace={"bucket": "another"},
    ),
    Case(
        token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        inputs=lambda w: {"bucket": bucket(w).id, "blockPublicAcls": True, "ignorePublicAcls": True},
        update={
            "blockPublicPolicy": True,
            "blockPublicAcls": False,
            "skipDestroy": True,
            "restrictPublicBuckets": True,
        },
        replace={"bucket": "another"},
        keeps=True,
    ),
    Case(
        token="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        inputs=lambda w: {"bucket": bucket(w).id, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        update={"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        replace={"bucket": "another"},
    ),
    Case(
        token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        inputs=lambda w: {
            "bucket": bucket(w).id,
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        },
        update={
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {
                        "sseAlgorithm": "aws:kms",
                        "kmsMasterKeyId": "alias/x",
                    },
                    "bucketKeyEnabled": True,
                }
            ]
        },
        replace={"bucket": "another"},
        keeps=True,
    ),
    Case(
        token="aws:s3/bucketVersioning:BucketVersioning",
        inputs=lambda w: {"bucket": bucket(w).id, "versioningConfiguration": {"status": "Enabled"}},
        update={"versioningConfiguration": {"status": "Suspended"}},
        replace={"bucket": "another"},
        keeps=True,
    ),
    Case(
        token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        inputs=lambda w: {"bucket": bucket(w).id, "rules": expiring(90)},
        update={"rules": expiring(30)},
        replace={"bucket": "another"},
    ),
)
