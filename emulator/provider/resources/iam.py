"""IAM."""

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

RESOURCES: tuple[Resource, ...] = (ROLE,)
INVOKES: tuple[Invoke, ...] = ()
