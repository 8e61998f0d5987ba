"""Secrets Manager: secrets, their values and their policies."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.provider import aws, tagging
from emulator.provider.aws import ClientError
from emulator.provider.invoke import Invoke, Query
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation, OperationError


def _delete_secret(operation: Operation) -> None:
    """Deletes after the recovery window, at once when it is 0; one in its window stays there."""
    found = operation.client().describe_secret(SecretId=operation.id)
    if not found.get("DeletedDate"):
        window = operation.old.get("recoveryWindowInDays", 30)
        how = {"RecoveryWindowInDays": window} if window else {"ForceDeleteWithoutRecovery": True}
        operation.call("delete_secret", {"SecretId": operation.id, **how})


def _put_policy(operation: Operation) -> None:
    params = {"SecretId": operation.id, "ResourcePolicy": operation.inputs.get("policy")}
    operation.call("put_resource_policy", params, retry=("MalformedPolicyDocumentException",))


def _find_secret(operation: Operation) -> str | None:
    try:
        found = operation.client().describe_secret(SecretId=operation.inputs["name"])
    except ClientError as error:
        if aws.is_gone(error):
            return None
        raise
    return None if found.get("DeletedDate") else str(found["ARN"])


POLICY = Read(
    op="get_resource_policy", params={"SecretId": "{id}"}, only=True, props={"policy": "ResourcePolicy"}
)

SECRET = Resource(
    token="aws:secretsmanager/secret:Secret",
    service="secretsmanager",
    create=Call(op="create_secret", send=("description", "kmsKeyId", "name", "type")),
    id="ARN",
    read=(
        Read(
            op="describe_secret",
            params={"SecretId": "{id}"},
            at="[@][?!DeletedDate] | [0]",
            props={"arn": "ARN"},
        ),
        POLICY,
    ),
    changes=(
        Change(
            do=Code(run=_put_policy, send=("policy",)),
            unset=Call(op="delete_resource_policy", params={"SecretId": "{id}"}),
            when=("policy",),
            at_create=True,
        ),
        Change(
            do=Call(op="update_secret", params={"SecretId": "{id}"}),
            when=("description", "kmsKeyId"),
        ),
    ),
    delete=Code(run=_delete_secret),
    tags=Tags(
        tag=Call(op="tag_resource", params={"SecretId": "{id}"}, send=()),
        untag=Call(op="untag_resource", params={"SecretId": "{id}"}, send=()),
    ),
    name=Name(longest=512),
    find=Code(run=_find_secret),
    replace=("name", "type"),
    defaults={"forceOverwriteReplicaSecret": False, "recoveryWindowInDays": 30},
    check=lambda inputs: (
        {"recoveryWindowInDays": f"expected 0 or 7 to 30, got {inputs['recoveryWindowInDays']}"}
        if isinstance(inputs.get("recoveryWindowInDays"), int)
        and inputs["recoveryWindowInDays"] not in (0, *range(7, 31))
        else {}
    ),
    json=("policy",),
    provider_only=("forceOverwriteReplicaSecret", "recoveryWindowInDays"),
    refused=("namePrefix", "replicas"),
)

VALUES = ("secretBinary", "secretString")


def _put_value(operation: Operation) -> str:
    inputs = operation.inputs
    call = Call(op="put_secret_value", rename={"secretId": "SecretId"})
    names = ("secretId", "secretString", "versionStages")
    values = {n: inputs[n] for n in names if n in inputs}
    extra: dict[str, Any] = {}
    if "secretBinary" in inputs:
        extra["SecretBinary"] = base64.b64decode(inputs["secretBinary"])
    answer = operation.send(call, values, extra)
    return f"{inputs['secretId']}|{answer['VersionId']}"


def _read_value(operation: Operation) -> Mapping[str, Any] | None:
    secret, _, version = operation.id.rpartition("|")
    try:
        found = operation.client().get_secret_value(SecretId=secret, VersionId=version)
    except ClientError as error:
        deleted = "marked" in str(error) and "delet" in str(error)
        if aws.is_gone(error) or deleted:
            return None
        raise
    if not found.get("VersionStages"):
        return None
    binary = found.get("SecretBinary")
    return {
        "arn": found["ARN"],
        "secretArn": found["ARN"],
        "secretId": secret,
        "secretBinary": base64.b64encode(binary).decode() if binary else None,
        "secretString": found.get("SecretString"),
        "versionId": found["VersionId"],
        "versionStages": found["VersionStages"],
    }


def _move_stages(operation: Operation) -> None:
    secret, _, version = operation.id.rpartition("|")
    client, old, new = operation.client(), operation.old["versionStages"], operation.inputs["versionStages"]
    for stage in sorted(set(new) - set(old)):
        holder = _holder(client, secret, stage)
        moved = {"RemoveFromVersionId": holder} if holder else {}
        client.update_secret_version_stage(
            SecretId=secret, VersionStage=stage, MoveToVersionId=version, **moved
        )
    for stage in sorted(set(old) - set(new) - {"AWSCURRENT"}):
        client.update_secret_version_stage(SecretId=secret, VersionStage=stage, RemoveFromVersionId=version)


def _holder(client: Any, secret: str, stage: str) -> str | None:
    versions = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    return next((v for v, stages in versions.items() if stage in stages), None)


def _drop_stages(operation: Operation) -> None:
    """A version without stages is deprecated and deleted some day; AWSCURRENT can't be taken away."""
    secret, _, version = operation.id.rpartition("|")
    found = _read_value(operation)
    for stage in (found or {}).get("versionStages", []):
        if stage != "AWSCURRENT":
            operation.client().update_secret_version_stage(
                SecretId=secret, VersionStage=stage, RemoveFromVersionId=version
            )


def _find_value(operation: Operation) -> str | None:
    """The version with the first of the stages that the inputs name."""
    secret = str(operation.inputs["secretId"])
    stage = next(iter(operation.inputs.get("versionStages", [])), "AWSCURRENT")
    version = _holder(operation.client(), secret, stage)
    return f"{secret}|{version}" if version else None


SECRET_VERSION = Resource(
    token="aws:secretsmanager/secretVersion:SecretVersion",
    service="secretsmanager",
    create=Code(run=_put_value, send=("secretBinary", "secretId", "secretString", "versionStages")),
    id="VersionId",
    read=(Code(run=_read_value),),
    changes=(Change(do=Code(run=_move_stages, send=("versionStages",)), when=("versionStages",)),),
    delete=Code(run=_drop_stages),
    find=Code(run=_find_value),
    replace=("secretId", *VALUES),
    conflicts=(VALUES,),
    sets=("versionStages",),
    refused=("secretStringWo", "secretStringWoVersion"),
)

SECRET_POLICY = Resource(
    token="aws:secretsmanager/secretPolicy:SecretPolicy",
    service="secretsmanager",
    create=Call(
        op="put_resource_policy",
        rename={"policy": "ResourcePolicy", "secretArn": "SecretId"},
        retry=("MalformedPolicyDocumentException",),
    ),
    id="{secretArn}",
    read=(
        Read(
            op="get_resource_policy",
            params={"SecretId": "{id}"},
            at="[@][?ResourcePolicy] | [0]",
            only=True,
            props={"policy": "ResourcePolicy", "secretArn": "ARN"},
        ),
    ),
    changes=(
        Change(
            do=Call(
                op="put_resource_policy", params={"SecretId": "{id}"}, rename={"policy": "ResourcePolicy"}
            ),
            when=("policy", "blockPublicPolicy"),
            whole=True,
        ),
    ),
    delete=Call(op="delete_resource_policy", params={"SecretId": "{id}"}),
    replace=("secretArn",),
    json=("policy",),
    keep=("blockPublicPolicy",),
)


def _secret(query: Query) -> Mapping[str, Any]:
    wanted = query.args.get("arn") or query.args.get("name")
    if not wanted or ("arn" in query.args and "name" in query.args):
        raise OperationError("aws.secretsmanager.get_secret: exactly one of arn, name must be set")
    found = _described(query, str(wanted))
    policy = query.client("secretsmanager").get_resource_policy(SecretId=found["ARN"])
    return {
        "id": found["ARN"],
        "arn": found["ARN"],
        "name": found["Name"],
        "description": found.get("Description", ""),
        "kmsKeyId": found.get("KmsKeyId", ""),
        "createdDate": _moment(found.get("CreatedDate")),
        "lastChangedDate": _moment(found.get("LastChangedDate")),
        "policy": policy.get("ResourcePolicy", ""),
        "tags": tagging.parsed(found.get("Tags")),
        "type": found.get("Type", ""),
    }


def _described(query: Query, wanted: str) -> Mapping[str, Any]:
    """The secret; one that waits to be deleted is gone."""
    missing = OperationError(f"reading Secrets Manager Secret ({wanted}): couldn't find resource")
    try:
        found: Mapping[str, Any] = query.client("secretsmanager").describe_secret(SecretId=wanted)
    except ClientError as error:
        if aws.is_gone(error):
            raise missing from None
        raise
    if found.get("DeletedDate"):
        raise missing
    return found


def _moment(value: Any) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def _versions(query: Query) -> Mapping[str, Any]:
    secret = _described(query, str(query.args.get("secretId", "")))
    deprecated = bool(query.args.get("includeDeprecated", False))
    versions = [
        {
            "versionId": v["VersionId"],
            "versionStages": v.get("VersionStages", []),
            "createdTime": _moment(v.get("CreatedDate")),
            "lastAccessedDate": _moment(v.get("LastAccessedDate")),
        }
        for v in _listed(query, secret["ARN"], deprecated)
    ]
    return {
        "arn": secret["ARN"],
        "name": secret["Name"],
        "includeDeprecated": deprecated,
        "versions": versions,
    }


def _listed(query: Query, arn: str, deprecated: bool) -> Iterator[Mapping[str, Any]]:  # noqa: FBT001
    """Every version of a secret; botocore has no paginator for them."""
    params: dict[str, Any] = {"SecretId": arn, "IncludeDeprecated": deprecated}
    while True:
        page = query.client("secretsmanager").list_secret_version_ids(**params)
        yield from page["Versions"]
        if not page.get("NextToken"):
            return
        params["NextToken"] = page["NextToken"]


RESOURCES: tuple[Resource, ...] = (SECRET, SECRET_VERSION, SECRET_POLICY)
INVOKES: tuple[Invoke, ...] = (
    Invoke(token="aws:secretsmanager/getSecret:getSecret", run=_secret, uses=("arn", "name")),
    Invoke(
        token="aws:secretsmanager/getSecretVersions:getSecretVersions",
        run=_versions,
        uses=("includeDeprecated", "secretId"),
    ),
)
