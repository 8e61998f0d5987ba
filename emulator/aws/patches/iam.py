"""IAM: a managed policy stays while anything uses it, and a boundary is a policy that there is."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from emulator.aws.patching import add, wrap
from emulator.aws.refusal import Refusal


# DeletePolicy is refused while the policy is attached, is a permissions boundary, or has other versions.
@wrap(IAMBackend)
def delete_policy(original: Any, self: Any, policy_arn: str) -> None:
    policy = self.get_policy(policy_arn)
    principals = [*self.roles.values(), *self.users.values()]
    bounds = any(getattr(one, "permissions_boundary_arn", None) == policy_arn for one in principals)
    if policy.attachment_count or bounds:
        raise Refusal("DeleteConflict", "Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise Refusal(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete the policy's "
            "versions. The default version is deleted with the policy.",
        )
    original(self, policy_arn)


# CreateRole and PutRolePermissionsBoundary refuse a boundary that isn't there.
@wrap(IAMBackend)
def create_role(
    original: Any,
    self: Any,
    role_name: str,
    document: str,
    path: str,
    boundary: str | None,
    *rest: Any,
    **more: Any,
) -> Any:
    _check_boundary(self, boundary)
    return original(self, role_name, document, path, boundary, *rest, **more)


@wrap(IAMBackend)
def put_role_permissions_boundary(
    original: Any, self: Any, role_name: str, permissions_boundary: str
) -> None:
    _check_boundary(self, permissions_boundary)
    original(self, role_name, permissions_boundary)


def _check_boundary(backend: Any, arn: str | None) -> None:
    if arn and arn not in backend.managed_policies:
        raise Refusal("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")


# AddClientIDToOpenIDConnectProvider and its counterpart change the audiences one by one, and can be repeated.
@add(IamResponse)
def add_client_id_to_open_id_connect_provider(self: Any) -> ActionResult:
    clients, name = _clients(self), self._get_param("ClientID")
    if name not in clients:
        clients.append(name)
    return EmptyResult()


@add(IamResponse)
def remove_client_id_from_open_id_connect_provider(self: Any) -> ActionResult:
    clients, name = _clients(self), self._get_param("ClientID")
    if name in clients:
        clients.remove(name)
    return EmptyResult()


def _clients(self: Any) -> list[str]:
    found = self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn"))
    clients: list[str] = found.client_id_list
    return clients
