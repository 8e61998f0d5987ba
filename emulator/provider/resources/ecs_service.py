"""ECS: services, which wait until their tasks run, or until they're gone."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.provider import aws, tagging
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource
from emulator.provider.operation import Operation, OperationError, merge
from emulator.provider.resources.ecs import ecs_tags
from emulator.provider.resources.ecs_service_wait import (
    MINUTES,
    cluster,
    describe,
    primary,
    troubled,
    wait_until_steady,
)

UPDATED = (
    "alarms",
    "availabilityZoneRebalancing",
    "capacityProviderStrategies",
    "deploymentCircuitBreaker",
    "deploymentConfiguration",
    "deploymentController",
    "deploymentMaximumPercent",
    "deploymentMinimumHealthyPercent",
    "desiredCount",
    "enableEcsManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "loadBalancers",
    "networkConfiguration",
    "orderedPlacementStrategies",
    "placementConstraints",
    "platformVersion",
    "propagateTags",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "taskDefinition",
    "vpcLatticeConfigurations",
)
CREATED = (*UPDATED, "cluster", "iamRole", "launchType", "name", "schedulingStrategy")
RENAMED = {
    "alarms": "deploymentConfiguration.alarms",
    "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
    "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
    "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
    "iamRole": "role",
    "loadBalancers.elbName": "loadBalancerName",
    "name": "serviceName",
    "orderedPlacementStrategies": "placementStrategy",
    "serviceConnectConfiguration.services.clientAlias": "clientAliases",
}


def _network(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """networkConfiguration as the API has it: assignPublicIp is a word there."""
    given = inputs.get("networkConfiguration")
    if given is None:
        return {}
    vpc: dict[str, Any] = {
        "subnets": given["subnets"],
        "securityGroups": given.get("securityGroups", []),
        "assignPublicIp": "ENABLED" if given.get("assignPublicIp") else "DISABLED",
    }
    return {"networkConfiguration": {"awsvpcConfiguration": vpc}}


def _carried(operation: Operation, names: tuple[str, ...]) -> dict[str, Any]:
    """The values to send; a daemon has no number of tasks."""
    inputs = operation.inputs
    left_out = {"networkConfiguration"}
    if inputs.get("schedulingStrategy") == "DAEMON":
        left_out |= {"desiredCount", "deploymentMaximumPercent"}
    return {n: inputs[n] for n in names if n in inputs and n not in left_out}


def _create(operation: Operation) -> str:
    inputs = operation.inputs
    values = _carried(operation, CREATED)
    if inputs.get("schedulingStrategy") != "DAEMON":
        values.setdefault("desiredCount", 0)
    extra = {**_network(inputs), **tagging.creation(operation)}
    answer = operation.send(Call(op="create_service", rename=RENAMED), values, extra)
    return str(answer["service"]["serviceArn"])


def _settle(operation: Operation) -> None:
    if operation.inputs.get("waitForSteadyState"):
        wait_until_steady(operation, primary(describe(operation)))


EMPTIED: Mapping[str, Mapping[str, Any]] = {
    "alarms": {"deploymentConfiguration": {"alarms": {"alarmNames": [], "enable": False, "rollback": False}}},
    "capacityProviderStrategies": {"capacityProviderStrategy": []},
    "desiredCount": {"desiredCount": 0},
    "enableEcsManagedTags": {"enableECSManagedTags": False},
    "enableExecuteCommand": {"enableExecuteCommand": False},
    "healthCheckGracePeriodSeconds": {"healthCheckGracePeriodSeconds": 0},
    "loadBalancers": {"loadBalancers": []},
    "orderedPlacementStrategies": {"placementStrategy": []},
    "placementConstraints": {"placementConstraints": []},
    "propagateTags": {"propagateTags": "NONE"},
    "serviceConnectConfiguration": {"serviceConnectConfiguration": {"enabled": False}},
    "serviceRegistries": {"serviceRegistries": []},
    "vpcLatticeConfigurations": {"vpcLatticeConfigurations": []},
}
"""How UpdateService takes a setting away (Amazon ECS API Reference, UpdateService)."""


def _update(operation: Operation) -> None:
    inputs, changed = operation.inputs, operation.changed
    force = bool(inputs.get("forceNewDeployment"))
    if "capacityProviderStrategies" in changed and not force:
        # The official provider's words for it.
        reason = "force_new_deployment should be true when capacity_provider_strategy is being updated"
        raise OperationError(f"{operation.resource.token} {operation.name}: {reason}")
    extra: dict[str, Any] = {"forceNewDeployment": force}
    if "networkConfiguration" in changed:
        merge(extra, _network(inputs))
    for gone in sorted(changed - set(inputs)):
        merge(extra, EMPTIED.get(gone, {}))
    values = _carried(operation, tuple(n for n in UPDATED if n in changed))
    before = primary(describe(operation))
    call = Call(
        op="update_service", params={"cluster": cluster(operation), "service": "{id}"}, rename=RENAMED
    )
    # A deployment that fails at once isn't the primary one any more when AWS is asked again.
    after = primary(operation.send(call, values, extra)["service"])
    if inputs.get("waitForSteadyState"):
        wait_until_steady(operation, after if after != before else "")


READ = Read(
    op="describe_services",
    params={"services": ["{id}"], "include": ["TAGS"]},
    at="services[?status == 'ACTIVE'] | [0]",
    props={
        "alarms": "deploymentConfiguration.alarms",
        "arn": "serviceArn",
        "cluster": "clusterArn",
        "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
        "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
        "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
        "iamRole": "roleArn",
        "name": "serviceName",
        "networkConfiguration": "networkConfiguration.awsvpcConfiguration",
        "orderedPlacementStrategies": "placementStrategy",
        "serviceConnectConfiguration": "deployments[?status == 'PRIMARY'] | [0].serviceConnectConfiguration",
        "vpcLatticeConfigurations": "deployments[?status == 'PRIMARY'] | [0].vpcLatticeConfigurations",
    },
    rename={k: v for k, v in RENAMED.items() if "." in k},
)


def _read(operation: Operation) -> Mapping[str, Any] | None:
    """The service with its cluster, task definition and role in the form that the program gave them in."""
    if not operation.id.startswith("arn:"):
        session, path = operation.session, operation.id  # an import names it cluster/service
        operation.id = f"arn:{session.partition}:ecs:{operation.region}:{session.account}:service/{path}"
    read = replace(READ, params={**READ.params, "cluster": cluster(operation)})
    found = operation.fetch(read)
    if found is None:
        return None
    network = aws.search("networkConfiguration.awsvpcConfiguration", operation.found)
    if network:
        found["networkConfiguration"]["assignPublicIp"] = network.get("assignPublicIp") == "ENABLED"
    given = {**operation.old, **operation.inputs}
    for name in ("cluster", "iamRole", "taskDefinition"):
        written = given.get(name)
        if isinstance(written, str) and not written.startswith("arn:") and name in found:
            found[name] = found[name].rpartition("/")[2]
    if found.get("propagateTags") == "NONE" and not given.get("propagateTags"):
        del found["propagateTags"]
    return found


def _delete(operation: Operation) -> None:
    """Drains the service (force deletion leaves that to ECS), deletes it, and waits for the tasks."""
    service = describe(operation)
    if service is None or service["status"] == "INACTIVE":
        return
    where = {"cluster": cluster(operation), "service": operation.id}
    force = bool(operation.old.get("forceDelete"))
    if service["status"] == "ACTIVE" and service.get("schedulingStrategy") != "DAEMON" and not force:
        operation.call("update_service", {**where, "desiredCount": 0})
    if service["status"] == "ACTIVE":
        operation.call("delete_service", {**where, "force": force}, retry=("DependencyViolation",))
    deadline = time.monotonic() + MINUTES * 60
    while (describe(operation) or {"status": "INACTIVE"})["status"] != "INACTIVE":
        if time.monotonic() > deadline:
            raise OperationError(troubled(operation, f"isn't gone after {MINUTES} minutes"))
        operation.pause(0.2)


def _find(operation: Operation) -> str | None:
    home = str(operation.inputs.get("cluster", "default")).rpartition("/")[2]
    found = operation.client().describe_services(cluster=home, services=[operation.inputs["name"]])
    return next((s["serviceArn"] for s in found["services"] if s["status"] == "ACTIVE"), None)


SERVICE = Resource(
    token="aws:ecs/service:Service",
    service="ecs",
    create=Code(run=_create, send=CREATED),
    id="service.serviceArn",
    upserts=True,
    settle=(Code(run=_settle),),
    read=(Code(run=_read),),
    changes=(Change(do=Code(run=_update, send=UPDATED), when=(*UPDATED, "forceNewDeployment", "triggers")),),
    delete=Code(run=_delete),
    tags=ecs_tags("{id}"),
    name=Name(longest=255),
    find=Code(run=_find),
    replace=("cluster", "iamRole", "launchType", "name", "schedulingStrategy"),
    defaults={
        "deploymentMaximumPercent": 200,
        "deploymentMinimumHealthyPercent": 100,
        "enableEcsManagedTags": False,
        "enableExecuteCommand": False,
        "networkConfiguration.assignPublicIp": False,
        "schedulingStrategy": "REPLICA",
        "waitForSteadyState": False,
    },
    enums={
        "availabilityZoneRebalancing": ("ENABLED", "DISABLED"),
        "deploymentConfiguration.strategy": ("ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"),
        "deploymentController.type": ("ECS", "CODE_DEPLOY", "EXTERNAL"),
        "launchType": ("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"),
        "propagateTags": ("SERVICE", "TASK_DEFINITION", "NONE"),
        "schedulingStrategy": ("REPLICA", "DAEMON"),
    },
    conflicts=(("capacityProviderStrategies", "launchType"),),
    provider_only=("forceDelete", "forceNewDeployment", "sigintRollback", "triggers", "waitForSteadyState"),
    refused=(
        "deploymentConfiguration.lifecycleHooks.hookDetails",
        "deploymentConfiguration.lifecycleHooks.targetType",
        "deploymentConfiguration.lifecycleHooks.timeoutConfiguration",
        "serviceConnectConfiguration.services.clientAlias.testTrafficRules",
        "volumeConfiguration",
    ),
    sets=(
        "alarms.alarmNames",
        "capacityProviderStrategies",
        "loadBalancers",
        "networkConfiguration.securityGroups",
        "networkConfiguration.subnets",
        "placementConstraints",
        "vpcLatticeConfigurations",
    ),
    # Blocks whose absence the official provider takes for what AWS has.
    computed=(
        "alarms",
        "deploymentCircuitBreaker",
        "deploymentConfiguration.bakeTimeInMinutes",
        "deploymentConfiguration.strategy",
        "deploymentController",
        "networkConfiguration.securityGroups",
        "serviceConnectConfiguration.namespace",
    ),
)

RESOURCES: tuple[Resource, ...] = (SERVICE,)
INVOKES: tuple[Invoke, ...] = ()
