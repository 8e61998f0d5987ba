"""Settles what a killed run left in flight, so that the next one neither fails on it nor makes it twice."""

from __future__ import annotations

from typing import Any

from backend.names import PROJECT
from backend.setup.account import AwsError, Reached
from backend.setup.engine import Engine


def settle(engine: Engine, reached: Reached) -> None:
    """Removes the lock, and takes what was being created and exists into the state; `up` creates the rest.

    Only for a state that nobody else can be at work on.
    """
    engine.cancel()
    state = engine.export()
    deployment: dict[str, Any] = state["deployment"] or {}
    pending: list[dict[str, Any]] = deployment.pop("pending_operations", None) or []
    if not pending:
        return
    for operation in pending:
        resource: dict[str, Any] = operation["resource"]
        standing = _find(resource, reached) if operation["type"] == "creating" else None
        if standing:
            # Its outputs are read by the refresh of the next `up`.
            deployment["resources"].append({**resource, "id": standing, "outputs": resource["inputs"]})
    engine.replace_state(state)


def remove_lock(reached: Reached) -> None:
    """Removes the lock of an interrupted move: nobody else has a state to put in that stack's place."""
    s3 = reached.session.client("s3")
    bucket, prefix = reached.backend.bucket, f".pulumi/locks/organization/{PROJECT}/{reached.backend.stack}/"
    for lock in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=lock["Key"])


def _find(resource: dict[str, Any], reached: Reached) -> str | None:
    """The id of what exists already; the bucket's settings, each made again in one call, need none."""
    if resource["type"] == "aws:s3/bucket:Bucket":
        return reached.backend.bucket if reached.bucket_stands else None
    kms = reached.session.client("kms")
    if resource["type"] == "aws:kms/alias:Alias":
        pages = kms.get_paginator("list_aliases").paginate()
        aliases = {it["AliasName"] for page in pages for it in page["Aliases"]}
        return reached.backend.key_alias if reached.backend.key_alias in aliases else None
    if resource["type"] == "aws:kms/key:Key":
        return _find_key(kms, resource["inputs"]["tagsAll"]["Name"])
    return None


def _find_key(kms: Any, name: str) -> str | None:
    """The key with that `Name` tag that doesn't wait to be deleted."""
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            try:
                tags = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
                state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
            except AwsError:
                continue  # a key whose policy hides it from this caller isn't one that this caller made
            if {"TagKey": "Name", "TagValue": name} in tags and state != "PendingDeletion":
                return key["KeyId"]
    return None
