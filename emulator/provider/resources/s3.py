"""S3: buckets, which empty themselves on request."""

from collections.abc import Mapping
from typing import Any

from emulator.provider import aws
from emulator.provider.aws import ClientError
from emulator.provider.invoke import Invoke
from emulator.provider.model import Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation

WEBSITE_ZONES = {
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "us-east-1": "Z3AQBSTGFJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}
"""AWS General Reference, "Amazon S3 website endpoints": the zones that Route 53 knows them by."""


def _create(operation: Operation) -> str:
    name, params = str(operation.inputs["bucket"]), dict[str, Any]()
    if operation.region != "us-east-1":  # the API refuses to hear its own default
        params["CreateBucketConfiguration"] = {"LocationConstraint": operation.region}
    if operation.inputs.get("objectLockEnabled"):
        params["ObjectLockEnabledForBucket"] = True
    operation.call("create_bucket", {"Bucket": name, **params}, retry=("OperationAborted",))
    return name


def _read(operation: Operation) -> Mapping[str, Any] | None:
    client, name, region = operation.client(), operation.id, operation.region
    try:
        head = client.head_bucket(Bucket=name)
    except ClientError as error:
        if aws.is_gone(error):
            return None
        raise
    home = head.get("BucketRegion", region)
    return {
        "bucket": name,
        "arn": f"arn:{operation.session.partition}:s3:::{name}",
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegion": home,
        "bucketRegionalDomainName": f"{name}.s3.{home}.amazonaws.com",
        "hostedZoneId": WEBSITE_ZONES.get(home),
        "objectLockEnabled": _is_locked(client, name),
    }


def _is_locked(client: Any, name: str) -> bool:
    try:
        found = client.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    except ClientError as error:
        if aws.is_gone(error):
            return False
        raise
    return found.get("ObjectLockEnabled") == "Enabled"


def _delete(operation: Operation) -> None:
    if operation.old.get("forceDestroy"):
        _empty(operation)
    operation.call("delete_bucket", {"Bucket": operation.id}, retry=("OperationAborted",))


def _empty(operation: Operation) -> None:
    """Deletes every version of every object, a page of a thousand at a time."""
    client, name = operation.client(), operation.id
    for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in versions]
        if objects:
            client.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True})


def _tag(operation: Operation) -> None:
    """S3 replaces all tags at once, and wants none by deleting them."""
    client = operation.client()
    tags: Mapping[str, str] = operation.inputs.get("tagsAll") or {}
    if not tags:
        client.delete_bucket_tagging(Bucket=operation.id)
        return
    pairs = [{"Key": k, "Value": v} for k, v in sorted(tags.items())]
    client.put_bucket_tagging(Bucket=operation.id, Tagging={"TagSet": pairs})


BUCKET = Resource(
    token="aws:s3/bucket:Bucket",
    service="s3",
    create=Code(run=_create, send=("bucket", "objectLockEnabled")),
    id="{bucket}",
    upserts=True,  # us-east-1 answers its owner with success
    read=(Code(run=_read),),
    delete=Code(run=_delete),
    tags=Tags(
        member="",
        tag=Code(run=_tag),
        read=Read(op="get_bucket_tagging", params={"Bucket": "{id}"}, at="TagSet"),
    ),
    name=Name(prop="bucket", longest=63),
    replace=("bucket", "objectLockEnabled"),
    defaults={"forceDestroy": False},
    provider_only=("forceDestroy",),
    refused=(
        "accelerationStatus",
        "acl",
        "bucketNamespace",
        "bucketPrefix",
        "corsRules",
        "grants",
        "lifecycleRules",
        "logging",
        "objectLockConfiguration",
        "policy",
        "replicationConfiguration",
        "requestPayer",
        "serverSideEncryptionConfiguration",
        "versioning",
        "website",
    ),
)

RESOURCES: tuple[Resource, ...] = (BUCKET,)
INVOKES: tuple[Invoke, ...] = ()
