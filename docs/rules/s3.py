"""Examples of the rules about S3's buckets."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import document


def bad_s3_public_access() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    aws.s3.BucketPublicAccessBlock("uploads", bucket=uploads.bucket, block_public_acls=True)


def good_s3_public_access() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    aws.s3.BucketPublicAccessBlock(
        "uploads",
        bucket=uploads.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )


def bad_s3_tls_only() -> None:
    aws.s3.Bucket("uploads", bucket="web-uploads")


def good_s3_tls_only() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    tls_only = document(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::web-uploads", "arn:aws:s3:::web-uploads/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )
    aws.s3.BucketPolicy("uploads", bucket=uploads.bucket, policy=tls_only)


def bad_s3_versioning() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    aws.s3.BucketVersioning(
        "uploads", bucket=uploads.bucket, versioning_configuration={"status": "Suspended"}
    )


def good_s3_versioning() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    aws.s3.BucketVersioning("uploads", bucket=uploads.bucket, versioning_configuration={"status": "Enabled"})


def bad_s3_lifecycle() -> None:
    aws.s3.Bucket("uploads", bucket="web-uploads")


def good_s3_lifecycle() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    aws.s3.BucketLifecycleConfiguration(
        "uploads",
        bucket=uploads.bucket,
        rules=[
            {
                "id": "tidy",
                "status": "Enabled",
                "filter": {},
                "noncurrent_version_expiration": {"noncurrent_days": 30},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
    )


def bad_s3_access_control_list() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    aws.s3.BucketOwnershipControls(
        "uploads", bucket=uploads.bucket, rule={"object_ownership": "ObjectWriter"}
    )
    aws.s3.BucketAcl("uploads", bucket=uploads.bucket, acl="public-read")


def good_s3_access_control_list() -> None:
    uploads = aws.s3.Bucket("uploads", bucket="web-uploads")
    aws.s3.BucketOwnershipControls(
        "uploads", bucket=uploads.bucket, rule={"object_ownership": "BucketOwnerEnforced"}
    )
