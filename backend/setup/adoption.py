"""Takes into a state what stands in AWS already: what a killed run, or one in a clone that is gone, made."""

from __future__ import annotations

from typing import Any, cast

from backend.names import PROJECT
from backend.setup.account import AwsError, Reached
from backend.setup.engine import Engine

BUCKET, KEY, ALIAS = "aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:kms/alias:Alias"
"""What AWS makes once only, or twice without a word. The bucket's settings can be made again at any time."""


def adopt(engine: Engine, reached: Reached) -> None:
    """Removes the lock, forgets what was in flight, and imports what the state doesn't know.

    Only for a state that nobody else can be at work on.
    """
    engine.cancel()
    state = engine.export()
    deployment: dict[str, Any] = state["deployment"] or {}
    in_flight = "pending_operations" in deployment
    if in_flight:
        engine.replace_state(state)  # which drops it
    if in_flight or reached.bucket_stands:
        resources = cast("list[dict[str, Any]]", deployment.get("resources") or [])
        known = {it["type"] for it in resources}
        engine.import_resources({kind: it for kind, it in _standing(reached).items() if kind not in known})


def remove_lock(reached: Reached) -> None:
    """Removes the lock of an interrupted move: nobody else has a state to put in that stack's place."""
    s3 = reached.session.client("s3")
    bucket, prefix = reached.backend.bucket, f".pulumi/locks/organization/{PROJECT}/{reached.backend.stack}/"
    for lock in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=lock["Key"])


def _standing(reached: Reached) -> dict[str, str]:
    """The ids of what there is, by type."""
    kms, alias = reached.session.client("kms"), reached.backend.key_alias
    pages = kms.get_paginator("list_aliases").paginate()
    keys = {it["AliasName"]: it.get("TargetKeyId") for page in pages for it in page["Aliases"]}
    found = {BUCKET: reached.backend.bucket} if reached.bucket_stands else {}
    if alias in keys:
        found[ALIAS] = alias
    if key := keys.get(alias) or _key_named(kms, reached.backend.key_name):
        found[KEY] = key
    return found


def _key_named(kms: Any, name: str) -> str | None:
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
