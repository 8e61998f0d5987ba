"""KMS: keys and their aliases."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation


def _rotate(operation: Operation) -> None:
    client, inputs = operation.client(), operation.inputs
    if not inputs.get("enableKeyRotation"):
        client.disable_key_rotation(KeyId=operation.id)
        return
    period = inputs.get("rotationPeriodInDays")
    client.enable_key_rotation(KeyId=operation.id, **({"RotationPeriodInDays": period} if period else {}))


def _enable(operation: Operation) -> None:
    enabled = operation.inputs.get("isEnabled", True)
    operation.call("enable_key" if enabled else "disable_key", {"KeyId": operation.id})


def _rotation(operation: Operation) -> Mapping[str, Any]:
    if operation.found.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        return {"enableKeyRotation": False}
    status = operation.client().get_key_rotation_status(KeyId=operation.id)
    return {
        "enableKeyRotation": status["KeyRotationEnabled"],
        "rotationPeriodInDays": status.get("RotationPeriodInDays"),
    }


def _find_key(operation: Operation) -> str | None:
    """The key with the same `Name` tag that doesn't wait to be deleted."""
    client, wanted = operation.client(), operation.inputs.get("tagsAll", {}).get("Name")
    found: list[str] = []
    for page in client.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            tags = {t["TagKey"]: t["TagValue"] for t in client.list_resource_tags(KeyId=key["KeyId"])["Tags"]}
            if wanted and tags.get("Name") == wanted:
                state = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
                found += [] if state == "PendingDeletion" else [key["KeyId"]]
    return found[0] if len(found) == 1 else None


KEY = Resource(
    token="aws:kms/key:Key",
    service="kms",
    create=Call(
        op="create_key",
        rename={"customerMasterKeySpec": "KeySpec"},
        send=(
            "policy",
            "description",
            "keyUsage",
            "customerMasterKeySpec",
            "multiRegion",
            "bypassPolicyLockoutSafetyCheck",
        ),
        retry=("MalformedPolicyDocumentException",),
    ),
    id="KeyMetadata.KeyId",
    read=(
        Read(
            op="describe_key",
            params={"KeyId": "{id}"},
            at="KeyMetadata | [@][?KeyState != 'PendingDeletion'] | [0]",
            props={"customerMasterKeySpec": "KeySpec", "isEnabled": "Enabled"},
        ),
        Read(
            op="get_key_policy",
            params={"KeyId": "{id}", "PolicyName": "default"},
            only=True,
            props={"policy": "Policy"},
        ),
        Code(run=_rotation),
    ),
    changes=(
        Change(
            do=Code(run=_rotate, send=("enableKeyRotation", "rotationPeriodInDays")),
            when=("enableKeyRotation", "rotationPeriodInDays"),
            at_create=True,
        ),
        Change(do=Call(op="update_key_description", params={"KeyId": "{id}"}), when=("description",)),
        Change(
            do=Call(op="put_key_policy", params={"KeyId": "{id}", "PolicyName": "default"}),
            when=("policy",),
        ),
        # Last: a disabled key takes no other change.
        Change(do=Code(run=_enable, send=("isEnabled",)), when=("isEnabled",), at_create=True),
    ),
    delete=Call(
        op="schedule_key_deletion",
        params={"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays}"},
        done=("KMSInvalidStateException",),
    ),
    tags=Tags(
        form="TagKey",
        tag=Call(op="tag_resource", params={"KeyId": "{id}"}, send=()),
        untag=Call(op="untag_resource", params={"KeyId": "{id}"}, send=()),
        read=Read(op="list_resource_tags", params={"KeyId": "{id}"}, at="Tags"),
    ),
    find=Code(run=_find_key),
    replace=("customerMasterKeySpec", "keyUsage", "multiRegion"),
    defaults={
        "bypassPolicyLockoutSafetyCheck": False,
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "enableKeyRotation": False,
        "isEnabled": True,
        "keyUsage": "ENCRYPT_DECRYPT",
    },
    enums={"keyUsage": ("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")},
    json=("policy",),
    provider_only=("bypassPolicyLockoutSafetyCheck", "deletionWindowInDays"),
    refused=("customKeyStoreId", "xksKeyId"),
)


def _same_key(old: str, new: str) -> bool:
    """A key's id and its ARN mean the same key."""
    return old.rpartition("/")[2] == new.rpartition("/")[2]


def _target(operation: Operation) -> Mapping[str, Any]:
    """The target as the program wrote it: an id or an ARN."""
    key = str(operation.found["TargetKeyId"])
    arn = f"arn:{operation.session.partition}:kms:{operation.region}:{operation.session.account}:key/{key}"
    written = str(operation.inputs.get("targetKeyId", ""))
    return {"targetKeyArn": arn, "targetKeyId": arn if written.startswith("arn:") else key}


ALIAS = Resource(
    token="aws:kms/alias:Alias",
    service="kms",
    create=Call(op="create_alias", rename={"name": "AliasName"}),
    id="{name}",
    read=(
        Read(
            op="list_aliases",
            at="Aliases[?AliasName == '{id}'] | [0]",
            props={"name": "AliasName", "arn": "AliasArn", "targetKeyId": ""},
        ),
        Code(run=_target),
    ),
    changes=(Change(do=Call(op="update_alias", params={"AliasName": "{id}"}), when=("targetKeyId",)),),
    delete=Call(op="delete_alias", params={"AliasName": "{id}"}),
    name=Name(longest=256, prefix="alias/"),
    replace=("name",),
    same={"targetKeyId": _same_key},
    refused=("namePrefix",),
)

RESOURCES: tuple[Resource, ...] = (KEY, ALIAS)
INVOKES: tuple[Invoke, ...] = ()
