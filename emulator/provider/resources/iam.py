"""IAM: roles, policies, identity providers."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation


def _detach(operation: Operation) -> None:
    """A role can't be deleted while it's in instance profiles or, with forceDetachPolicies, has policies."""
    client, role = operation.client(), operation.id
    for profile in client.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]:
        client.remove_role_from_instance_profile(
            RoleName=role, InstanceProfileName=profile["InstanceProfileName"]
        )
    if operation.old.get("forceDetachPolicies"):
        for policy in client.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            client.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
        for name in client.list_role_policies(RoleName=role)["PolicyNames"]:
            client.delete_role_policy(RoleName=role, PolicyName=name)
    operation.call("delete_role", {"RoleName": role}, retry=("DeleteConflict",))


ROLE = Resource(
    token="aws:iam/role:Role",
    service="iam",
    create=Call(
        op="create_role",
        rename={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
    ),
    id="{name}",
    read=(
        Read(
            op="get_role",
            params={"RoleName": "{id}"},
            at="Role",
            props={
                "name": "RoleName",
                "uniqueId": "RoleId",
                "assumeRolePolicy": "AssumeRolePolicyDocument",
                "permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn",
            },
        ),
        Read(
            op="list_attached_role_policies",
            params={"RoleName": "{id}"},
            only=True,
            props={"managedPolicyArns": "AttachedPolicies[].PolicyArn"},
        ),
    ),
    changes=(
        Change(
            do=Call(
                op="update_assume_role_policy",
                params={"RoleName": "{id}"},
                rename={"assumeRolePolicy": "PolicyDocument"},
            ),
            when=("assumeRolePolicy",),
        ),
        Change(
            do=Call(op="update_role", params={"RoleName": "{id}"}),
            when=("description", "maxSessionDuration"),
            whole=True,
        ),
        Change(
            do=Call(op="put_role_permissions_boundary", params={"RoleName": "{id}"}),
            unset=Call(op="delete_role_permissions_boundary", params={"RoleName": "{id}"}),
            when=("permissionsBoundary",),
        ),
    ),
    delete=Code(run=_detach),
    tags=Tags(
        tag=Call(op="tag_role", params={"RoleName": "{id}"}, send=()),
        untag=Call(op="untag_role", params={"RoleName": "{id}"}, send=()),
    ),
    name=Name(longest=64),
    replace=("name", "namePrefix", "path"),
    defaults={"path": "/", "maxSessionDuration": 3600, "forceDetachPolicies": False},
    json=("assumeRolePolicy",),
    provider_only=("forceDetachPolicies",),
    refused=("inlinePolicies", "managedPolicyArns", "namePrefix"),
)

ROLE_POLICY = Resource(
    token="aws:iam/rolePolicy:RolePolicy",
    service="iam",
    create=Call(
        op="put_role_policy", rename={"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"}
    ),
    id="{role}:{name}",
    upserts=True,
    read=(
        Read(
            op="get_role_policy",
            params={"RoleName": "{role}", "PolicyName": "{name}"},
            props={"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"},
        ),
    ),
    changes=(
        Change(
            do=Call(
                op="put_role_policy",
                params={"RoleName": "{role}", "PolicyName": "{name}"},
                rename={"policy": "PolicyDocument"},
            ),
            when=("policy",),
        ),
    ),
    delete=Call(op="delete_role_policy", params={"RoleName": "{role}", "PolicyName": "{name}"}),
    name=Name(longest=128),
    replace=("name", "role"),
    json=("policy",),
    refused=("namePrefix",),
)


def _read_attachment(operation: Operation) -> Mapping[str, Any] | None:
    role, _, policy = operation.id.partition("/")
    pages = operation.client().get_paginator("list_attached_role_policies").paginate(RoleName=role)
    found = {p["PolicyArn"] for page in pages for p in page["AttachedPolicies"]}
    return {"role": role, "policyArn": policy} if policy in found else None


ROLE_POLICY_ATTACHMENT = Resource(
    token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    service="iam",
    create=Call(op="attach_role_policy", rename={"role": "RoleName"}),
    id="{role}/{policyArn}",
    read=(Code(run=_read_attachment),),
    delete=Call(op="detach_role_policy", params={"RoleName": "{role}", "PolicyArn": "{policyArn}"}),
    replace=("role", "policyArn"),
)

VERSIONS = 5
"""IAM User Guide, "Versioning IAM policies": a managed policy keeps up to five versions."""


def _new_version(operation: Operation) -> None:
    client, arn = operation.client(), operation.id
    others = _other_versions(operation)
    if len(others) >= VERSIONS - 1:
        oldest = min(others, key=lambda v: v["CreateDate"])
        client.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
    client.create_policy_version(PolicyArn=arn, PolicyDocument=operation.inputs["policy"], SetAsDefault=True)


def _other_versions(operation: Operation) -> list[dict[str, Any]]:
    versions = operation.client().list_policy_versions(PolicyArn=operation.id)["Versions"]
    return [v for v in versions if not v["IsDefaultVersion"]]


def _delete_policy(operation: Operation) -> None:
    for version in _other_versions(operation):
        operation.client().delete_policy_version(PolicyArn=operation.id, VersionId=version["VersionId"])
    operation.call("delete_policy", {"PolicyArn": operation.id}, retry=("DeleteConflict",))


def _read_document(operation: Operation) -> Mapping[str, Any]:
    version = operation.found["DefaultVersionId"]
    found = operation.client().get_policy_version(PolicyArn=operation.id, VersionId=version)
    return {"policy": json.dumps(found["PolicyVersion"]["Document"])}


def _find_policy(operation: Operation) -> str | None:
    pages = operation.client().get_paginator("list_policies").paginate(Scope="Local")
    wanted = (operation.inputs.get("name"), operation.inputs.get("path", "/"))
    found = [p["Arn"] for page in pages for p in page["Policies"] if (p["PolicyName"], p["Path"]) == wanted]
    return found[0] if found else None


POLICY = Resource(
    token="aws:iam/policy:Policy",
    service="iam",
    create=Call(op="create_policy", rename={"name": "PolicyName", "policy": "PolicyDocument"}),
    id="Policy.Arn",
    read=(
        Read(
            op="get_policy",
            params={"PolicyArn": "{id}"},
            at="Policy",
            props={"name": "PolicyName", "policy": ""},
        ),
        Code(run=_read_document),
    ),
    changes=(Change(do=Code(run=_new_version, send=("policy",)), when=("policy",)),),
    delete=Code(run=_delete_policy),
    tags=Tags(
        tag=Call(op="tag_policy", params={"PolicyArn": "{id}"}, send=()),
        untag=Call(op="untag_policy", params={"PolicyArn": "{id}"}, send=()),
    ),
    name=Name(longest=128),
    find=Code(run=_find_policy),
    replace=("name", "path", "description"),
    defaults={"path": "/"},
    json=("policy",),
    provider_only=("delayAfterPolicyCreationInMs",),
    refused=("namePrefix",),
)


def _change_clients(operation: Operation) -> None:
    client, old, new = operation.client(), operation.old["clientIdLists"], operation.inputs["clientIdLists"]
    for name in sorted(set(new) - set(old)):
        client.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=operation.id, ClientID=name)
    for name in sorted(set(old) - set(new)):
        client.remove_client_id_from_open_id_connect_provider(
            OpenIDConnectProviderArn=operation.id, ClientID=name
        )


def _same_url(old: str, new: str) -> bool:
    """IAM answers an identity provider's URL without its scheme."""
    return old.removeprefix("https://") == new.removeprefix("https://")


def _find_provider(operation: Operation) -> str | None:
    listed = operation.client().list_open_id_connect_providers()["OpenIDConnectProviderList"]
    ending = ":oidc-provider/" + str(operation.inputs.get("url", "")).removeprefix("https://")
    return next((p["Arn"] for p in listed if p["Arn"].endswith(ending)), None)


OPEN_ID_CONNECT_PROVIDER = Resource(
    token="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    service="iam",
    create=Call(
        op="create_open_id_connect_provider",
        rename={"clientIdLists": "ClientIDList", "thumbprintLists": "ThumbprintList"},
    ),
    id="OpenIDConnectProviderArn",
    read=(
        Read(
            op="get_open_id_connect_provider",
            params={"OpenIDConnectProviderArn": "{id}"},
            props={"clientIdLists": "ClientIDList", "thumbprintLists": "ThumbprintList"},
        ),
        Code(run=lambda operation: {"arn": operation.id}),
    ),
    changes=(
        Change(do=Code(run=_change_clients, send=("clientIdLists",)), when=("clientIdLists",)),
        Change(
            do=Call(
                op="update_open_id_connect_provider_thumbprint",
                params={"OpenIDConnectProviderArn": "{id}"},
                rename={"thumbprintLists": "ThumbprintList"},
            ),
            when=("thumbprintLists",),
        ),
    ),
    delete=Call(op="delete_open_id_connect_provider", params={"OpenIDConnectProviderArn": "{id}"}),
    tags=Tags(
        tag=Call(op="tag_open_id_connect_provider", params={"OpenIDConnectProviderArn": "{id}"}, send=()),
        untag=Call(op="untag_open_id_connect_provider", params={"OpenIDConnectProviderArn": "{id}"}, send=()),
    ),
    find=Code(run=_find_provider),
    replace=("url",),
    sets=("clientIdLists",),
    same={"url": _same_url},
)

RESOURCES: tuple[Resource, ...] = (
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    POLICY,
    OPEN_ID_CONNECT_PROVIDER,
)
INVOKES: tuple[Invoke, ...] = ()
