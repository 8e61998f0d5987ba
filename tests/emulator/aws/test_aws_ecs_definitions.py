"""Task definitions: what AWS refuses is refused, and what is put in comes back."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws.ecs.definitions import problems

Clients = Callable[[str], Any]
ROLE = "arn:aws:iam::123456789012:role/execution"
CHECK = {"command": ["CMD-SHELL", "true"], "interval": 10, "timeout": 5, "retries": 2, "startPeriod": 30}


def definition(**changes: Any) -> dict[str, Any]:
    """A task like the product's: application, proxy, log router, and a container that prepares a volume."""
    base: dict[str, Any] = {
        "family": "web",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1024",
        "memory": "2048",
        "executionRoleArn": ROLE,
        "taskRoleArn": "arn:aws:iam::123456789012:role/task",
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "ephemeralStorage": {"sizeInGiB": 30},
        "volumes": [{"name": "sockets"}],
        "containerDefinitions": [
            {
                "name": "rails",
                "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1",
                "essential": True,
                "cpu": 640,
                "memoryReservation": 1280,
                "dependsOn": [
                    {"containerName": "log_router", "condition": "HEALTHY"},
                    {"containerName": "prepare", "condition": "SUCCESS"},
                ],
                "secrets": [
                    {"name": "KEY", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:k-a"}
                ],
                "environment": [{"name": "PORT", "value": "3000"}],
                "healthCheck": CHECK,
                "linuxParameters": {
                    "initProcessEnabled": True,
                    "capabilities": {"drop": ["ALL"]},
                    "tmpfs": [{"containerPath": "/cache", "size": 64, "mountOptions": ["uid=1000"]}],
                },
                "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "cloudwatch_logs"}},
                "mountPoints": [
                    {"sourceVolume": "sockets", "containerPath": "/var/run/datadog", "readOnly": True}
                ],
                "readonlyRootFilesystem": True,
                "stopTimeout": 60,
                "user": "1000",
                "dockerLabels": {"secret-version": "v1"},
            },
            {
                "name": "nginx",
                "image": "nginx:1.27",
                "essential": True,
                "portMappings": [
                    {"containerPort": 8080, "protocol": "tcp", "name": "http", "appProtocol": "http"}
                ],
                "dependsOn": [{"containerName": "rails", "condition": "HEALTHY"}],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "g",
                        "awslogs-region": "us-east-1",
                        "awslogs-stream-prefix": "p",
                    },
                },
            },
            {
                "name": "log_router",
                "image": "fluent-bit:3.4.0",
                "essential": True,
                "healthCheck": CHECK,
                "firelensConfiguration": {"type": "fluentbit", "options": {"config-file-type": "file"}},
                "user": "0",
            },
            {
                "name": "prepare",
                "image": "busybox:1",
                "essential": False,
                "restartPolicy": {"enabled": False},
                "command": ["true"],
            },
        ],
    }
    return {**base, **changes}


def changed(index: int, **changes: Any) -> dict[str, Any]:
    one = copy.deepcopy(definition())
    one["containerDefinitions"][index] |= changes
    return one


def test_a_task_like_the_products_has_no_problem() -> None:
    assert list(problems(definition())) == []


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (definition(cpu="256", memory="4096"), "No Fargate configuration exists"),
        (definition(cpu="300"), "No Fargate configuration exists"),
        (definition(memory=None), "'memory' be defined at the task level"),
        (definition(networkMode="bridge"), "only supports network mode"),
        (definition(networkMode=None), "only supports network mode"),
        (definition(executionRoleArn=None), "ECR images"),
        (definition(executionRoleArn=None), "log driver awslogs"),
        (definition(executionRoleArn=None), "container secrets"),
        (definition(ephemeralStorage={"sizeInGiB": 20}), "between 21 and 200"),
        (definition(family="a b"), "Family should match"),
        (definition(containerDefinitions=[]), "cannot be empty"),
        (definition(volumes=[]), "Unknown volume 'sockets'"),
        (changed(0, name="nginx"), "must be unique"),
        (changed(0, image=None), "Container.image should not be null"),
        (changed(0, dependsOn=[{"containerName": "no", "condition": "START"}]), "depends on 'no'"),
        (changed(0, dependsOn=[{"containerName": "nginx", "condition": "START"}]), "form a cycle"),
        (changed(0, dependsOn=[{"containerName": "log_router", "condition": "SUCCESS"}]), "is essential"),
        (changed(0, dependsOn=[{"containerName": "prepare", "condition": "HEALTHY"}]), "no health check"),
        (changed(0, stopTimeout=121), "must be at most 120"),
        (changed(0, cpu=2048), "sum of the containers' 'cpu'"),
        (changed(0, memoryReservation=4096), "memory reservations"),
        (changed(0, memory=4096), "must not exceed the task's"),
        (changed(0, memory=512), "must not be below 'memoryReservation'"),
        (changed(0, privileged=True), "'privileged'"),
        (changed(0, healthCheck={"command": ["CMD", "x"], "interval": 4}), "must be 5 to 300, got 4"),
        (changed(0, logConfiguration={"logDriver": "syslog"}), "not supported by Fargate"),
        (changed(1, portMappings=[{"containerPort": 80, "hostPort": 81}]), "must match"),
        (changed(1, firelensConfiguration={"type": "fluentbit"}), "Only one container"),
        (changed(2, firelensConfiguration=None), "one container must specify"),
    ],
)
def test_what_cannot_run_is_refused(request_: dict[str, Any], expected: str) -> None:
    if expected.startswith("one container"):
        del request_["containerDefinitions"][2]["firelensConfiguration"]
    assert any(expected in problem for problem in problems(request_)), list(problems(request_))


def test_a_task_of_sidecars_alone_is_refused() -> None:
    request = copy.deepcopy(definition())
    for container in request["containerDefinitions"]:
        container["essential"] = False
    assert "A task definition must have at least one essential container." in list(problems(request))


@pytest.mark.parametrize(
    ("cpu", "memory"), [("256", "512"), (".25 vCPU", "1 GB"), ("1 vCPU", "2048"), ("16384", "32768")]
)
def test_legal_pairs_are_accepted_in_either_unit(cpu: str, memory: str) -> None:
    container = {"name": "web", "image": "web:1"}
    assert list(problems(definition(cpu=cpu, memory=memory, containerDefinitions=[container]))) == []


def test_the_first_problem_is_a_client_exception(client: Clients) -> None:
    with pytest.raises(ClientError, match="No Fargate configuration exists") as caught:
        client("ecs").register_task_definition(**definition(cpu="256", memory="4096"))
    assert caught.value.response["Error"]["Code"] == "ClientException"


def test_every_property_comes_back(client: Clients, unique: str) -> None:
    ecs, given = client("ecs"), definition(family=unique, enableFaultInjection=True)
    tags = [{"key": "Name", "value": unique}]
    ecs.register_task_definition(**given, tags=tags)
    answer = ecs.describe_task_definition(taskDefinition=unique, include=["TAGS"])
    seen = answer["taskDefinition"]
    assert answer["tags"] == tags
    for key, value in given.items():
        if key not in ("containerDefinitions", "volumes"):
            assert seen[key] == value, key
    assert [one["name"] for one in seen["volumes"]] == ["sockets"]
    for container, shown in zip(given["containerDefinitions"], seen["containerDefinitions"], strict=True):
        for key, value in container.items():
            if key != "portMappings":
                assert shown[key] == value, key
    assert seen["containerDefinitions"][1]["portMappings"] == [
        {"containerPort": 8080, "hostPort": 8080, "protocol": "tcp", "name": "http", "appProtocol": "http"}
    ]
    assert seen["registeredAt"]
    assert seen["status"] == "ACTIVE"


def test_a_family_stands_for_its_latest_active_revision_and_numbers_are_never_reused(
    client: Clients, unique: str
) -> None:
    ecs = client("ecs")
    arns = [
        ecs.register_task_definition(**definition(family=unique))["taskDefinition"]["taskDefinitionArn"]
        for _ in "ab"
    ]
    gone = ecs.deregister_task_definition(taskDefinition=arns[1])["taskDefinition"]
    assert gone["status"] == "INACTIVE"
    assert gone["deregisteredAt"]
    assert ecs.describe_task_definition(taskDefinition=unique)["taskDefinition"]["revision"] == 1
    assert ecs.list_task_definitions(familyPrefix=unique)["taskDefinitionArns"] == arns[:1]
    assert ecs.delete_task_definitions(taskDefinitions=[arns[1]])["failures"] == []
    assert ecs.register_task_definition(**definition(family=unique))["taskDefinition"]["revision"] == 3


def test_a_cluster_is_created_once_and_keeps_its_settings(client: Clients, unique: str) -> None:
    ecs = client("ecs")
    made = ecs.create_cluster(
        clusterName=unique,
        settings=[{"name": "containerInsights", "value": "enhanced"}],
        configuration={"executeCommandConfiguration": {"logging": "OVERRIDE", "kmsKeyId": "k"}},
        tags=[{"key": "Name", "value": unique}],
    )["cluster"]
    ecs.put_cluster_capacity_providers(
        cluster=unique,
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE", "base": 1, "weight": 1}],
    )
    again = ecs.create_cluster(clusterName=unique)["cluster"]
    assert again["clusterArn"] == made["clusterArn"]
    seen = ecs.describe_clusters(clusters=[unique], include=["TAGS", "SETTINGS", "CONFIGURATIONS"])[
        "clusters"
    ][0]
    assert seen["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
    assert seen["configuration"]["executeCommandConfiguration"]["kmsKeyId"] == "k"
    assert seen["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert seen["defaultCapacityProviderStrategy"][0]["base"] == 1
    assert seen["tags"] == [{"key": "Name", "value": unique}]
    with pytest.raises(ClientError, match="not associated"):
        ecs.put_cluster_capacity_providers(
            cluster=unique,
            capacityProviders=["FARGATE"],
            defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}],
        )


def test_a_single_task_runs_in_its_subnet_and_stops(
    client: Clients, network: Any, unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    ecs.create_cluster(clusterName=unique)
    ecs.register_task_definition(**definition(family=unique))
    place = {"awsvpcConfiguration": {"subnets": network.subnets[1:], "securityGroups": [network.group]}}
    task = ecs.run_task(
        cluster=unique,
        taskDefinition=unique,
        launchType="FARGATE",
        networkConfiguration=place,
        startedBy="me",
    )["tasks"][0]
    assert (task["lastStatus"], task["desiredStatus"]) == ("PROVISIONING", "RUNNING")

    def status() -> str:
        return ecs.describe_tasks(cluster=unique, tasks=[task["taskArn"]])["tasks"][0]["lastStatus"]

    wait_for(lambda: status() == "RUNNING")
    assert ecs.list_tasks(cluster=unique, startedBy="me")["taskArns"] == [task["taskArn"]]
    assert task["availabilityZone"] == "us-east-1b"
    with pytest.raises(ClientError, match="Tasks are active"):
        ecs.delete_cluster(cluster=unique)
    ecs.stop_task(cluster=unique, task=task["taskArn"])
    wait_for(lambda: status() == "STOPPED")
    assert ecs.list_tasks(cluster=unique, desiredStatus="STOPPED")["taskArns"] == [task["taskArn"]]
