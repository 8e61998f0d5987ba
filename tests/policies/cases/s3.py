"""Cases of the rules about who reaches S3's buckets."""

from typing import Any

from ecs_policies.kinds import (
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    BUCKET,
    BUCKET_ACL,
    BUCKET_OWNERSHIP,
    BUCKET_POLICY,
    PUBLIC_ACCESS_BLOCK,
)
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.buckets import bucket, companion
from tests.policies.cases.case import Case
from tests.policies.stacks import document, resource

ALL_FOUR = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
BUCKET_ARN = "arn:aws:s3:::web-logs"
NO_TLS = {"Bool": {"aws:SecureTransport": "false"}}
READ = {"Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject", "Resource": f"{BUCKET_ARN}/*"}


def deny(*resources: str, **more: Any) -> dict[str, Any]:
    """The statement that refuses plain HTTP."""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": list(resources),
        "Condition": NO_TLS,
        **more,
    }


def policy(*statements: dict[str, Any]) -> Resource:
    """The bucket's policy."""
    return companion(BUCKET_POLICY, {"policy": document(*statements)})


BOTH = (BUCKET_ARN, f"{BUCKET_ARN}/*")

PUBLIC_ACCESS = (
    Case(
        rule="s3.public-access",
        says="takes a bucket with a complete block",
        stack=(bucket(), companion(PUBLIC_ACCESS_BLOCK, ALL_FOUR)),
    ),
    Case(
        rule="s3.public-access",
        says="takes a block that names the bucket in plain text, and texts for switches",
        stack=(
            bucket(),
            resource(PUBLIC_ACCESS_BLOCK, "its", {"bucket": "web-logs", **dict.fromkeys(ALL_FOUR, "true")}),
        ),
    ),
    Case(
        rule="s3.public-access",
        says="takes what the account blocks for all of its buckets",
        stack=(bucket(), resource(ACCOUNT_PUBLIC_ACCESS_BLOCK, "account", ALL_FOUR)),
    ),
    Case(
        rule="s3.public-access",
        says="finds a bucket without a block, in its older spelling too, and the block of another",
        stack=(
            bucket(type_="aws:s3/bucketV2:BucketV2"),
            resource(PUBLIC_ACCESS_BLOCK, "other", {"bucket": "elsewhere", **ALL_FOUR}),
        ),
        finds=(("logs", "publicAccessBlock"),),
    ),
    Case(
        rule="s3.public-access",
        says="finds what a block leaves open, said or not",
        stack=(
            bucket(),
            companion(PUBLIC_ACCESS_BLOCK, {"blockPublicAcls": True, "blockPublicPolicy": False}),
        ),
        finds=(
            ("its", "blockPublicPolicy"),
            ("its", "ignorePublicAcls"),
            ("its", "restrictPublicBuckets"),
        ),
        told=("blockPublicPolicy isn't on",),
    ),
    Case(
        rule="s3.public-access",
        says="finds what the account leaves open",
        stack=(
            bucket(),
            companion(PUBLIC_ACCESS_BLOCK, ALL_FOUR),
            resource(ACCOUNT_PUBLIC_ACCESS_BLOCK, "account", {**ALL_FOUR, "restrictPublicBuckets": "false"}),
        ),
        finds=(("account", "restrictPublicBuckets"),),
    ),
    Case(
        rule="s3.public-access",
        says="can't tell while a switch, or the bucket of a block, isn't known",
        stack=(
            bucket(),
            resource(
                PUBLIC_ACCESS_BLOCK, "stray", {**ALL_FOUR, "bucket": UNKNOWN, "blockPublicAcls": UNKNOWN}
            ),
        ),
        unsure=(("logs", "publicAccessBlock"), ("stray", "blockPublicAcls")),
        told=("which bucket a BucketPublicAccessBlock is for",),
    ),
    Case(
        rule="s3.public-access",
        says="can't read a switch that is none",
        stack=(bucket(), companion(PUBLIC_ACCESS_BLOCK, {**ALL_FOUR, "blockPublicAcls": ["yes"]})),
        unsure=(("its", "blockPublicAcls"),),
        malformed=True,
    ),
)

TLS_ONLY = (
    Case(
        rule="s3.tls-only",
        says="takes a policy that denies everything by plain HTTP",
        stack=(bucket(), policy(READ, deny(*BOTH))),
    ),
    Case(
        rule="s3.tls-only",
        says="takes an inline policy with lower-case keys, as an object",
        stack=(
            bucket(
                {
                    "policy": {
                        "statement": {
                            "effect": "Deny",
                            "principal": {"AWS": ["*"]},
                            "action": ["*"],
                            "resource": "*",
                            "condition": {"BoolIfExists": {"AWS:securetransport": False}},
                        }
                    }
                }
            ),
        ),
    ),
    Case(
        rule="s3.tls-only",
        says="takes two statements, one for the bucket and one for its objects",
        stack=(bucket(), policy(deny(BUCKET_ARN), deny(f"{BUCKET_ARN}/*"))),
    ),
    Case(
        rule="s3.tls-only",
        says="takes two policies, of which one can't be read and the other is complete",
        stack=(
            bucket(),
            policy(deny(*BOTH)),
            companion(BUCKET_POLICY, {"policy": UNKNOWN}, "second"),
        ),
    ),
    Case(
        rule="s3.tls-only",
        says="finds a bucket without a policy",
        stack=(bucket(),),
        finds=(("logs", "policy"),),
    ),
    Case(
        rule="s3.tls-only",
        says="finds a policy that only allows",
        stack=(bucket(), policy(READ)),
        finds=(("its", "policy"),),
        told=("s3:* on the bucket or its objects",),
    ),
    Case(
        rule="s3.tls-only",
        says="finds a policy that leaves the bucket's objects out",
        stack=(bucket(), policy(deny(BUCKET_ARN, f"{BUCKET_ARN}/private/*"))),
        finds=(("its", "policy"),),
        told=("s3:* on its objects",),
    ),
    Case(
        rule="s3.tls-only",
        says="finds a policy that leaves the bucket itself out",
        stack=(bucket(), policy(deny(f"{BUCKET_ARN}/*"))),
        finds=(("its", "policy"),),
        told=("s3:* on the bucket while",),
    ),
    *(
        Case(
            rule="s3.tls-only",
            says=f"finds a denial that {what}",
            stack=(bucket(), policy(deny(*BOTH, **more))),
            finds=(("its", "policy"),),
        )
        for what, more in (
            ("is for one account", {"Principal": {"AWS": "123456789012"}}),
            ("leaves a role out", {"Principal": None, "NotPrincipal": {"AWS": "123456789012"}}),
            ("is for one action", {"Action": "s3:PutObject"}),
            ("holds with TLS", {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
            ("has a second condition", {"Condition": {**NO_TLS, "StringEquals": {"aws:SourceVpc": "vpc-1"}}}),
            ("has another condition", {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}),
            ("asks the other way", {"Condition": {"StringNotEquals": {"aws:SecureTransport": "false"}}}),
            ("allows", {"Effect": "Allow"}),
        )
    ),
    Case(
        rule="s3.tls-only",
        says="can't tell while the policy, or its bucket, isn't known",
        stack=(
            bucket(),
            companion(BUCKET_POLICY, {"policy": UNKNOWN}),
            resource(BUCKET, "second"),
            resource(BUCKET_POLICY, "stray", {"bucket": UNKNOWN, "policy": document(deny("*"))}),
        ),
        unsure=(("its", "policy"), ("second", "policy")),
    ),
    Case(
        rule="s3.tls-only",
        says="can't read a policy that isn't JSON",
        stack=(bucket(), companion(BUCKET_POLICY, {"policy": "{"})),
        unsure=(("its", "policy"),),
        malformed=True,
    ),
)

OWNED = companion(BUCKET_OWNERSHIP, {"rule": {"objectOwnership": "BucketOwnerEnforced"}}, "owned")

ACL = (
    Case(
        rule="s3.access-control-list",
        says="takes a bucket whose owner owns every object",
        stack=(bucket(), OWNED),
    ),
    Case(
        rule="s3.access-control-list",
        says="takes lists that grant the owner alone",
        stack=(
            bucket({"acl": "private"}),
            OWNED,
            companion(BUCKET_ACL, {"acl": "bucket-owner-full-control"}),
        ),
    ),
    Case(
        rule="s3.access-control-list",
        says="finds a bucket that doesn't say who owns its objects",
        stack=(bucket(),),
        finds=(("logs", "ownershipControls"),),
    ),
    Case(
        rule="s3.access-control-list",
        says="finds a bucket that takes lists",
        stack=(
            bucket(),
            companion(BUCKET_OWNERSHIP, {"rule": {"objectOwnership": "BucketOwnerPreferred"}}),
        ),
        finds=(("its", "rule.objectOwnership"),),
        told=("BucketOwnerPreferred",),
    ),
    Case(
        rule="s3.access-control-list",
        says="finds lists that grant others something, canned or written out, inline or not",
        stack=(
            bucket({"acl": "public-read"}),
            OWNED,
            companion(BUCKET_ACL, {"acl": "log-delivery-write"}, "canned"),
            companion(BUCKET_ACL, {"accessControlPolicy": {"owner": {"id": "1"}}}, "written"),
            resource(BUCKET, "inline", {"grants": [{"type": "Group", "permissions": ["READ"]}]}),
            resource(
                BUCKET_OWNERSHIP,
                "second",
                {"bucket": UNKNOWN, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
                bucket=resource(BUCKET, "inline"),
            ),
        ),
        finds=(
            ("logs", "acl"),
            ("canned", "acl"),
            ("written", "accessControlPolicy"),
            ("inline", "grants"),
        ),
        told=("the access control list public-read grants",),
    ),
    Case(
        rule="s3.access-control-list",
        says="can't tell while a list, or who owns objects, isn't known",
        stack=(
            bucket({"acl": UNKNOWN, "grants": UNKNOWN}),
            companion(BUCKET_OWNERSHIP, {"rule": {"objectOwnership": UNKNOWN}}),
            resource(BUCKET, "plain"),
            resource(
                BUCKET_OWNERSHIP,
                "stray",
                {"bucket": UNKNOWN, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
            ),
        ),
        unsure=(
            ("logs", "acl"),
            ("logs", "grants"),
            ("its", "rule.objectOwnership"),
            ("plain", "ownershipControls"),
        ),
    ),
    Case(
        rule="s3.access-control-list",
        says="can't read a rule that is none",
        stack=(bucket(), companion(BUCKET_OWNERSHIP, {"rule": "mine"})),
        unsure=(("its", "rule"),),
        malformed=True,
    ),
)

CASES = (*PUBLIC_ACCESS, *TLS_ONLY, *ACL)
