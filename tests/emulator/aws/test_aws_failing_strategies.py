"""Deployments that shift traffic and fail, are stopped or never end: blue serves, and ECS says why."""

import json
from typing import Any

import pytest
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends

from emulator.aws.ecs import describe, describe_deployments
from emulator.aws.ecs.service import Deployment, State
from emulator.aws.ecs.strategy import Stage
from tests.emulator.aws.shifting_world import TRUST, ShiftingWorld, make_serving_world, make_shifting_world
from tests.emulator.aws.test_aws_failing_tasks import BAD
from tests.emulator.aws.world import ACCOUNT, REGION

BREAKER = {"enable": True, "rollback": True}
STRATEGIES: dict[str, dict[str, Any]] = {
    "BLUE_GREEN": {},
    "LINEAR": {"linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}},
    "CANARY": {"canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 1}},
}
BREACHED = "Service deployment rolled back because the circuit breaker threshold was exceeded."


def shown(world: ShiftingWorld, one: Deployment) -> dict[str, Any]:
    return describe_deployments.service_deployment(one, world.service, world.tasks())


def assert_only_blue_serves(world: ShiftingWorld, blue: Deployment) -> None:
    assert (world.weights(), world.weights(world.test)) == ((100, 0), (100, 0))
    assert world.service.primary is blue
    assert world.service.settings["taskDefinition"] == blue.settings["taskDefinition"]
    assert {task.started_by for task in world.running()} == {blue.id}
    assert world.health(world.target_group) == ["healthy", "healthy"]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("how", ["at once", "at its health check", "at the pull"])
def test_a_green_set_that_fails_is_taken_back_by_the_breaker(strategy: str, how: str) -> None:
    image, reason = BAD[how]
    world = make_serving_world(breaker=BREAKER, strategy=strategy, **STRATEGIES[strategy])
    blue, green = world.service.deployments[0], world.deploy(image)
    assert world.until_it_ends() is green
    assert green.state is State.ROLLBACK_SUCCESSFUL
    assert_only_blue_serves(world, blue)
    ended = [task for task in world.tasks() if task.ended]
    assert len(ended) >= 3
    assert all(task.stopped_reason.startswith(reason) for task in ended)
    seen = shown(world, green)
    assert (seen["status"], seen["statusReason"]) == ("ROLLBACK_SUCCESSFUL", BREACHED)
    assert (seen["rollback"]["reason"], seen["rollback"]["serviceRevisionArn"]) == (
        BREACHED,
        blue.revision_arn,
    )
    assert seen["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    said = world.said()
    assert any(f"(deployment {green.id}) deployment failed: tasks failed" in it for it in said)
    assert f"(service web) rolling back to deployment {blue.id}." in said


def test_a_green_set_that_fails_after_it_took_traffic_gives_it_back_at_once() -> None:
    world = make_serving_world(breaker={**BREAKER, "resetOnHealthyTask": False}, bakeTimeInMinutes=60)
    blue = world.service.deployments[0]
    green = world.deploy("web:2-fails-after-60s")
    world.until(Stage.BAKE_TIME)
    assert world.weights() == (0, 100)
    for _ in range(500):
        world.pass_time(1)
        assert world.weights() == (0, 100) or world.health(world.target_group).count("healthy") >= 2
    assert green.state is State.ROLLBACK_SUCCESSFUL
    assert_only_blue_serves(world, blue)


def test_while_it_is_taken_back_the_failed_one_is_still_shown_beside_blue() -> None:
    world = make_serving_world(breaker=BREAKER)
    blue, green = world.service.deployments[0], world.deploy("web:2-fails-health-check")
    while green.state is State.IN_PROGRESS:
        world.pass_time(1)
    assert green.state is State.ROLLBACK_IN_PROGRESS
    service = describe.service(world.service, world.tasks())
    rollouts = [(one["id"], one["status"], one["rolloutState"]) for one in service["deployments"]]
    assert rollouts == [(green.id, "ACTIVE", "FAILED"), (blue.id, "PRIMARY", "COMPLETED")]
    assert service["deployments"][0]["failedTasks"] >= 3
    assert service["currentServiceDeployment"] == green.arn
    world.until_it_ends()
    world.pass_time(5)
    service = describe.service(world.service, world.tasks())
    assert [one["id"] for one in service["deployments"]] == [blue.id]
    assert service["events"][0]["message"] == "(service web) has reached a steady state."


def test_without_rollback_the_failed_green_set_stays_and_blue_goes_on_to_serve() -> None:
    world = make_serving_world(breaker={"enable": True, "rollback": False})
    blue, green = world.service.deployments[0], world.deploy("web:2-fails-at-once")
    assert world.until_it_ends().state is State.STOPPED
    tried = sum(task.started_by == green.id for task in world.tasks())
    world.pass_time_serving(100)
    assert sum(task.started_by == green.id for task in world.tasks()) == tried
    assert len(world.of(blue)) == 2
    assert world.service.primary is green
    world.deploy("web:3")
    assert world.until_it_ends().state is State.SUCCESSFUL


def test_a_first_deployment_that_fails_has_no_candidate_for_a_rollback() -> None:
    world = make_shifting_world(breaker=BREAKER, image="web:1-fails-at-once")
    world.pass_time(300)
    one = world.service.deployments[0]
    assert one.state is State.ROLLBACK_FAILED
    assert shown(world, one)["statusReason"] == "No rollback candidate was found to run the rollback."


def test_without_a_breaker_a_green_set_that_never_gets_healthy_is_tried_on_and_on() -> None:
    world = make_serving_world()
    blue, green = world.service.deployments[0], world.deploy("web:2-fails-health-check")
    world.pass_time_serving(1000)
    assert (green.state, world.stage) == (State.IN_PROGRESS, Stage.SCALE_UP)
    assert green.failed_tasks > 20
    assert len(world.of(blue)) == 2
    assert (world.weights(), world.weights(world.test)) == ((100, 0), (100, 0))


def test_a_stage_that_takes_a_day_fails_the_deployment() -> None:
    world = make_serving_world()
    blue, green = world.service.deployments[0], world.deploy("web:2-fails-health-check")
    world.pass_time(60)
    world.clock.at += 24 * 3600 * 0.4
    world.pass_time(100)
    assert green.state is State.ROLLBACK_SUCCESSFUL
    assert "timed out" in green.status_reason
    assert_only_blue_serves(world, blue)


@pytest.mark.parametrize("bad", ["web:2-fails-at-once", "web:2-fails-health-check"])
def test_a_good_image_after_a_bad_one_is_deployed(bad: str) -> None:
    world = make_serving_world(breaker=BREAKER)
    world.deploy(bad)
    world.until_it_ends()
    good = world.deploy("web:3")
    assert world.until_it_ends().state is State.SUCCESSFUL
    assert world.weights() == (0, 100)
    assert {task.started_by for task in world.running()} == {good.id}


def request(world: ShiftingWorld, state: State) -> None:
    """What StopServiceDeployment does."""
    world.service.deployments[0].state = state


@pytest.mark.parametrize("stage", [Stage.SCALE_UP, Stage.PRODUCTION_TRAFFIC_SHIFT, Stage.BAKE_TIME])
def test_a_deployment_that_is_stopped_with_a_rollback_is_taken_back(stage: Stage) -> None:
    world = make_serving_world(strategy="LINEAR", **STRATEGIES["LINEAR"], bakeTimeInMinutes=60)
    blue, green = world.service.deployments[0], world.deploy("web:2")
    world.until(stage)
    request(world, State.ROLLBACK_REQUESTED)
    world.pass_time_serving(1)
    assert green.state is State.ROLLBACK_IN_PROGRESS
    assert world.weights() == (100, 0)
    assert world.until_it_ends().state is State.ROLLBACK_SUCCESSFUL
    assert "StopServiceDeployment" in shown(world, green)["statusReason"]
    assert_only_blue_serves(world, blue)


def test_a_deployment_that_is_aborted_stays_where_it_is() -> None:
    world = make_serving_world(strategy="LINEAR")
    blue, green = world.service.deployments[0], world.deploy("web:2")
    world.until(Stage.PRODUCTION_TRAFFIC_SHIFT)
    request(world, State.STOP_REQUESTED)
    assert world.until_it_ends().state is State.STOPPED
    world.pass_time_serving(300)
    assert world.weights() == (90, 10)
    assert len(world.of(blue)) == len(world.of(green)) == 2


def in_the_rules(world: ShiftingWorld) -> None:
    world.weigh(world.production, (world.target_group, 1), (world.other_group, 1))


def elsewhere(world: ShiftingWorld) -> None:
    elb: Any = elbv2_backends[ACCOUNT][REGION]
    vpc, name = elb.target_groups[world.target_group].vpc_id, f"{world.service.cluster_name}-3"
    third = elb.create_target_group(name, vpc_id=vpc, protocol="HTTP", port="8080", target_type="ip")
    world.weigh(world.production, (third.arn, 1))


def nowhere(world: ShiftingWorld) -> None:
    world.weigh(world.production, (world.target_group, 1))
    world.weigh(world.test, (world.target_group, 1))


def without_a_rule(world: ShiftingWorld) -> None:
    advanced = world.service.settings["loadBalancers"][0]["advancedConfiguration"]
    advanced["testListenerRule"] = f"{world.test}0"


def without_trust(world: ShiftingWorld) -> None:
    role = world.service.settings["loadBalancers"][0]["advancedConfiguration"]["roleArn"]
    name = role.rsplit("/", 1)[-1]
    trusted = json.dumps(TRUST).replace("ecs.amazonaws.com", "ecs-tasks.amazonaws.com")
    iam_backends[ACCOUNT]["aws"].update_assume_role_policy(name, trusted)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (in_the_rules, "should have exactly one target group serving traffic but found 2"),
        (elsewhere, "forwarding traffic to unexpected target group"),
        (nowhere, "is not associated with either productionListenerRule or testListenerRule."),
        (without_a_rule, "One or more rules not found"),
        (without_trust, "missing permissions on ECS Infrastructure Role"),
    ],
)
def test_rules_that_ecs_cannot_move_fail_the_deployment_before_it_starts_a_task(
    spoil: Any, reason: str
) -> None:
    world = make_serving_world()
    blue = world.service.deployments[0]
    spoil(world)
    green = world.deploy("web:2")
    world.pass_time(5)
    assert green.state is State.ROLLBACK_SUCCESSFUL
    assert green.status_reason.startswith(
        "Service deployment rolled back because of invalid networking configuration. "
    )
    assert reason in green.status_reason
    assert {task.started_by for task in world.tasks()} == {blue.id}
    assert any(f"deployment failed: {green.status_reason}" in it for it in world.said())
