"""One model from what each door sees of a resource.

The gate sees what the program sent, the engine what the provider made of it before creation, a stack's state
what came back. A rule reads what the program set, so what the provider added is taken away again.
"""

import re
from collections.abc import Mapping

from ecs_policies import kinds
from ecs_policies.model import UNKNOWN, Value

_AUTOMATIC = re.compile(r"-[0-9a-f]{7}\Z")
_IDENTITY = ("id", "arn", "name")
# What the bridged provider writes beside a program's own inputs.
_BOOKKEEPING = ("__defaults", "tagsAll", "id", "arn", "urn")


def inputs(properties: Mapping[str, Value], logical_name: str) -> dict[str, Value]:
    """A resource's inputs without what the provider added: its bookkeeping and an automatic name.

    `tags` are all tags, the provider's default ones too: that is what the resource will have.
    """
    own = {
        key: _without_defaults(value)
        for key, value in properties.items()
        if key not in _BOOKKEEPING
        and key not in _defaulted(properties)
        and not _is_automatic(key, value, logical_name)
    }
    if properties.get("tagsAll"):
        own["tags"] = properties["tagsAll"]
    return own


def identity(*known: Mapping[str, Value]) -> frozenset[str]:
    """What a reference to a resource may hold: its id, ARN and name, as far as they are known."""
    return frozenset(it for each in known for key in _IDENTITY if isinstance(it := each.get(key), str) and it)


def _is_automatic(key: str, value: Value, logical_name: str) -> bool:
    if key != "name" or not isinstance(value, str):
        return False
    return value.startswith(logical_name) and bool(_AUTOMATIC.fullmatch(value[len(logical_name) :]))


def _without_defaults(value: Value) -> Value:
    """The same inside blocks, where the provider notes its own defaults too."""
    if isinstance(value, Mapping):
        added = _defaulted(value)
        return {
            key: _without_defaults(it)
            for key, it in value.items()
            if key != "__defaults" and key not in added
        }
    return [_without_defaults(it) for it in value] if isinstance(value, list) else value


def _defaulted(properties: Mapping[str, Value]) -> frozenset[str]:
    """The names of what the provider set itself; the bridge notes them."""
    noted = properties.get("__defaults")
    return frozenset(str(it) for it in noted) if isinstance(noted, list) else frozenset()


# What a type's outputs repeat of other resources, or of AWS's own, when the program didn't set it.
_ECHOES: Mapping[str, frozenset[str]] = {
    kinds.ROLE: frozenset({"inlinePolicies", "managedPolicyArns"}),
    kinds.USER: frozenset({"permissionsBoundary"}),
    kinds.SECURITY_GROUP: frozenset({"ingress", "egress"}),
    kinds.ROUTE_TABLE: frozenset({"routes"}),
    kinds.NETWORK_ACL: frozenset({"ingress", "egress"}),
    kinds.VPC_ENDPOINT: frozenset({"policy", "routeTableIds", "subnetIds", "securityGroupIds"}),
    kinds.TOPIC: frozenset({"policy"}),
    kinds.SECRET: frozenset({"policy"}),
    kinds.KEY: frozenset({"policy"}),
    kinds.BUCKET: frozenset(
        {
            "acl",
            "corsRules",
            "grants",
            "lifecycleRules",
            "logging",
            "loggings",
            "policy",
            "serverSideEncryptionConfiguration",
            "serverSideEncryptionConfigurations",
            "versioning",
            "versionings",
            "website",
            "websites",
        }
    ),
}


def outputs(
    properties: Mapping[str, Value], type_: str, origins: Mapping[str, tuple[str, ...]]
) -> dict[str, Value]:
    """What of a resource's outputs can pass for the program's inputs, where those aren't known.

    An output that the provider has yet to compute is unknown and was made from no other resource, which tells
    it from an unknown input.
    """
    echoes = _ECHOES.get(kinds.canonical(type_), frozenset())
    return {
        key: it
        for key, it in properties.items()
        if key in origins or (it is not UNKNOWN and key not in echoes)
    }
