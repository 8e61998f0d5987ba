"""The deployment strategies as a plain client asks for them and sees them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws.ecs.strategy import Stage
from tests.emulator.aws.test_aws_ecs_services import definition, is_steady, shown

Clients = Callable[[str], Any]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@pytest.fixture
def request_(client: Clients, network: Any, unique: str) -> dict[str, Any]:
    """What CreateService takes for a blue/green service with a production and a test rule."""
    elb = client("elbv2")
    other = elb.create_target_group(
        Name=f"{unique}-b", Protocol="HTTP", Port=8080, VpcId=network.vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    forward = {
        "TargetGroups": [
            {"TargetGroupArn": network.target_group, "Weight": 1},
            {"TargetGroupArn": other, "Weight": 0},
        ]
    }
    rules = [
        elb.create_rule(
            ListenerArn=network.listener,
            Priority=priority,
            Conditions=[condition],
            Actions=[{"Type": "forward", "ForwardConfig": forward}],
        )["Rules"][0]["RuleArn"]
        for priority, condition in enumerate(
            (
                {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Test", "Values": ["1"]}},
                {"Field": "path-pattern", "Values": ["/*"]},
            ),
            start=1,
        )
    ]
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    client("ecs").create_cluster(clusterName=unique)
    client("ecs").register_task_definition(**definition(unique))
    return {
        "cluster": unique,
        "serviceName": "web",
        "taskDefinition": unique,
        "desiredCount": 2,
        "launchType": "FARGATE",
        "deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0},
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": network.subnets}},
        "loadBalancers": [
            {
                "targetGroupArn": network.target_group,
                "containerName": "nginx",
                "containerPort": 8080,
                "advancedConfiguration": {
                    "alternateTargetGroupArn": other,
                    "productionListenerRule": rules[1],
                    "testListenerRule": rules[0],
                    "roleArn": role["Arn"],
                },
            }
        ],
    }


def advanced(request: dict[str, Any]) -> dict[str, str]:
    return request["loadBalancers"][0]["advancedConfiguration"]


def weights(client: Clients, request: dict[str, Any]) -> list[int]:
    """The production rule's weights of the first and the other target group."""
    rule = client("elbv2").describe_rules(RuleArns=[advanced(request)["productionListenerRule"]])["Rules"][0]
    groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
    weight = {it["TargetGroupArn"]: it["Weight"] for it in groups}
    pair = (request["loadBalancers"][0]["targetGroupArn"], advanced(request)["alternateTargetGroupArn"])
    return [weight[it] for it in pair]


def healthy(client: Clients, group: str) -> int:
    health = client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return sum(it["TargetHealth"]["State"] == "healthy" for it in health)


def last_deployment(ecs: Any, cluster: str) -> dict[str, Any]:
    briefs = ecs.list_service_deployments(cluster=cluster, service="web")["serviceDeployments"]
    arns = [briefs[0]["serviceDeploymentArn"]]
    return ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"][0]


def new_image(ecs: Any, family: str, image: str) -> str:
    made = ecs.register_task_definition(**definition(family, image=image))
    return made["taskDefinition"]["taskDefinitionArn"]


def test_a_blue_green_deployment_moves_the_weights_of_the_rules(
    client: Clients, request_: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs, groups = client("ecs"), request_["loadBalancers"][0]["targetGroupArn"]
    ecs.create_service(**request_)
    wait_for(lambda: is_steady(ecs, unique))
    assert weights(client, request_) == [100, 0]
    arn = new_image(ecs, unique, "nginx:2")
    ecs.update_service(cluster=unique, service="web", taskDefinition=arn)
    stages: list[str] = []
    while not is_steady(ecs, unique):
        serving = [groups, advanced(request_)["alternateTargetGroupArn"]]
        assert all(
            healthy(client, group) == 2
            for group, weight in zip(serving, weights(client, request_), strict=True)
            if weight
        )
        stage = last_deployment(ecs, unique).get("lifecycleStage", "")
        stages += [stage] if stage not in stages else []
    assert weights(client, request_) == [0, 100]
    # A look may come too late for a short one; test_aws_strategies sees them all, by a clock of its own.
    assert "SCALE_UP" in stages
    assert [it for it in stages if it] == [it for it in Stage if it in stages]
    seen = last_deployment(ecs, unique)
    assert (seen["status"], seen["lifecycleStage"]) == ("SUCCESSFUL", "CLEAN_UP")
    assert seen["targetServiceRevision"]["requestedProductionTrafficWeight"] == 100.0
    revision = ecs.describe_service_revisions(serviceRevisionArns=[seen["targetServiceRevision"]["arn"]])
    resolved = revision["serviceRevisions"][0]["resolvedConfiguration"]["loadBalancers"]
    assert resolved == [
        {
            "targetGroupArn": advanced(request_)["alternateTargetGroupArn"],
            "productionListenerRule": advanced(request_)["productionListenerRule"],
        }
    ]


def test_a_service_keeps_its_strategy_and_drops_what_belongs_to_another(
    client: Clients, request_: dict[str, Any], unique: str
) -> None:
    canary = {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 1}
    request_["deploymentConfiguration"] = {
        "strategy": "CANARY",
        "bakeTimeInMinutes": 3,
        "canaryConfiguration": canary,
        "linearConfiguration": {"stepPercent": 10.0},
    }
    made = client("ecs").create_service(**request_)["service"]
    assert made["deploymentConfiguration"]["strategy"] == "CANARY"
    assert made["deploymentConfiguration"]["canaryConfiguration"] == canary
    assert "linearConfiguration" not in made["deploymentConfiguration"]
    assert made["loadBalancers"] == request_["loadBalancers"]


def test_stop_service_deployment_rolls_back_and_tells_what_it_does(
    client: Clients, request_: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    request_["deploymentConfiguration"]["bakeTimeInMinutes"] = 1440
    before = ecs.create_service(**request_)["service"]["taskDefinition"]
    wait_for(lambda: is_steady(ecs, unique))
    arn = new_image(ecs, unique, "nginx:2")
    ecs.update_service(cluster=unique, service="web", taskDefinition=arn)
    wait_for(lambda: last_deployment(ecs, unique).get("lifecycleStage") == "BAKE_TIME")
    deployment = last_deployment(ecs, unique)["serviceDeploymentArn"]
    answer = ecs.stop_service_deployment(serviceDeploymentArn=deployment, stopType="ROLLBACK")
    assert answer["serviceDeploymentArn"] == deployment
    assert last_deployment(ecs, unique)["status"] in ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
    # What is on its way to its end goes on.
    ecs.stop_service_deployment(serviceDeploymentArn=deployment)
    wait_for(lambda: last_deployment(ecs, unique)["status"] == "ROLLBACK_SUCCESSFUL")
    assert weights(client, request_) == [100, 0]
    wait_for(lambda: is_steady(ecs, unique))
    assert shown(ecs, unique)["taskDefinition"] == before
    with pytest.raises(ClientError) as caught:
        ecs.stop_service_deployment(serviceDeploymentArn=deployment)
    assert caught.value.response["Error"]["Code"] == "ConflictException"


def test_stop_service_deployment_takes_a_rolling_update_back_too(
    client: Clients, request_: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    request_["deploymentConfiguration"] = {"strategy": "ROLLING"}
    before = ecs.create_service(**request_)["service"]["taskDefinition"]
    wait_for(lambda: is_steady(ecs, unique))
    arn = new_image(ecs, unique, "nginx:2-fails-health-check")
    ecs.update_service(cluster=unique, service="web", taskDefinition=arn)
    deployment = last_deployment(ecs, unique)["serviceDeploymentArn"]
    ecs.stop_service_deployment(serviceDeploymentArn=deployment, stopType="ROLLBACK")
    wait_for(lambda: last_deployment(ecs, unique)["status"] == "ROLLBACK_SUCCESSFUL")
    assert shown(ecs, unique)["taskDefinition"] == before


def test_an_abort_is_requested_and_then_stops_the_deployment(
    client: Clients, request_: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    ecs.create_service(**request_)
    deployment = last_deployment(ecs, unique)["serviceDeploymentArn"]
    ecs.stop_service_deployment(serviceDeploymentArn=deployment, stopType="ABORT")
    assert last_deployment(ecs, unique)["status"] in ("STOP_REQUESTED", "STOPPED")
    wait_for(lambda: last_deployment(ecs, unique)["status"] == "STOPPED")
    assert last_deployment(ecs, unique)["stoppedAt"]


def test_there_is_no_hook_to_continue(client: Clients, request_: dict[str, Any], unique: str) -> None:
    ecs = client("ecs")
    ecs.create_service(**request_)
    deployment = last_deployment(ecs, unique)["serviceDeploymentArn"]
    with pytest.raises(ClientError, match="Provided hookId is either completed"):
        ecs.continue_service_deployment(serviceDeploymentArn=deployment, hookId="ecs-pause-1")
    with pytest.raises(ClientError, match="does not exist") as caught:
        ecs.stop_service_deployment(serviceDeploymentArn=f"{deployment}x")
    assert caught.value.response["Error"]["Code"] == "ServiceDeploymentNotFoundException"


def without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda request: request["loadBalancers"][0]["advancedConfiguration"].pop(name)


def put(where: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda request: request[where].update(values)


def advance(name: str, value: str) -> Callable[[dict[str, Any]], None]:
    return lambda request: advanced(request).update({name: value})


CONFIGURATION = "deploymentConfiguration"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (
            lambda it: it["loadBalancers"][0].pop("advancedConfiguration"),
            "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING",
        ),
        (
            lambda it: (
                it["loadBalancers"].append(
                    {"targetGroupArn": advanced(it)["alternateTargetGroupArn"], "containerName": "nginx"}
                )
                or it[CONFIGURATION].update(strategy="ROLLING")
            ),
            "Either all or none of the provided loadBalancers must have advancedConfiguration",
        ),
        (lambda it: it["loadBalancers"].append(it["loadBalancers"][0]), "Duplicate targetGroupArn found"),
        (without("roleArn"), "roleArn must not be null"),
        (without("productionListenerRule"), "productionListenerRule must not be null"),
        (without("alternateTargetGroupArn"), "alternateTargetGroupArn must not be null"),
        (
            advance(
                "productionListenerRule",
                "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/x/1/2",
            ),
            "productionListenerRule has an invalid ARN format",
        ),
        (
            lambda it: advanced(it).update(testListenerRule=advanced(it)["productionListenerRule"]),
            "cannot be used as both production and test listener rules",
        ),
        (advance("alternateTargetGroupArn", "no"), "The specified target group does not exist: no"),
        (put(CONFIGURATION, bakeTimeInMinutes=1441), "bakeTimeInMinutes must be between 0 and 1440"),
        (
            put(CONFIGURATION, strategy="LINEAR", linearConfiguration={"stepPercent": 2.9}),
            "stepPercent must be a multiple of 0.1 from 3.0",
        ),
        (
            put(CONFIGURATION, strategy="CANARY", canaryConfiguration={"canaryPercent": 0.25}),
            "canaryPercent must be a multiple of 0.1 from 0.1",
        ),
        (
            put(
                CONFIGURATION,
                lifecycleHooks=[{"hookTargetArn": "x", "roleArn": "x", "lifecycleStages": ["PRE_SCALE_UP"]}],
            ),
            "runs no lifecycle hooks",
        ),
        (
            put(
                CONFIGURATION,
                deploymentCircuitBreaker={
                    "enable": True,
                    "rollback": True,
                    "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 101},
                },
            ),
            "A percentage as a threshold must be 1 to 100",
        ),
        (
            lambda it: it.update(loadBalancers=[]) or it[CONFIGURATION].update(strategy="CANARY"),
            "CANARY requires a load balancer",
        ),
    ],
)
def test_what_ecs_cannot_deploy_with_is_refused(
    client: Clients, request_: dict[str, Any], spoil: Any, reason: str
) -> None:
    spoil(request_)
    with pytest.raises(ClientError, match=reason):
        client("ecs").create_service(**request_)


def test_without_a_test_rule_the_production_rule_has_to_know_both_groups(
    client: Clients, request_: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs, rule = client("ecs"), advanced(request_)["productionListenerRule"]
    del advanced(request_)["testListenerRule"]
    group = request_["loadBalancers"][0]["targetGroupArn"]
    before = client("elbv2").describe_rules(RuleArns=[rule])["Rules"][0]["Actions"]
    only = [{"Type": "forward", "TargetGroupArn": group}]
    client("elbv2").modify_rule(RuleArn=rule, Actions=only)
    with pytest.raises(ClientError, match="testListenerRule is required when"):
        ecs.create_service(**request_)
    client("elbv2").modify_rule(
        RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": before[0]["ForwardConfig"]}]
    )
    ecs.create_service(**request_)
    wait_for(lambda: is_steady(ecs, unique))
    assert last_deployment(ecs, unique)["status"] == "SUCCESSFUL"


def test_a_deployment_under_way_keeps_the_strategy_from_becoming_rolling(
    client: Clients, request_: dict[str, Any], unique: str, wait_for: Any
) -> None:
    ecs = client("ecs")
    ecs.create_service(**request_)
    rolling = {"cluster": unique, "service": "web", "deploymentConfiguration": {"strategy": "ROLLING"}}
    with pytest.raises(ClientError, match="can't be changed to ROLLING"):
        ecs.update_service(**rolling)
    wait_for(lambda: is_steady(ecs, unique))
    updated = ecs.update_service(**rolling)["service"]
    assert updated["deploymentConfiguration"]["strategy"] == "ROLLING"
