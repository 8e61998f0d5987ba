"""Rules about who reaches S3's buckets, whether their settings are inline or resources of their own."""

import re
from collections.abc import Iterator, Sequence

from ecs_policies.kinds import (
    ACCOUNT_PUBLIC_ACCESS_BLOCK,
    BUCKET,
    BUCKET_ACL,
    BUCKET_OWNERSHIP,
    BUCKET_POLICY,
    PUBLIC_ACCESS_BLOCK,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Unknown
from ecs_policies.reading.access import refused_without_tls
from ecs_policies.reading.buckets import Buckets
from ecs_policies.reading.demands import unverifiable, wants_flag, wants_word
from ecs_policies.reading.documents import read
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, block, items

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_OWNERS_LISTS = frozenset({"private", "bucket-owner-full-control"})


def public_access(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Buckets for which not all four public access settings are on.

    Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage": what the account blocks is
    blocked for each of its buckets.
    """
    accounts = stack.of_type(ACCOUNT_PUBLIC_ACCESS_BLOCK)
    if any(not list(_open(it)) for it in accounts):
        return
    buckets = stack.once(Buckets)
    for bucket in stack.of_type(BUCKET):
        if not buckets.of(bucket, PUBLIC_ACCESS_BLOCK):
            message = "no BucketPublicAccessBlock keeps the bucket from becoming public"
            yield from buckets.missing(bucket, PUBLIC_ACCESS_BLOCK, "publicAccessBlock", message)
    for it in (*accounts, *stack.of_type(PUBLIC_ACCESS_BLOCK)):
        yield from _open(it)


def _open(access: Resource) -> Iterator[Problem]:
    for name in _BLOCKS:
        value = access.properties.get(name)
        yield from wants_flag(access, name, value, want=True, default=False, message=f"{name} isn't on")


def plain_http(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Buckets whose policy doesn't deny every action by plain HTTP, on the bucket and on its objects."""
    buckets = stack.once(Buckets)
    for bucket in stack.of_type(BUCKET):
        holders = [
            it
            for it in (bucket, *buckets.of(bucket, BUCKET_POLICY))
            if it.properties.get("policy") is not None
        ]
        if not holders:
            message = "no policy denies requests without TLS"
            yield from buckets.missing(bucket, BUCKET_POLICY, "policy", message)
        else:
            yield from _let_through(holders)


def _let_through(holders: Sequence[Resource]) -> Iterator[Problem]:
    """The problem, if any, with the policies of one bucket, each in the property of that name."""
    refused: set[str] = set()
    unreadable: list[Problem] = []
    for it in holders:
        content = read(it.properties.get("policy"), of_resource=True)
        if isinstance(content, Unreadable):
            unreadable.append(unverifiable(it, "policy", content))
        else:
            refused.update(pattern.rpartition(":")[2] for pattern in refused_without_tls(content, "s3:*"))
    objects = any(re.fullmatch(r"[^/]*(/\*|\*)", it) for it in refused)
    itself = any("/" not in it for it in refused)
    if objects and itself:
        return
    if unreadable:
        yield from unreadable
        return
    left = "the bucket or its objects" if not refused else "the bucket" if objects else "its objects"
    message = f"no statement denies everyone s3:* on {left} while aws:SecureTransport is false"
    yield Problem(resource=holders[-1], path="policy", message=message)


def access_lists(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Buckets that take access control lists, and lists that grant something.

    Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket": new buckets
    have been made with BucketOwnerEnforced since April 2023, but those made before, and those whose
    ownership controls were deleted, take lists.
    """
    buckets = stack.once(Buckets)
    for bucket in stack.of_type(BUCKET):
        if not buckets.of(bucket, BUCKET_OWNERSHIP):
            message = "no BucketOwnershipControls keep the bucket from taking access control lists"
            yield from buckets.missing(bucket, BUCKET_OWNERSHIP, "ownershipControls", message)
        yield from _granting_list(bucket, "grants")
    for it in stack.of_type(BUCKET_OWNERSHIP):
        yield from _ownership(it)
    for it in stack.of_type(BUCKET_ACL):
        yield from _granting_list(it, "accessControlPolicy")


def _ownership(controls: Resource) -> Iterator[Problem]:
    rule = block(controls.properties.get("rule"))
    if isinstance(rule, Unreadable):
        yield unverifiable(controls, "rule", rule)
        return
    path, value = "rule.objectOwnership", rule.get("objectOwnership")
    message = "access control lists are on: {}"
    good = "BucketOwnerEnforced"
    yield from wants_word(controls, path, value, good=lambda it: it == good, default="", message=message)


def _granting_list(resource: Resource, name: str) -> Iterator[Problem]:
    """A canned list other than "private", or one written out in the property `name`."""
    message = "the access control list {} grants access that no policy shows"
    acl = resource.properties.get("acl")
    yield from wants_word(
        resource, "acl", acl, good=_OWNERS_LISTS.__contains__, default="private", message=message
    )
    if isinstance(resource.properties.get(name), Unknown):
        yield unverifiable(resource, name, Unreadable(IS_UNKNOWN))
    elif items(resource.properties.get(name)):
        message = "an access control list grants access that no policy shows"
        yield Problem(resource=resource, path=name, message=message)


PUBLIC_ACCESS = Rule(
    id="s3.public-access",
    title="A bucket blocks public access",
    severity=Severity.HIGH,
    why="A policy or list that opens the bucket by mistake then opens it to everyone.",
    fix="Add aws.s3.BucketPublicAccessBlock for the bucket, with all four settings True.",
    mappings=(
        "AWS Security Hub FSBP S3.1",
        "AWS Security Hub FSBP S3.8",
        "CIS AWS Foundations 5.0.0 2.1.4",
    ),
    stack=public_access,
)

TLS_ONLY = Rule(
    id="s3.tls-only",
    title="A bucket refuses requests without TLS",
    severity=Severity.MEDIUM,
    why="By plain HTTP, whoever is on the way reads the objects, and the presigned URLs that ask for them.",
    fix='In its aws.s3.BucketPolicy, Deny "*" s3:* on the bucket and its objects with the condition '
    'Bool: {"aws:SecureTransport": "false"}.',
    mappings=("AWS Security Hub FSBP S3.5", "CIS AWS Foundations 5.0.0 2.1.1"),
    stack=plain_http,
)

ACL = Rule(
    id="s3.access-control-list",
    title="A bucket takes no access control lists",
    severity=Severity.MEDIUM,
    why="A list on a bucket or on one object grants access that the bucket's policy doesn't show.",
    fix='Add aws.s3.BucketOwnershipControls with rule={"object_ownership": "BucketOwnerEnforced"}, and grant '
    "by policy.",
    mappings=("AWS Security Hub FSBP S3.12",),
    stack=access_lists,
)

RULES = (PUBLIC_ACCESS, TLS_ONLY, ACL)
