"""Services run: a plain client sees tasks, targets, deployments and events as on AWS."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Clients = Callable[[str], Any]


def definition(family: str, *, image: str = "nginx:1.27") -> dict[str, Any]:
    return {
        "family": family,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [
            {"name": "nginx", "image": image, "portMappings": [{"containerPort": 8080}]},
            {"name": "rails", "image": "rails:1", "healthCheck": {"command": ["CMD", "true"]}},
        ],
    }


@pytest.fixture
def service(client: Clients, network: Any, unique: str) -> dict[str, Any]:
    """A service of two tasks, as CreateService answers."""
    ecs = client("ecs")
    ecs.create_cluster(clusterName=unique)
    ecs.register_task_definition(**definition(unique))
    return ecs.create_service(
        cluster=unique,
        serviceName="web",
        taskDefinition=unique,
        desiredCount=2,
        launchType="FARGATE",
        healthCheckGracePeriodSeconds=60,
        enableExecuteCommand=True,
        enableECSManagedTags=True,
        propagateTags="SERVICE",
        availabilityZoneRebalancing="ENABLED",
        deploymentConfiguration={
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "minimumHealthyPercent": 100,
            "maximumPercent": 200,
        },
        tags=[{"key": "team", "value": "web"}],
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": network.subnets, "securityGroups": [network.group]}
        },
        loadBalancers=[
            {"targetGroupArn": network.target_group, "containerName": "nginx", "containerPort": 8080}
        ],
    )["service"]


def shown(ecs: Any, cluster: str, **keywords: Any) -> dict[str, Any]:
    return ecs.describe_services(cluster=cluster, services=["web"], **keywords)["services"][0]


def tasks_of(ecs: Any, cluster: str) -> list[dict[str, Any]]:
    arns = ecs.list_tasks(cluster=cluster, serviceName="web")["taskArns"]
    return ecs.describe_tasks(cluster=cluster, tasks=arns, include=["TAGS"])["tasks"] if arns else []


def is_steady(ecs: Any, cluster: str) -> bool:
    one = shown(ecs, cluster)
    rolled_out = [item["rolloutState"] for item in one["deployments"]] == ["COMPLETED"]
    return rolled_out and one["runningCount"] == one["desiredCount"] and one["pendingCount"] == 0


def test_a_service_reaches_a_steady_state_in_two_zones_behind_its_target_group(
    client: Clients, service: dict[str, Any], network: Any, unique: str, wait_for: Any
) -> None:
    ecs, begun = client("ecs"), time.monotonic()
    wait_for(lambda: is_steady(ecs, unique))
    assert time.monotonic() - begun < 5
    tasks = tasks_of(ecs, unique)
    assert {task["availabilityZone"] for task in tasks} == {"us-east-1a", "us-east-1b"}
    health = client("elbv2").describe_target_health(TargetGroupArn=network.target_group)
    states = {
        item["Target"]["Id"]: item["TargetHealth"]["State"] for item in health["TargetHealthDescriptions"]
    }
    details = [{d["name"]: d["value"] for d in task["attachments"][0]["details"]} for task in tasks]
    assert states == {detail["privateIPv4Address"]: "healthy" for detail in details}
    assert {detail["subnetId"] for detail in details} == set(network.subnets)
    interfaces = client("ec2").describe_network_interfaces(
        NetworkInterfaceIds=[detail["networkInterfaceId"] for detail in details]
    )["NetworkInterfaces"]
    assert {one["PrivateIpAddress"] for one in interfaces} == set(states)
    assert shown(ecs, unique)["events"][0]["message"] == "(service web) has reached a steady state."


def test_a_service_keeps_every_setting_it_was_given(
    client: Clients, service: dict[str, Any], unique: str
) -> None:
    one = shown(client("ecs"), unique, include=["TAGS"])
    assert one["healthCheckGracePeriodSeconds"] == 60
    assert one["enableExecuteCommand"] is True
    assert one["enableECSManagedTags"] is True
    assert one["propagateTags"] == "SERVICE"
    assert one["availabilityZoneRebalancing"] == "ENABLED"
    assert one["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert one["launchType"] == "FARGATE"
    assert one["platformVersion"] == "LATEST"
    assert one["roleArn"].endswith("role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
    assert one["tags"] == [{"key": "team", "value": "web"}]
    assert one["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"


def test_tasks_carry_their_containers_and_the_services_tags(
    client: Clients, service: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    wait_for(lambda: is_steady(ecs, unique))
    task = tasks_of(ecs, unique)[0]
    assert {(one["name"], one["lastStatus"], one["healthStatus"]) for one in task["containers"]} == {
        ("nginx", "RUNNING", "UNKNOWN"),
        ("rails", "RUNNING", "HEALTHY"),
    }
    assert {tag["key"] for tag in task["tags"]} == {"team", "aws:ecs:clusterName", "aws:ecs:serviceName"}
    assert task["group"] == "service:web"


def test_the_name_of_an_active_service_is_refused(
    client: Clients, service: dict[str, Any], unique: str
) -> None:
    with pytest.raises(ClientError, match="not idempotent"):
        client("ecs").create_service(cluster=unique, serviceName="web", taskDefinition=unique)


def test_a_new_task_definition_replaces_every_task_and_never_serves_with_fewer(
    client: Clients, service: dict[str, Any], network: Any, unique: str, wait_for: Any
) -> None:
    ecs, elb = client("ecs"), client("elbv2")
    wait_for(lambda: is_steady(ecs, unique))
    before = {task["taskArn"] for task in tasks_of(ecs, unique)}
    arn = ecs.register_task_definition(**definition(unique, image="nginx:1.28"))["taskDefinition"][
        "taskDefinitionArn"
    ]
    updated = ecs.update_service(cluster=unique, service="web", taskDefinition=arn)["service"]
    assert [one["status"] for one in updated["deployments"]] == ["PRIMARY", "ACTIVE"]

    fewest = 2
    while not is_steady(ecs, unique):
        health = elb.describe_target_health(TargetGroupArn=network.target_group)["TargetHealthDescriptions"]
        fewest = min(fewest, sum(item["TargetHealth"]["State"] == "healthy" for item in health))
    assert fewest == 2
    after = tasks_of(ecs, unique)
    assert {task["taskDefinitionArn"] for task in after} == {arn}
    assert not before & {task["taskArn"] for task in after}
    deployments = ecs.list_service_deployments(cluster=unique, service="web")["serviceDeployments"]
    assert [one["status"] for one in deployments] == ["SUCCESSFUL", "SUCCESSFUL"]
    full = ecs.describe_service_deployments(serviceDeploymentArns=[deployments[0]["serviceDeploymentArn"]])
    target = full["serviceDeployments"][0]["targetServiceRevision"]
    assert (target["runningTaskCount"], target["requestedTaskCount"]) == (2, 2)
    revision = ecs.describe_service_revisions(serviceRevisionArns=[target["arn"]])["serviceRevisions"][0]
    assert revision["taskDefinition"] == arn


def test_a_task_stopped_by_hand_drains_and_is_replaced(
    client: Clients, service: dict[str, Any], network: Any, unique: str, wait_for: Any
) -> None:
    ecs, elb = client("ecs"), client("elbv2")
    wait_for(lambda: is_steady(ecs, unique))
    victim = tasks_of(ecs, unique)[0]["taskArn"]
    ecs.stop_task(cluster=unique, task=victim, reason="by hand")

    def stopped() -> bool:
        return ecs.describe_tasks(cluster=unique, tasks=[victim])["tasks"][0]["lastStatus"] == "STOPPED"

    wait_for(stopped)
    wait_for(lambda: is_steady(ecs, unique) and len(tasks_of(ecs, unique)) == 2)
    seen = ecs.describe_tasks(cluster=unique, tasks=[victim])["tasks"][0]
    assert (seen["stopCode"], seen["stoppedReason"]) == ("UserInitiated", "by hand")

    def states() -> list[str]:
        health = elb.describe_target_health(TargetGroupArn=network.target_group)["TargetHealthDescriptions"]
        return [item["TargetHealth"]["State"] for item in health]

    wait_for(lambda: states() == ["healthy", "healthy"])
    assert any("deregistered 1 targets" in event["message"] for event in shown(ecs, unique)["events"])


def test_tasks_are_listed_a_page_at_a_time(
    client: Clients, service: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    wait_for(lambda: is_steady(ecs, unique))
    whole = ecs.list_tasks(cluster=unique)["taskArns"]
    assert len(whole) == 2
    first = ecs.list_tasks(cluster=unique, maxResults=1)
    second = ecs.list_tasks(cluster=unique, maxResults=1, nextToken=first["nextToken"])
    assert [*first["taskArns"], *second["taskArns"]] == whole
    assert "nextToken" not in second


def test_a_change_of_the_desired_count_alone_scales_without_a_deployment(
    client: Clients, service: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    wait_for(lambda: is_steady(ecs, unique))
    ecs.update_service(cluster=unique, service="web", desiredCount=5)
    wait_for(lambda: is_steady(ecs, unique) and len(tasks_of(ecs, unique)) == 5)
    ecs.update_service(cluster=unique, service="web", desiredCount=1)
    wait_for(lambda: is_steady(ecs, unique) and len(tasks_of(ecs, unique)) == 1)
    assert len(ecs.list_service_deployments(cluster=unique, service="web")["serviceDeployments"]) == 1


def test_a_service_that_is_deleted_drains_and_leaves_no_interface(
    client: Clients, service: dict[str, Any], network: Any, unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    wait_for(lambda: is_steady(ecs, unique))
    with pytest.raises(ClientError, match="scaled above 0"):
        ecs.delete_service(cluster=unique, service="web")
    with pytest.raises(ClientError) as caught:
        ecs.delete_cluster(cluster=unique)
    assert caught.value.response["Error"]["Code"] == "ClusterContainsServicesException"
    assert ecs.delete_service(cluster=unique, service="web", force=True)["service"]["status"] == "DRAINING"
    wait_for(lambda: shown(ecs, unique)["status"] == "INACTIVE")
    assert ecs.list_services(cluster=unique)["serviceArns"] == []
    left = client("ec2").describe_network_interfaces(
        Filters=[{"Name": "subnet-id", "Values": network.subnets}]
    )["NetworkInterfaces"]
    assert all(one["Description"].startswith("ELB") for one in left)
    assert ecs.delete_cluster(cluster=unique)["cluster"]["status"] == "INACTIVE"
    assert unique not in str(ecs.list_clusters()["clusterArns"])


def test_a_service_outlives_its_target_group(
    client: Clients, service: dict[str, Any], network: Any, unique: str, wait_for: Any
) -> None:
    ecs, elb = client("ecs"), client("elbv2")
    wait_for(lambda: is_steady(ecs, unique))
    elb.delete_listener(ListenerArn=network.listener)
    elb.delete_target_group(TargetGroupArn=network.target_group)
    ecs.stop_task(cluster=unique, task=tasks_of(ecs, unique)[0]["taskArn"])
    wait_for(lambda: is_steady(ecs, unique) and len(tasks_of(ecs, unique)) == 2)


def test_a_service_that_has_lost_its_load_balancer_scales_and_deploys_nothing_new(
    client: Clients, service: dict[str, Any], network: Any, unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    wait_for(lambda: is_steady(ecs, unique))
    client("elbv2").delete_listener(ListenerArn=network.listener)
    with pytest.raises(ClientError, match="does not have an associated load balancer"):
        ecs.update_service(cluster=unique, service="web", platformVersion="1.4.0")
    ecs.update_service(cluster=unique, service="web", desiredCount=0)
    wait_for(lambda: not tasks_of(ecs, unique))


def test_tags_change_and_lead_to_their_service(client: Clients, service: dict[str, Any], unique: str) -> None:
    ecs = client("ecs")
    ecs.tag_resource(resourceArn=service["serviceArn"], tags=[{"key": "Name", "value": unique}])
    ecs.untag_resource(resourceArn=service["serviceArn"], tagKeys=["team"])
    assert ecs.list_tags_for_resource(resourceArn=service["serviceArn"])["tags"] == [
        {"key": "Name", "value": unique}
    ]
    found = client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "Name", "Values": [unique]}])
    assert service["serviceArn"] in [one["ResourceARN"] for one in found["ResourceTagMappingList"]]


def test_a_service_on_spot_keeps_its_base_on_demand(
    client: Clients, service: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    strategy = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 0},
        {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 1},
    ]
    updated = ecs.update_service(
        cluster=unique, service="web", capacityProviderStrategy=strategy, forceNewDeployment=True
    )["service"]
    assert updated["capacityProviderStrategy"] == strategy
    assert "launchType" not in updated
    wait_for(lambda: is_steady(ecs, unique))
    providers = sorted(task["capacityProviderName"] for task in tasks_of(ecs, unique))
    assert providers == ["FARGATE", "FARGATE_SPOT"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"taskDefinition": "no-such-family"}, "Unable to describe task definition"),
        ({"deploymentConfiguration": {"maximumPercent": 99}}, "maximumPercent must be"),
        ({"deploymentConfiguration": {"minimumHealthyPercent": 101}}, "minimumHealthyPercent must be"),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-no"]}}},
            "InvalidSubnetID.NotFound",
        ),
        (
            {"loadBalancers": [{"targetGroupArn": "no", "containerName": "nginx", "containerPort": 8080}]},
            "does not exist",
        ),
    ],
)
def test_an_update_that_cannot_work_is_refused_and_changes_nothing(
    client: Clients, service: dict[str, Any], unique: str, changes: dict[str, Any], expected: str
) -> None:
    ecs = client("ecs")
    before = shown(ecs, unique)
    with pytest.raises(ClientError, match=expected):
        ecs.update_service(cluster=unique, service="web", **changes)
    after = shown(ecs, unique)
    for key in ("taskDefinition", "deploymentConfiguration", "networkConfiguration", "loadBalancers"):
        assert after[key] == before[key]
    assert len(after["deployments"]) == len(before["deployments"])


@pytest.mark.parametrize(
    ("balancer", "expected"),
    [
        ({"containerName": "no"}, "The container no does not exist"),
        ({"containerPort": 1}, "did not have a container port 1"),
    ],
)
def test_a_container_that_is_not_there_is_refused(
    client: Clients, service: dict[str, Any], unique: str, balancer: dict[str, Any], expected: str
) -> None:
    wanted = [{**service["loadBalancers"][0], **balancer}]
    with pytest.raises(ClientError, match=expected):
        client("ecs").update_service(cluster=unique, service="web", loadBalancers=wanted)


def test_a_target_group_without_a_load_balancer_is_refused(
    client: Clients, network: Any, unique: str
) -> None:
    ecs = client("ecs")
    client("elbv2").delete_listener(ListenerArn=network.listener)
    ecs.create_cluster(clusterName=unique)
    ecs.register_task_definition(**definition(unique))
    with pytest.raises(ClientError, match="does not have an associated load balancer"):
        ecs.create_service(
            cluster=unique,
            serviceName="web",
            taskDefinition=unique,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": network.subnets}},
            loadBalancers=[
                {"targetGroupArn": network.target_group, "containerName": "nginx", "containerPort": 8080}
            ],
        )


def test_a_service_replaces_tasks_of_a_definition_that_was_deleted_meanwhile(
    client: Clients, service: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    wait_for(lambda: is_steady(ecs, unique))
    ecs.deregister_task_definition(taskDefinition=service["taskDefinition"])
    ecs.delete_task_definitions(taskDefinitions=[service["taskDefinition"]])
    kept = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert kept["status"] == "DELETE_IN_PROGRESS"
    ecs.stop_task(cluster=unique, task=tasks_of(ecs, unique)[0]["taskArn"])
    wait_for(lambda: is_steady(ecs, unique) and len(tasks_of(ecs, unique)) == 2)
