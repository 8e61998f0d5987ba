"""CloudWatch Logs: log groups and the policies of what may write to them."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation


def _group_arn(operation: Operation) -> Mapping[str, Any]:
    """The group's own ARN, without the ":*" that stands for its streams."""
    return {"arn": str(operation.found["arn"]).removesuffix(":*")}


def _delete_group(operation: Operation) -> None:
    if not operation.old.get("skipDestroy"):
        operation.call(
            "delete_log_group", {"logGroupName": operation.id}, retry=("OperationAbortedException",)
        )


ARN = "arn:{partition}:logs:{region}:{account}:log-group:{id}"

LOG_GROUP = Resource(
    token="aws:cloudwatch/logGroup:LogGroup",
    service="logs",
    create=Call(op="create_log_group", rename={"name": "logGroupName"}),
    id="{name}",
    read=(
        Read(
            op="describe_log_groups",
            params={"logGroupNamePrefix": "{id}"},
            at="logGroups[?logGroupName == '{id}'] | [0]",
            props={"name": "logGroupName", "arn": ""},
        ),
        Code(run=_group_arn),
    ),
    changes=(
        Change(
            do=Call(op="put_retention_policy", params={"logGroupName": "{id}"}),
            unset=Call(op="delete_retention_policy", params={"logGroupName": "{id}"}, send=()),
            when=("retentionInDays",),
            at_create=True,
        ),
        Change(
            do=Call(op="associate_kms_key", params={"logGroupName": "{id}"}),
            unset=Call(op="disassociate_kms_key", params={"logGroupName": "{id}"}, send=()),
            when=("kmsKeyId",),
        ),
        Change(
            do=Call(op="put_log_group_deletion_protection", params={"logGroupIdentifier": "{id}"}),
            when=("deletionProtectionEnabled",),
        ),
    ),
    delete=Code(run=_delete_group),
    tags=Tags(
        member="tags",
        form="map",
        tag=Call(op="tag_resource", params={"resourceArn": ARN}, send=()),
        tag_member="tags",
        untag=Call(op="untag_resource", params={"resourceArn": ARN}, send=()),
        untag_member="tagKeys",
        read=Read(op="list_tags_for_resource", params={"resourceArn": ARN}, at="tags"),
    ),
    name=Name(longest=512),
    replace=("name", "logGroupClass"),
    defaults={"skipDestroy": False},
    enums={"logGroupClass": ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")},
    check=lambda inputs: (
        {"retentionInDays": f"expected retentionInDays to be one of {DAYS}, got {inputs['retentionInDays']}"}
        if isinstance(inputs.get("retentionInDays"), int) and inputs["retentionInDays"] not in DAYS
        else {}
    ),
    provider_only=("skipDestroy",),
    refused=("namePrefix",),
)

DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""Amazon CloudWatch Logs API Reference, PutRetentionPolicy."""


def _find_policy(operation: Operation) -> str | None:
    name = operation.inputs.get("policyName")
    pages = operation.client().describe_resource_policies()["resourcePolicies"]
    return next((p["policyName"] for p in pages if p["policyName"] == name), None)


RESOURCE_POLICY = Resource(
    token="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    service="logs",
    create=Call(op="put_resource_policy"),
    id="{policyName}",
    upserts=True,
    read=(
        Read(
            op="describe_resource_policies",
            at="resourcePolicies[?policyName == '{id}'] | [0]",
            props={"policyName": "policyName"},
        ),
    ),
    changes=(
        Change(do=Call(op="put_resource_policy", params={"policyName": "{id}"}), when=("policyDocument",)),
    ),
    delete=Call(op="delete_resource_policy", params={"policyName": "{id}"}),
    replace=("policyName",),
    at_least_one=(("policyName",),),
    json=("policyDocument",),
    refused=("resourceArn",),
    find=Code(run=_find_policy),
)

RESOURCES: tuple[Resource, ...] = (LOG_GROUP, RESOURCE_POLICY)
INVOKES: tuple[Invoke, ...] = ()
