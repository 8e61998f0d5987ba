"""S3: a new bucket is closed and encrypted.

Creating a bucket that the caller owns succeeds in us-east-1 and changes nothing (CreateBucket in the API
reference); in any other region it is BucketAlreadyOwnedByYou. moto does both.
"""

from typing import Any

from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend
from moto.s3.responses import S3Response

from emulator.aws.patching import wrap

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
