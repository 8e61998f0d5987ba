"""Rules of security groups as a program writes them, for the cases of the rules about openings."""

from typing import Any

from ecs_policies.kinds import INGRESS_RULE, LOAD_BALANCER, SECURITY_GROUP, SECURITY_GROUP_RULE
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.stacks import resource

FRONT, INSIDE = resource(SECURITY_GROUP, "front"), resource(SECURITY_GROUP, "inside")
BALANCER = resource(LOAD_BALANCER, "balancer", {"securityGroups": [UNKNOWN]}, securityGroups=FRONT)
EVERYONE, EVERYONE6 = "0.0.0.0/0", "::/0"


def rule(
    name: str,
    ports: Any,
    group: Resource = INSIDE,
    *,
    kind: str = INGRESS_RULE,
    protocol: Any = "tcp",
    **source: Any,
) -> Resource:
    """A rule for a range of ports, or for one; a source given as a resource is unknown and made from it."""
    first, last = ports if isinstance(ports, tuple) else (ports, ports)
    origins = {key: it for key, it in source.items() if isinstance(it, Resource)}
    values = {key: UNKNOWN if key in origins else it for key, it in source.items()}
    protocol_name = "protocol" if kind == SECURITY_GROUP_RULE else "ipProtocol"
    traffic = {protocol_name: protocol, "fromPort": first, "toPort": last}
    return resource(
        kind, name, {"securityGroupId": UNKNOWN, **traffic, **values}, securityGroupId=group, **origins
    )


def inline(*rules: Any, block: str = "ingress", kind: str = SECURITY_GROUP) -> Resource:
    return resource(kind, "group", {block: list(rules)})


def entry(protocol: Any, first: Any, last: Any, **source: Any) -> dict[str, Any]:
    return {"protocol": protocol, "fromPort": first, "toPort": last, **source}
