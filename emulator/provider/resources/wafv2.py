"""AWS WAF."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Find, Name, Read, Resource, Tags
from emulator.provider.operation import Operation

SETTINGS = (
    "captchaConfig",
    "challengeConfig",
    "dataProtectionConfig",
    "defaultAction",
    "description",
    "rules",
    "tokenDomains",
    "visibilityConfig",
)
UPDATE = Call(op="update_web_acl", params={"Name": "{name}", "Scope": "{scope}", "Id": "{id}"})
BUSY = ("WAFUnavailableEntityException", "WAFOptimisticLockException", "WAFInternalErrorException")


def _lock(operation: Operation) -> str:
    params = {"Name": operation.value("name"), "Scope": operation.value("scope"), "Id": operation.id}
    return str(operation.call("get_web_acl", params)["LockToken"])


def _update(operation: Operation) -> None:
    """AWS replaces all settings at once, and wants the token of the version it replaces."""
    values = {n: operation.inputs[n] for n in SETTINGS if n in operation.inputs}
    operation.send(UPDATE, values, {"LockToken": _lock(operation)})


def _delete(operation: Operation) -> None:
    params = {"Name": operation.value("name"), "Scope": operation.value("scope"), "Id": operation.id}
    retry = (*BUSY, "WAFAssociatedItemException")  # an association's end takes a moment
    operation.call("delete_web_acl", {**params, "LockToken": _lock(operation)}, retry=retry)


def _lock_token(operation: Operation) -> Mapping[str, Any]:
    return {"lockToken": _lock(operation)}


WEB_ACL = Resource(
    token="aws:wafv2/webAcl:WebAcl",
    service="wafv2",
    create=Call(op="create_web_acl", send=("name", "scope", *SETTINGS), retry=BUSY),
    id="Summary.Id",
    parts="{id}/{name}/{scope}",
    changes=(Change(do=Code(run=_update, send=SETTINGS), when=SETTINGS),),
    read=(
        Read(
            op="get_web_acl",
            params={"Name": "{name}", "Scope": "{scope}", "Id": "{id}"},
            at="WebACL",
            props={"lockToken": ""},
        ),
        Code(run=lambda operation: {"scope": operation.value("scope")}),
        Code(run=_lock_token),
    ),
    delete=Code(run=_delete),
    tags=Tags(
        tag=Call(op="tag_resource", params={"ResourceARN": "{arn}"}, send=()),
        untag=Call(op="untag_resource", params={"ResourceARN": "{arn}"}, send=()),
        read=Read(
            op="list_tags_for_resource",
            params={"ResourceARN": "{found:ARN}"},
            at="TagInfoForResource.TagList",
        ),
    ),
    name=Name(longest=128),
    find=Find(op="list_web_acls", params={"Scope": "{scope}"}, at="WebACLs[?Name == '{name}'].Id"),
    replace=("name", "scope"),
    enums={"scope": ("CLOUDFRONT", "REGIONAL")},
    sets=("rules", "tokenDomains", "rules.ruleLabels"),
    refused=(
        "associationConfig",
        "customResponseBodies",
        "monetizationConfig",
        "namePrefix",
        "ruleJson",
    ),
)

ASSOCIATION = Resource(
    token="aws:wafv2/webAclAssociation:WebAclAssociation",
    service="wafv2",
    create=Call(op="associate_web_acl", retry=BUSY),
    id="{webAclArn},{resourceArn}",
    upserts=True,
    read=(
        Read(
            op="get_web_acl_for_resource",
            params={"ResourceArn": "{resourceArn}"},
            at="WebACL",
            only=True,
            props={"webAclArn": "ARN"},
        ),
        Code(run=lambda operation: {"resourceArn": operation.value("resourceArn")}),
    ),
    delete=Call(op="disassociate_web_acl", params={"ResourceArn": "{resourceArn}"}),
    replace=("resourceArn", "webAclArn"),
)

LOGGING = Resource(
    token="aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    service="wafv2",
    create=Call(
        op="put_logging_configuration",
        rename={
            "resourceArn": "LoggingConfiguration.ResourceArn",
            "logDestinationConfigs": "LoggingConfiguration.LogDestinationConfigs",
            "loggingFilter": "LoggingConfiguration.LoggingFilter",
            "redactedFields": "LoggingConfiguration.RedactedFields",
        },
        retry=BUSY,
    ),
    id="{resourceArn}",
    upserts=True,
    changes=(
        Change(
            do=Call(
                op="put_logging_configuration",
                params={
                    "LoggingConfiguration": {
                        "ResourceArn": "{resourceArn}",
                        "LogDestinationConfigs": "{logDestinationConfigs}",
                    }
                },
                rename={
                    "loggingFilter": "LoggingConfiguration.LoggingFilter",
                    "redactedFields": "LoggingConfiguration.RedactedFields",
                },
                retry=BUSY,
            ),
            when=("loggingFilter", "redactedFields"),
            whole=True,
        ),
    ),
    read=(
        Read(
            op="get_logging_configuration",
            params={"ResourceArn": "{resourceArn}"},
            at="LoggingConfiguration",
        ),
    ),
    delete=Call(op="delete_logging_configuration", params={"ResourceArn": "{resourceArn}"}),
    replace=("resourceArn", "logDestinationConfigs"),
    sets=(
        "logDestinationConfigs",
        "loggingFilter.filters",
        "loggingFilter.filters.conditions",
        "redactedFields",
    ),
)

RESOURCES: tuple[Resource, ...] = (WEB_ACL, ASSOCIATION, LOGGING)
INVOKES: tuple[Invoke, ...] = ()
