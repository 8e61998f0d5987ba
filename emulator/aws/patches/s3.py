"""S3: a new bucket is closed and encrypted, and its policy binds as far as the loopback can tell.

Creating a bucket that the caller owns succeeds in us-east-1 and changes nothing (CreateBucket in the API
reference); in any other region it is BucketAlreadyOwnedByYou. moto does both.
"""

import json
from typing import Any, cast

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.exceptions import AccessDeniedByLock
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend
from moto.s3.responses import S3Response

from emulator.aws.patching import replace, wrap

# Sub-resources of a bucket that moto doesn't know, and so would take for the bucket itself.
_UNKNOWN = {"analytics", "intelligent-tiering", "metadataConfiguration", "metadataTable", "metrics"}
_ENCRYPTED: dict[str, Any] = {
    "Rule": {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": "false",
    }
}


# Since 2023 a new bucket is encrypted with S3's keys, blocks public access, and its owner owns every object.
@wrap(FakeBucket, "__init__")
def init(original: Any, self: Any, *arguments: Any, **keywords: Any) -> None:
    original(self, *arguments, **keywords)
    self.encryption = dict(_ENCRYPTED)
    self.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    self.ownership_rule = "BucketOwnerEnforced"


# DeleteBucketEncryption goes back to S3's keys.
@wrap(S3Backend)
def delete_bucket_encryption(original: Any, self: Any, bucket_name: str) -> None:
    original(self, bucket_name)
    self.get_bucket(bucket_name).encryption = dict(_ENCRYPTED)


# A sub-resource that isn't there is never answered with the bucket.
@wrap(S3Response)
def bucket_response(original: Any, self: Any, request: Any, *arguments: Any) -> Any:
    if _UNKNOWN & set(request.args):
        raise NotImplementedError
    return original(self, request, *arguments)


# A statement holds for requests that meet its conditions; for moto one with conditions denies everything.
# Here it says nothing: the loopback, which stands for TLS, has no networks or organizations to compare.
@replace(FakeBucket)
def get_permission(self: Any, action: str, resource: str) -> PermissionResult:
    said: Any = json.loads(self.policy)["Statement"] if self.policy else []
    statements = cast("list[dict[str, Any]]", said if isinstance(said, list) else [said])
    unconditional = json.dumps({"Statement": [it for it in statements if not it.get("Condition")]})
    return IAMPolicy(unconditional).is_action_permitted(action, resource)


# Who deletes a version, or a delete marker, needs s3:DeleteObjectVersion, which a policy can deny.
@wrap(S3Backend)
def delete_object(
    original: Any, self: Any, bucket_name: str, key_name: str, version_id: str | None = None, **options: Any
) -> Any:
    bucket = self.get_bucket(bucket_name)
    resource = f"{bucket.arn}/{key_name}"
    if version_id and bucket.get_permission("s3:DeleteObjectVersion", resource) == PermissionResult.DENIED:
        raise AccessDeniedByLock
    return original(self, bucket_name, key_name, version_id=version_id, **options)
