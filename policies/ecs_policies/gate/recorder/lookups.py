"""Invokes that only find a thing by its name: answered as if it were there, with marked values.

Whatever about the thing matters to a rule is left as AWS has it at first: no key of one's own, no policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from ecs_policies.gate.recorder.cloud import Cloud
from ecs_policies.gate.recorder.shapes import shape_of
from ecs_policies.gate.recorder.subject import PLACEHOLDER, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is found: a resource of `type`, named by the first of the arguments `by` that is given.

    `answer` has templates as in `shapes` for fields that its shape doesn't tell; `secrets` are secret ones.
    """

    type: str
    by: tuple[str, ...] = ()
    answer: Mapping[str, Any] = field(default_factory=dict[str, Any])
    secrets: frozenset[str] = frozenset()


_OTHER_ACCOUNT: Final = "999999999999"
_NAME_OR_ARN: Final = ("arn", "name")
_LISTENER: Final = Lookup(type="aws:lb/listener:Listener", by=("arn", "loadBalancerArn"))
_LOAD_BALANCER: Final = Lookup(type="aws:lb/loadBalancer:LoadBalancer", by=_NAME_OR_ARN)
_TARGET_GROUP: Final = Lookup(type="aws:lb/targetGroup:TargetGroup", by=_NAME_OR_ARN)
_VPCS: Final = Lookup(type="aws:ec2/vpc:Vpc", answer={"ids": ["vpc-{mark}"], "id": "{region}"})
_SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105 (a type)
_VERSION: Final = {"versionId": "{uuid}", "versionStages": ["AWSCURRENT"]}

LOOKUPS: Final[Mapping[str, Lookup]] = {
    "aws:acm/getCertificate:getCertificate": Lookup(
        type="aws:acm/certificate:Certificate", by=("domain",), answer={"status": "ISSUED"}
    ),
    "aws:alb/getListener:getListener": _LISTENER,
    "aws:alb/getLoadBalancer:getLoadBalancer": _LOAD_BALANCER,
    "aws:alb/getTargetGroup:getTargetGroup": _TARGET_GROUP,
    "aws:cloudwatch/getLogGroup:getLogGroup": Lookup(
        type="aws:cloudwatch/logGroup:LogGroup", by=("name",), answer={"kmsKeyId": ""}
    ),
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": Lookup(
        type="aws:ec2/managedPrefixList:ManagedPrefixList", by=("id", "name")
    ),
    "aws:ec2/getPrefixList:getPrefixList": Lookup(
        type="aws:ec2/managedPrefixList:ManagedPrefixList",
        by=("prefixListId", "name"),
        answer={"prefixListId": "{id}"},
    ),
    "aws:ec2/getSecurityGroup:getSecurityGroup": Lookup(
        type="aws:ec2/securityGroup:SecurityGroup", by=("id", "name"), answer={"vpcId": "vpc-{mark}"}
    ),
    "aws:ec2/getSubnet:getSubnet": Lookup(
        type="aws:ec2/subnet:Subnet",
        by=("id",),
        answer={"vpcId": "vpc-{mark}", "availabilityZone": "{region}a", "state": "available"},
    ),
    # A load balancer takes no fewer than two.
    "aws:ec2/getSubnets:getSubnets": Lookup(
        type="aws:ec2/subnet:Subnet", answer={"ids": ["subnet-{mark}-a", "subnet-{mark}-b"], "id": "{region}"}
    ),
    "aws:ec2/getVpc:getVpc": Lookup(
        type="aws:ec2/vpc:Vpc",
        by=("id",),
        answer={"mainRouteTableId": "rtb-{mark}", "state": "available", "instanceTenancy": "default"},
    ),
    "aws:ec2/getVpcs:getVpcs": _VPCS,
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": Lookup(
        type="aws:ecr/repository:Repository",
        answer={
            "userName": "AWS",
            "proxyEndpoint": "https://{account}.dkr.ecr.{region}.{suffix}",
            "password": f"{PLACEHOLDER}-password",
            "authorizationToken": f"{PLACEHOLDER}-authorizationToken",
        },
        secrets=frozenset({"password", "authorizationToken"}),
    ),
    "aws:ecr/getImage:getImage": Lookup(
        type="aws:ecr/repository:Repository",
        by=("repositoryName",),
        answer={
            "id": "sha256:{hash}",
            "imageDigest": "sha256:{hash}",
            "imageUri": "{account}.dkr.ecr.{region}.{suffix}/{name}@sha256:{hash}",
        },
    ),
    "aws:ecr/getRepository:getRepository": Lookup(type="aws:ecr/repository:Repository", by=("name",)),
    "aws:ecs/getCluster:getCluster": Lookup(
        type="aws:ecs/cluster:Cluster", by=("clusterName",), answer={"status": "ACTIVE"}
    ),
    "aws:ecs/getService:getService": Lookup(
        type="aws:ecs/service:Service", by=("serviceName",), answer={"status": "ACTIVE"}
    ),
    "aws:elb/getServiceAccount:getServiceAccount": Lookup(
        type="aws:iam/role:Role",
        answer={"id": _OTHER_ACCOUNT, "arn": f"arn:{{partition}}:iam::{_OTHER_ACCOUNT}:root"},
    ),
    "aws:iam/getPolicy:getPolicy": Lookup(
        type="aws:iam/policy:Policy", by=_NAME_OR_ARN, answer={"path": "{path}"}
    ),
    "aws:iam/getRole:getRole": Lookup(
        type="aws:iam/role:Role",
        by=("name",),
        answer={"path": "{path}", "permissionsBoundary": "", "roleLastUseds": []},
    ),
    "aws:kms/getAlias:getAlias": Lookup(
        type="aws:kms/alias:Alias",
        by=("name",),
        answer={
            "id": "{arn}",
            "targetKeyId": "{uuid}",
            "targetKeyArn": "arn:{partition}:kms:{region}:{account}:key/{uuid}",
        },
    ),
    "aws:kms/getKey:getKey": Lookup(
        type="aws:kms/key:Key",
        by=("keyId",),
        answer={
            "id": "{uuid}",
            "keyManager": "CUSTOMER",
            "keyState": "Enabled",
            "keyUsage": "ENCRYPT_DECRYPT",
        },
    ),
    "aws:lb/getListener:getListener": _LISTENER,
    "aws:lb/getLoadBalancer:getLoadBalancer": _LOAD_BALANCER,
    "aws:lb/getTargetGroup:getTargetGroup": _TARGET_GROUP,
    "aws:route53/getZone:getZone": Lookup(type="aws:route53/zone:Zone", by=("zoneId", "name")),
    "aws:s3/getBucket:getBucket": Lookup(type="aws:s3/bucket:Bucket", by=("bucket",)),
    "aws:secretsmanager/getSecret:getSecret": Lookup(
        type=_SECRET, by=_NAME_OR_ARN, answer={"kmsKeyId": "", "policy": ""}
    ),
    "aws:secretsmanager/getSecretVersion:getSecretVersion": Lookup(
        type=_SECRET,
        by=("secretId",),
        answer={
            **_VERSION,
            "id": "{arn}|AWSCURRENT",
            "secretArn": "{arn}",
            "secretString": f"{PLACEHOLDER}-secretString",
            "secretBinary": "",
        },
        secrets=frozenset({"secretString", "secretBinary"}),
    ),
    "aws:secretsmanager/getSecretVersions:getSecretVersions": Lookup(
        type=_SECRET,
        by=("secretId",),
        answer={"secretArn": "{arn}", "secretName": "{name}", "versions": [_VERSION]},
    ),
    "aws:sns/getTopic:getTopic": Lookup(type="aws:sns/topic:Topic", by=("name",)),
    "aws:ssm/getParameter:getParameter": Lookup(
        type="aws:ssm/parameter:Parameter",
        by=("name",),
        answer={"type": "String"},
        secrets=frozenset({"value"}),
    ),
}


# Arguments that are the id of what is found, where they are no ARN; others name it.
_IDS: Final = frozenset({"id", "keyId", "prefixListId", "zoneId"})
_NAME_IN_ARN: Final = re.compile(
    r":secret:(?P<secret>.+)-\w{6}\Z|:(?:loadbalancer/\w+|targetgroup)/(?P<balancing>[^/]+)/|[:/](?P<tail>[^:/]+)\Z"
)


def subject(token: str, args: Mapping[str, Any], cloud: Cloud) -> Subject:
    """The thing that a look-up finds; the same thing has the same id and ARN in every answer about it."""
    lookup = LOOKUPS[token]
    argument = next((it for it in lookup.by if args.get(it)), "")
    named = str(args.get(argument, ""))
    if args.get("registryId"):
        cloud = replace(cloud, account=str(args["registryId"]))
    known: dict[str, Any] = {}
    name = named
    if named.startswith("arn:") and argument != "loadBalancerArn":
        known["arn"] = named
        found = _NAME_IN_ARN.search(named)
        name = next(it for it in found.groups() if it) if found else named
    elif argument in _IDS and not named.startswith("alias/"):
        known["id"] = named
    inputs = {shape_of(lookup.type).name: name} if name else {}
    return Subject(
        type=lookup.type,
        name=name or lookup.type.rpartition(":")[2].lower(),
        seed=f"{lookup.type} {name or json.dumps(args, sort_keys=True)}",
        cloud=cloud,
        inputs={**inputs, "cluster": args.get("clusterArn")},
        known=known,
    )


def answer(token: str, args: Mapping[str, Any], found: Subject) -> dict[str, Any]:
    """What a look-up answers of itself: its arguments, and what the shape of what it finds doesn't tell."""
    lookup = LOOKUPS[token]
    if lookup is _VPCS and _names_one(args):
        # What this stack would name so isn't there yet: the gate sees a new stack.
        return {**args, "id": found.cloud.region, "ids": []}
    return {"id": found.id, **{key: _filled(it, found) for key, it in lookup.answer.items()}, **args}


def _names_one(args: Mapping[str, Any]) -> bool:
    filters = args.get("filters") or ()
    return "Name" in (args.get("tags") or {}) or any(it.get("name") == "tag:Name" for it in filters)


def _filled(value: Any, found: Subject) -> Any:
    if isinstance(value, str):
        return found.filled(value)
    if isinstance(value, list):
        return [_filled(it, found) for it in cast("list[Any]", value)]
    return {key: _filled(it, found) for key, it in cast("dict[str, Any]", value).items()}
