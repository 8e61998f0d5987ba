"""ECS: clusters and task definitions."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.provider import lifecycle
from emulator.provider.diff import diff
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags, Wait
from emulator.provider.operation import Operation
from emulator.provider.resources.containers import same_containers


def ecs_tags(arn: str, *, listed: str = "tags", read: Read | None = None) -> Tags:
    """ECS's way: `tags` at creation, TagResource and UntagResource after it."""
    return Tags(
        member="tags",
        form="key",
        tag=Call(op="tag_resource", params={"resourceArn": arn}, send=()),
        tag_member="tags",
        untag=Call(op="untag_resource", params={"resourceArn": arn}, send=()),
        untag_member="tagKeys",
        listed=listed,
        read=read,
    )


def _find_cluster(operation: Operation) -> str | None:
    found = operation.client().describe_clusters(clusters=[operation.inputs["name"]])["clusters"]
    return next((c["clusterArn"] for c in found if c["status"] != "INACTIVE"), None)


SESSIONS = "configuration.executeCommandConfiguration.logConfiguration"
LOGGED = {f"{SESSIONS}.s3BucketEncryptionEnabled": "s3EncryptionEnabled"}

CLUSTER = Resource(
    token="aws:ecs/cluster:Cluster",
    service="ecs",
    create=Call(op="create_cluster", rename={"name": "clusterName", **LOGGED}),
    id="cluster.clusterArn",
    upserts=True,
    waits=(
        Wait(
            op="describe_clusters", params={"clusters": ["{id}"]}, at="clusters[0].status", until=("ACTIVE",)
        ),
    ),
    read=(
        Read(
            op="describe_clusters",
            params={"clusters": ["{id}"], "include": ["CONFIGURATIONS", "SETTINGS", "TAGS"]},
            at="clusters[?status != 'INACTIVE'] | [0]",
            props={"name": "clusterName", "arn": "clusterArn"},
            rename=LOGGED,
        ),
    ),
    changes=(
        Change(
            do=Call(op="update_cluster", params={"cluster": "{id}"}, rename=LOGGED),
            when=("configuration", "serviceConnectDefaults", "settings"),
        ),
    ),
    delete=Call(
        op="delete_cluster",
        params={"cluster": "{id}"},
        retry=(
            "ClusterContainsContainerInstancesException",
            "ClusterContainsServicesException",
            "ClusterContainsTasksException",
            "ClusterContainsCapacityProviderException",
            "UpdateInProgressException",
        ),
    ),
    tags=ecs_tags("{id}"),
    name=Name(longest=255),
    find=Code(run=_find_cluster),
    replace=("name",),
    enums={
        "configuration.executeCommandConfiguration.logging": ("NONE", "DEFAULT", "OVERRIDE"),
        "settings.name": ("containerInsights",),
    },
    sets=("settings",),
)

CLUSTER_CAPACITY_PROVIDERS = Resource(
    token="aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    service="ecs",
    create=Call(
        op="put_cluster_capacity_providers",
        # The API wants both lists, empty ones too.
        params={"capacityProviders": [], "defaultCapacityProviderStrategy": []},
        rename={
            "clusterName": "cluster",
            "defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy",
        },
        retry=("ResourceInUseException", "UpdateInProgressException"),
    ),
    id="{clusterName}",
    read=(
        Read(
            op="describe_clusters",
            params={"clusters": ["{id}"]},
            at="clusters[?status != 'INACTIVE' && length(capacityProviders) > `0`] | [0]",
            props={"defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy"},
        ),
    ),
    changes=(
        Change(
            do=Call(
                op="put_cluster_capacity_providers",
                params={"cluster": "{id}", "capacityProviders": [], "defaultCapacityProviderStrategy": []},
                rename={"defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy"},
                retry=("ResourceInUseException", "UpdateInProgressException"),
            ),
            when=("capacityProviders", "defaultCapacityProviderStrategies"),
            whole=True,
        ),
    ),
    delete=Call(
        op="put_cluster_capacity_providers",
        params={"cluster": "{id}", "capacityProviders": [], "defaultCapacityProviderStrategy": []},
        retry=("ResourceInUseException", "UpdateInProgressException"),
    ),
    replace=("clusterName",),
    sets=("capacityProviders", "defaultCapacityProviderStrategies"),
)

REVISION = (
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
)


def _register(operation: Operation) -> Any:
    inputs = operation.inputs
    values = {n: inputs[n] for n in REVISION if n in inputs and n != "containerDefinitions"}
    extra: dict[str, Any] = {"containerDefinitions": json.loads(inputs["containerDefinitions"])}
    if inputs.get("tagsAll"):
        extra["tags"] = [{"key": k, "value": v} for k, v in sorted(inputs["tagsAll"].items())]
    call = Call(op="register_task_definition", rename={"volumes.hostPath": "host.sourcePath"})
    registered = operation.send(call, values, extra)["taskDefinition"]
    operation.old = {"arn": registered["taskDefinitionArn"]}
    return registered["family"]


def _read_definition(operation: Operation) -> Mapping[str, Any] | None:
    """The revision that the state names; the latest one for an import or with trackLatest."""
    tracked = operation.inputs.get("trackLatest") or not operation.old.get("arn")
    name = operation.id if tracked else operation.old["arn"]
    read = Read(
        op="describe_task_definition",
        params={"taskDefinition": name, "include": ["TAGS"]},
        at="taskDefinition",
        props={"arn": "taskDefinitionArn", "containerDefinitions": ""},
        rename={"volumes.hostPath": "host.sourcePath"},
    )
    found = operation.fetch(read)
    if found is None or operation.found["status"] != "ACTIVE":
        return None
    containers = json.dumps(operation.found["containerDefinitions"], sort_keys=True, separators=(",", ":"))
    return {
        **found,
        "arnWithoutRevision": found["arn"].rpartition(":")[0],
        "containerDefinitions": containers,
    }


def _find_definition(operation: Operation) -> str | None:
    """The family, when its latest revision is what the inputs describe."""
    copy = Operation(
        resource=operation.resource,
        shape=operation.shape,
        session=operation.session,
        id=str(operation.inputs["family"]),
        inputs={**operation.inputs, "trackLatest": True},
    )
    latest = lifecycle.read(copy)
    if latest is None:
        return None
    differs = any(d.replace for d in diff(operation.resource, operation.shape, latest, copy.inputs))
    return None if differs else copy.id


def _deregister(operation: Operation) -> None:
    if not operation.old.get("skipDestroy"):
        operation.call("deregister_task_definition", {"taskDefinition": operation.old["arn"]})


def _check_definition(inputs: Mapping[str, Any]) -> Mapping[str, str]:
    document = inputs.get("containerDefinitions")
    if not isinstance(document, str):
        return {}
    try:
        containers = json.loads(document)
    except ValueError as error:
        return {"containerDefinitions": f"ECS Task Definition container_definitions is invalid: {error}"}
    if not isinstance(containers, list):
        return {
            "containerDefinitions": "ECS Task Definition container_definitions is invalid: it isn't a list"
        }
    return {}


TASK_DEFINITION = Resource(
    token="aws:ecs/taskDefinition:TaskDefinition",
    service="ecs",
    create=Code(run=_register, send=REVISION),
    id="taskDefinition.family",
    read=(Code(run=_read_definition),),
    delete=Code(run=_deregister),
    tags=ecs_tags(
        "{arn}",
        read=Read(
            op="list_tags_for_resource",
            params={"resourceArn": "{found:taskDefinitionArn}"},
            at="tags",
        ),
    ),
    find=Code(run=_find_definition),
    gone=("ClientException",),
    replace=REVISION,
    defaults={"skipDestroy": False, "trackLatest": False},
    enums={
        "ipcMode": ("host", "none", "task"),
        "networkMode": ("bridge", "host", "awsvpc", "none"),
        "pidMode": ("host", "task"),
    },
    check=_check_definition,
    provider_only=("skipDestroy", "trackLatest"),
    refused=("proxyConfiguration",),
    same={"containerDefinitions": same_containers},
    sets=("placementConstraints", "requiresCompatibilities", "volumes"),
    computed=("volumes.efsVolumeConfiguration.rootDirectory",),
)

RESOURCES: tuple[Resource, ...] = (CLUSTER, CLUSTER_CAPACITY_PROVIDERS, TASK_DEFINITION)
INVOKES: tuple[Invoke, ...] = ()
