"""A service in subnets without a way to the internet, and the VPC endpoints that it needs."""

import json
from typing import Any

from ecs_policies.kinds import (
    EGRESS_RULE,
    INGRESS_RULE,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SECURITY_GROUP,
    SERVICE,
    SUBNET,
    TASK_DEFINITION,
    VPC,
    VPC_ENDPOINT,
)
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.stacks import IMAGE, resource

REGION = "com.amazonaws.us-east-1"
DNS = {"enableDnsHostnames": True}

NETWORK = resource(VPC, "vpc", DNS)
GROUP, DOOR = resource(SECURITY_GROUP, "tasks"), resource(SECURITY_GROUP, "door")
TABLE = resource(ROUTE_TABLE, "table", {"vpcId": UNKNOWN}, vpcId=NETWORK)


def subnet(name: str, cidr: Any) -> Resource:
    return resource(SUBNET, name, {"vpcId": UNKNOWN, "cidrBlock": cidr}, vpcId=NETWORK)


A, B = subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24")


def joined(of: Resource, table: Resource = TABLE) -> Resource:
    made = {"subnetId": of, "routeTableId": table}
    return resource(ROUTE_TABLE_ASSOCIATION, of.name, {"subnetId": UNKNOWN, "routeTableId": UNKNOWN}, **made)


def route(target: str, to: Resource) -> Resource:
    made = {"routeTableId": TABLE, target: to}
    return resource(ROUTE, "out", {"routeTableId": UNKNOWN, target: UNKNOWN}, **made)


def interface(service: Any, name: str = "", groups: tuple[Resource, ...] = (DOOR,), **more: Any) -> Resource:
    properties = {
        "vpcId": UNKNOWN,
        "serviceName": service if service is UNKNOWN else f"{REGION}.{service}",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [UNKNOWN, UNKNOWN],
        **({"securityGroupIds": [UNKNOWN]} if groups else {}),
        **more,
    }
    made = {"vpcId": NETWORK, "subnetIds": [A, B], "securityGroupIds": list(groups)}
    return resource(VPC_ENDPOINT, name or str(service), properties, **made)


def gateway(tables: Any = (UNKNOWN,), made_from: tuple[Resource, ...] = (TABLE,), **more: Any) -> Resource:
    properties = {"vpcId": UNKNOWN, "serviceName": f"{REGION}.s3", "routeTableIds": tables, **more}
    return resource(VPC_ENDPOINT, "s3", properties, vpcId=NETWORK, routeTableIds=list(made_from))


def https(kind: str, name: str, of: Resource, **peer: Any) -> Resource:
    """A rule for HTTPS in or out; a peer given as a resource is unknown and made from it."""
    origins = {key: it for key, it in peer.items() if isinstance(it, Resource)}
    values = {key: UNKNOWN if key in origins else it for key, it in peer.items()}
    properties = {"securityGroupId": UNKNOWN, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, **values}
    return resource(kind, name, properties, securityGroupId=of, **origins)


def definition(*containers: dict[str, Any], **more: Any) -> Resource:
    text = json.dumps([{"name": "rails", "image": IMAGE, **it} for it in containers or ({},)])
    properties = {"requiresCompatibilities": ["FARGATE"], "containerDefinitions": text, **more}
    return resource(TASK_DEFINITION, "task", {"family": "web", **properties})


def service(name: str = "web", public: Any = None, task: Any = UNKNOWN, **more: Any) -> Resource:
    network = {"subnets": [UNKNOWN, UNKNOWN], "securityGroups": [UNKNOWN], "assignPublicIp": public}
    properties = {"launchType": "FARGATE", "taskDefinition": task, "networkConfiguration": network, **more}
    made = {
        "taskDefinition": [definition()] if task is UNKNOWN else [],
        "networkConfiguration": [A, B, GROUP],
    }
    return resource(SERVICE, name, properties, **made)


LOGS = {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/web"}}}
API, DOCKER, LOGS_ENDPOINT, S3 = interface("ecr.api"), interface("ecr.dkr"), interface("logs"), gateway()
IN = https(INGRESS_RULE, "in", DOOR, referencedSecurityGroupId=GROUP)
OUT = https(EGRESS_RULE, "out-door", GROUP, referencedSecurityGroupId=DOOR)
OUT_S3 = https(EGRESS_RULE, "out-s3", GROUP, prefixListId=S3)
ISOLATED = (NETWORK, A, B, TABLE, joined(A), joined(B), GROUP, DOOR)
RULES = (IN, OUT, OUT_S3)
ENDPOINTS = (API, DOCKER, LOGS_ENDPOINT, S3)
WEB = (*ISOLATED, *RULES, *ENDPOINTS, definition(LOGS), service())


def with_(
    *more: Resource, without: tuple[Resource, ...] = (), of: tuple[Resource, ...] = WEB
) -> tuple[Resource, ...]:
    """The stack with further resources; one takes the place of its namesake."""
    return tuple({it.urn: it for it in (*(it for it in of if it not in without), *more)}.values())
