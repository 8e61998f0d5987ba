"""WAF: AWS's error names, and a web ACL in use stays."""

import json
from typing import Any

from moto.wafv2.exceptions import WAFV2DuplicateItemException
from moto.wafv2.models import WAFV2Backend
from moto.wafv2.responses import WAFV2Response

from emulator.aws.patching import add, wrap
from emulator.aws.refusal import Refusal


# CreateWebACL of a taken name is a WAFDuplicateItemException.
@wrap(WAFV2Backend)
def create_web_acl(original: Any, self: Any, *arguments: Any, **keywords: Any) -> Any:
    try:
        return original(self, *arguments, **keywords)
    except WAFV2DuplicateItemException as taken:
        raise Refusal("WAFDuplicateItemException", taken.message) from taken


# DeleteWebACL is refused while the web ACL guards a resource.
@wrap(WAFV2Backend)
def delete_web_acl(original: Any, self: Any, name: str, scope: str, _id: str, lock_token: str) -> None:
    for acl in self.wacls.values():
        if acl.id == _id and acl.associated_resources:
            raise Refusal(
                "WAFAssociatedItemException",
                "AWS WAF couldn't perform the operation because your resource is being used by another "
                "resource.",
            )
    original(self, name, scope, _id, lock_token)


# AssociateWebACL puts the resource under this web ACL alone.
@wrap(WAFV2Backend)
def associate_web_acl(original: Any, self: Any, web_acl_arn: str, resource_arn: str) -> None:
    if web_acl_arn in self.wacls:
        self.disassociate_web_acl(resource_arn)
    original(self, web_acl_arn, resource_arn)


# ListResourcesForWebACL shows what it guards.
@add(WAFV2Response)
def list_resources_for_web_acl(self: Any) -> tuple[int, dict[str, str], str]:
    acl = self.wafv2_backend.get_web_acl(self._get_param("WebACLArn"), None, None)
    return 200, {"Content-Type": "application/json"}, json.dumps({"ResourceArns": acl.associated_resources})
