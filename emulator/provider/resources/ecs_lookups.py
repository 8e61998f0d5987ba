"""ECS: looking up services and task definitions."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.provider import aws, tagging
from emulator.provider.aws import ClientError
from emulator.provider.invoke import Invoke, Query
from emulator.provider.model import Resource
from emulator.provider.names import Reader
from emulator.provider.operation import OperationError

RENAMED = {
    "arn": "serviceArn",
    "deploymentConfigurations": "deploymentConfiguration",
    "iamRole": "roleArn",
    "loadBalancers.elbName": "loadBalancerName",
    "networkConfigurations": "networkConfiguration.awsvpcConfiguration",
    "orderedPlacementStrategies": "placementStrategy",
}


def _service(query: Query) -> Mapping[str, Any]:
    name, cluster = str(query.args.get("serviceName", "")), str(query.args.get("clusterArn", ""))
    where = {"cluster": cluster} if cluster else {}
    try:
        answer = query.client("ecs").describe_services(services=[name], include=["TAGS"], **where)
    except ClientError as error:
        raise OperationError(f"reading ECS Service ({name}): {aws.explain(error)}") from error
    found = next((s for s in answer["services"] if s["status"] != "INACTIVE"), None)
    if found is None:
        raise OperationError(f"reading ECS Service ({name}): couldn't find resource")
    results = Reader(query.shape, RENAMED).object(found, _untagged(query))
    network = found.get("networkConfiguration", {}).get("awsvpcConfiguration")
    if network:
        results["networkConfigurations"][0]["assignPublicIp"] = network.get("assignPublicIp") == "ENABLED"
    return {**results, "id": found["serviceArn"], "tags": tagging.parsed(found.get("tags"))}


def _untagged(query: Query) -> dict[str, Any]:
    return {k: v for k, v in (query.shape.results or {}).items() if k != "tags"}


def _task_definition(query: Query) -> Mapping[str, Any]:
    name = str(query.args.get("taskDefinition", ""))
    try:
        found = query.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]
    except ClientError as error:
        raise OperationError(f"reading ECS Task Definition ({name}): couldn't find resource") from error
    rename = {"volumes.hostPath": "host.sourcePath", "arn": "taskDefinitionArn"}
    left_out = ("containerDefinitions", "proxyConfigurations", "taskDefinition")
    fields = {k: v for k, v in _untagged(query).items() if k not in left_out}
    arn = found["taskDefinitionArn"]
    containers = json.dumps(found["containerDefinitions"], sort_keys=True, separators=(",", ":"))
    return {
        **Reader(query.shape, rename).object(found, fields),
        "id": arn,
        "arnWithoutRevision": arn.rpartition(":")[0],
        "containerDefinitions": containers,
    }


RESOURCES: tuple[Resource, ...] = ()
INVOKES: tuple[Invoke, ...] = (
    Invoke(token="aws:ecs/getService:getService", run=_service, uses=("clusterArn", "serviceName")),
    Invoke(
        token="aws:ecs/getTaskDefinition:getTaskDefinition", run=_task_definition, uses=("taskDefinition",)
    ),
)
