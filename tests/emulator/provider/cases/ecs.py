"""ECS."""

import json
from typing import Any

from tests.emulator.provider.cases import ec2
from tests.emulator.provider.cases.iam import role
from tests.emulator.provider.cases.lb import listener, targets
from tests.emulator.provider.harness import Case, Made, World


def cluster(world: World) -> Made:
    return world.make("aws:ecs/cluster:Cluster", "cluster", {})


def containers(image: str) -> str:
    web = {
        "name": "web",
        "image": image,
        "portMappings": [{"containerPort": 8080}],
        "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}],
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}],
        "healthCheck": {"command": ["CMD-SHELL", "true"]},
    }
    return json.dumps([web])


def definition_inputs(world: World) -> dict[str, Any]:
    return {
        "family": world.name("family"),
        "containerDefinitions": containers("nginx:1"),
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "ephemeralStorage": {"sizeInGib": 30},
        "volumes": [{"name": "data"}, {"name": "more"}],
        "executionRoleArn": role(world).outputs["arn"],
        "taskRoleArn": role(world).outputs["arn"],
    }


def definition(world: World, image: str) -> Made:
    inputs = {**definition_inputs(world), "containerDefinitions": containers(image)}
    return world.make("aws:ecs/taskDefinition:TaskDefinition", f"definition-{image}", inputs)


def subnet(world: World, number: int) -> Made:
    return ec2.subnet(world, "abc"[number - 1], number)


def service(world: World) -> Made:
    return world.make("aws:ecs/service:Service", "service", service_inputs(world))


def service_inputs(world: World) -> dict[str, Any]:
    return {
        "cluster": cluster(world).outputs["arn"],
        "taskDefinition": definition(world, "nginx:1").outputs["arn"],
        "desiredCount": 2,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "networkConfiguration": {"subnets": [subnet(world, 1).id, subnet(world, 2).id]},
        "deploymentController": {"type": "ECS"},
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "availabilityZoneRebalancing": "ENABLED",
        "propagateTags": "SERVICE",
        "enableEcsManagedTags": True,
        "waitForSteadyState": True,
    }


def rule(world: World, port: int) -> str:
    """A listener's rule that forwards to the first of two target groups."""
    groups = [{"arn": targets(world, it).id, "weight": weight} for it, weight in (("blue", 1), ("green", 0))]
    inputs = {
        "listenerArn": listener(world, port).id,
        "priority": 1,
        "conditions": [{"pathPattern": {"values": ["/*"]}}],
        "actions": [{"type": "forward", "forward": {"targetGroups": groups}}],
    }
    return world.make("aws:lb/listenerRule:ListenerRule", f"rule-{port}", inputs).id


def shifting_inputs(world: World) -> dict[str, Any]:
    """A service whose deployments shift traffic."""
    return {
        **service_inputs(world),
        "deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "1"},
        "loadBalancers": [
            {
                "targetGroupArn": targets(world, "blue").id,
                "containerName": "web",
                "containerPort": 8080,
                "advancedConfiguration": {
                    "alternateTargetGroupArn": targets(world, "green").id,
                    "productionListenerRule": rule(world, 80),
                    "testListenerRule": rule(world, 8443),
                    "roleArn": role(world, "ecs.amazonaws.com").outputs["arn"],
                },
            }
        ],
    }


CASES = (
    Case(
        token="aws:ecs/cluster:Cluster",
        inputs=lambda w: {
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "configuration": {
                "executeCommandConfiguration": {
                    "logging": "OVERRIDE",
                    "logConfiguration": {
                        "cloudWatchEncryptionEnabled": True,
                        "cloudWatchLogGroupName": "sessions",
                    },
                }
            },
        },
        update={
            "settings": [{"name": "containerInsights", "value": "disabled"}],
            "configuration": {"executeCommandConfiguration": {"logging": "NONE"}},
            "tags": {"Name": "other"},
        },
        replace={"name": "another"},
    ),
    Case(
        token="aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        inputs=lambda w: {
            "clusterName": cluster(w).outputs["name"],
            "capacityProviders": ["FARGATE_SPOT", "FARGATE"],
            "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        },
        update={
            "defaultCapacityProviderStrategies": [
                {"capacityProvider": "FARGATE_SPOT", "weight": 3},
                {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
            ]
        },
        replace={"clusterName": "another"},
    ),
    Case(
        token="aws:ecs/taskDefinition:TaskDefinition",
        inputs=definition_inputs,
        update={"tags": {"Name": "other"}, "skipDestroy": True, "trackLatest": True},
        replace={
            "containerDefinitions": containers("nginx:2"),
            "cpu": "512",
            "volumes": [{"name": "data"}],
            "family": "another",
        },
        keeps=True,
    ),
    Case(
        token="aws:ecs/service:Service",
        inputs=service_inputs,
        update={
            "desiredCount": 3,
            "taskDefinition": lambda w: definition(w, "nginx:2").outputs["arn"],
            "deploymentMaximumPercent": 150,
            "enableExecuteCommand": True,
            "networkConfiguration": lambda w: {"subnets": [subnet(w, 1).id, subnet(w, 3).id]},
            "forceNewDeployment": True,
            "tags": {"Name": "other"},
        },
        replace={"name": "another", "schedulingStrategy": "DAEMON"},
    ),
    Case(
        token="aws:ecs/service:Service",
        inputs=shifting_inputs,
        update={
            "taskDefinition": lambda w: definition(w, "nginx:2").outputs["arn"],
            "deploymentConfiguration": {
                "strategy": "LINEAR",
                "bakeTimeInMinutes": "0",
                "linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": "1"},
            },
            "alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True},
            "deploymentCircuitBreaker": {"enable": True, "rollback": False},
            "sigintRollback": True,
        },
        replace={"name": "another"},
    ),
)
