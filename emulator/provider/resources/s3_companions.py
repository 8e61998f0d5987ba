"""S3: a bucket's policy, access, encryption, versioning and lifecycle, each a resource of its own."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Read, Resource
from emulator.provider.operation import Operation

BUCKET: Mapping[str, Any] = {"Bucket": "{bucket}"}
BUSY = ("OperationAborted",)
"""S3 takes one change of a bucket's settings at a time."""


def put(op: str, rename: Mapping[str, str] | None = None) -> Call:
    """A call that sets all of a companion, at creation and at every change."""
    return Call(op=op, params=BUCKET, rename=rename or {}, retry=BUSY)


BUCKET_POLICY = Resource(
    token="aws:s3/bucketPolicy:BucketPolicy",
    service="s3",
    create=put("put_bucket_policy"),
    id="{bucket}",
    read=(Read(op="get_bucket_policy", params=BUCKET, props={"bucket": "'{bucket}'"}),),
    changes=(Change(do=put("put_bucket_policy"), when=("policy",)),),
    delete=Call(op="delete_bucket_policy", params=BUCKET, retry=BUSY),
    replace=("bucket",),
    json=("policy",),
)

BLOCKED = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
BLOCK = put(
    "put_public_access_block",
    {n: f"PublicAccessBlockConfiguration.{n[0].upper()}{n[1:]}" for n in BLOCKED},
)


def _unblock(operation: Operation) -> None:
    if not operation.old.get("skipDestroy"):
        operation.call("delete_public_access_block", {"Bucket": operation.id}, retry=BUSY)


PUBLIC_ACCESS_BLOCK = Resource(
    token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    service="s3",
    create=BLOCK,
    id="{bucket}",
    read=(
        Read(
            op="get_public_access_block",
            params=BUCKET,
            at="PublicAccessBlockConfiguration",
            props={"bucket": "'{bucket}'"},
        ),
    ),
    changes=(Change(do=BLOCK, when=BLOCKED, whole=True),),
    delete=Code(run=_unblock),
    replace=("bucket",),
    defaults=dict.fromkeys(BLOCKED, False),
    provider_only=("skipDestroy",),
)

OWNERSHIP = put("put_bucket_ownership_controls", {"rule": "OwnershipControls.Rules"})

OWNERSHIP_CONTROLS = Resource(
    token="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    service="s3",
    create=OWNERSHIP,
    id="{bucket}",
    read=(
        Read(
            op="get_bucket_ownership_controls",
            params=BUCKET,
            at="OwnershipControls",
            props={"bucket": "'{bucket}'", "rule": "Rules[0]"},
        ),
    ),
    changes=(Change(do=OWNERSHIP, when=("rule",)),),
    delete=Call(op="delete_bucket_ownership_controls", params=BUCKET, retry=BUSY),
    replace=("bucket",),
    enums={"rule.objectOwnership": ("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced")},
)

ENCRYPTION = put("put_bucket_encryption", {"rules": "ServerSideEncryptionConfiguration.Rules"})

ENCRYPTION_CONFIGURATION = Resource(
    token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    service="s3",
    create=ENCRYPTION,
    id="{bucket}",
    read=(
        Read(
            op="get_bucket_encryption",
            params=BUCKET,
            at="ServerSideEncryptionConfiguration",
            props={"bucket": "'{bucket}'"},
        ),
    ),
    changes=(Change(do=ENCRYPTION, when=("rules",)),),
    # AWS goes back to its own keys then; a bucket is never unencrypted.
    delete=Call(op="delete_bucket_encryption", params=BUCKET, retry=BUSY),
    replace=("bucket", "expectedBucketOwner"),
    enums={"rules.applyServerSideEncryptionByDefault.sseAlgorithm": ("AES256", "aws:kms", "aws:kms:dsse")},
    sets=("rules",),
    refused=("expectedBucketOwner", "rules.blockedEncryptionTypes"),
)

VERSIONS = put("put_bucket_versioning")


def _suspend(operation: Operation) -> None:
    """What was versioned once can only be suspended."""
    status = operation.old.get("versioningConfiguration", {}).get("status")
    if status == "Enabled":
        suspended = {"Bucket": operation.id, "VersioningConfiguration": {"Status": "Suspended"}}
        operation.call("put_bucket_versioning", suspended, retry=BUSY)


VERSIONING = Resource(
    token="aws:s3/bucketVersioning:BucketVersioning",
    service="s3",
    create=VERSIONS,
    id="{bucket}",
    read=(
        Read(
            op="get_bucket_versioning",
            params=BUCKET,
            at="[@][?Status] | [0]",
            props={"bucket": "'{bucket}'", "versioningConfiguration": "@"},
        ),
    ),
    changes=(Change(do=VERSIONS, when=("versioningConfiguration",)),),
    delete=Code(run=_suspend),
    replace=("bucket", "expectedBucketOwner"),
    enums={
        "versioningConfiguration.mfaDelete": ("Enabled", "Disabled"),
        "versioningConfiguration.status": ("Enabled", "Suspended"),
    },
    computed=("versioningConfiguration.mfaDelete",),
    refused=("expectedBucketOwner", "mfa"),
)

LIFECYCLE = put("put_bucket_lifecycle_configuration", {"rules": "LifecycleConfiguration.Rules"})

LIFECYCLE_CONFIGURATION = Resource(
    token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    service="s3",
    create=LIFECYCLE,
    id="{bucket}",
    read=(
        Read(
            op="get_bucket_lifecycle_configuration",
            params=BUCKET,
            props={"bucket": "'{bucket}'"},
        ),
    ),
    changes=(Change(do=LIFECYCLE, when=("rules", "transitionDefaultMinimumObjectSize"), whole=True),),
    delete=Call(op="delete_bucket_lifecycle", params=BUCKET, retry=BUSY),
    replace=("bucket", "expectedBucketOwner"),
    enums={"rules.status": ("Enabled", "Disabled")},
    at_least_one=(("rules",),),
    provider_only=("timeouts",),
    sets=("rules", "rules.transitions", "rules.noncurrentVersionTransitions"),
    computed=("rules.filter", "rules.filter.prefix", "rules.prefix"),
    refused=("expectedBucketOwner", "rules.filter.and.tags"),
)

RESOURCES: tuple[Resource, ...] = (
    BUCKET_POLICY,
    PUBLIC_ACCESS_BLOCK,
    OWNERSHIP_CONTROLS,
    ENCRYPTION_CONFIGURATION,
    VERSIONING,
    LIFECYCLE_CONFIGURATION,
)
INVOKES: tuple[Invoke, ...] = ()
