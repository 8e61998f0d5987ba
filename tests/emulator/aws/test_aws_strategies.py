"""Blue/green, linear and canary deployments, under a clock that the test moves."""

from typing import Any

import pytest

from emulator.aws.ecs import describe, describe_deployments
from emulator.aws.ecs.service import State
from emulator.aws.ecs.strategy import Progress, Stage, Step, View, advance, begin, is_overdue, steps
from emulator.aws.ecs.traffic import weights
from tests.emulator.aws.shifting_world import MINUTE, ShiftingWorld, make_serving_world, make_shifting_world
from tests.emulator.aws.world import make_world

ALL = View(reconciled=True, scaled_up=True, has_blue=True)
LINEAR = {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 40.0, "stepBakeTimeInMinutes": 2}}
CANARY = {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 3}}


def shown(world: ShiftingWorld) -> dict[str, Any]:
    one = world.service.deployments[0]
    return describe_deployments.service_deployment(one, world.service, world.tasks())


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"strategy": "BLUE_GREEN"}, [(100, 0)]),
        (CANARY, [(5, 3), (100, 0)]),
        ({"strategy": "CANARY"}, [(5, 10), (100, 0)]),
        ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 100.0}}, [(100, 0)]),
        (LINEAR, [(40, 2), (80, 2), (100, 0)]),
        ({"strategy": "LINEAR"}, [*((10 * n, 6) for n in range(1, 10)), (100, 0)]),
        (
            {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 33.3, "stepBakeTimeInMinutes": 1}},
            [(33.3, 1), (66.6, 1), (99.9, 1), (100, 0)],
        ),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 100.0}}, [(100, 0)]),
    ],
)
def test_the_strategies_differ_in_the_steps_of_production_traffic(
    configuration: dict[str, Any], expected: list[tuple[float, float]]
) -> None:
    assert steps(configuration) == tuple(Step(percent=percent, minutes=wait) for percent, wait in expected)


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(0, (0, 100)), (100, (100, 0)), (10.0, (10, 90)), (0.1, (1, 999)), (99.9, (999, 1)), (33.3, (333, 667))],
)
def test_a_share_becomes_whole_weights(percent: float, expected: tuple[int, int]) -> None:
    assert weights(percent) == expected


def test_a_deployment_passes_through_every_stage_in_order_and_one_at_a_time() -> None:
    progress, passed = begin(0, overtakes=True), [Stage.RECONCILE_SERVICE]
    for now in range(1, 20):
        progress = advance(progress, ALL, {"strategy": "BLUE_GREEN"}, now=now, minute=1)
        if progress.stage is not passed[-1]:
            passed.append(progress.stage)
    assert passed == list(Stage)


@pytest.mark.parametrize("stage", [Stage.SCALE_UP, Stage.POST_SCALE_UP, Stage.TEST_TRAFFIC_SHIFT])
def test_no_traffic_moves_to_a_green_that_cannot_take_it(stage: Stage) -> None:
    progress = Progress(stage=stage, since=0)
    view = View(reconciled=True, scaled_up=False, has_blue=True)
    assert advance(progress, view, {"strategy": "BLUE_GREEN"}, now=1000, minute=1) is progress


def test_a_stage_may_take_a_day() -> None:
    progress = Progress(stage=Stage.SCALE_UP, since=0)
    assert not is_overdue(progress, now=24 * 60 - 1, minute=1)
    assert is_overdue(progress, now=24 * 60, minute=1)
    assert not is_overdue(Progress(stage=Stage.CLEAN_UP, since=0), now=24 * 60, minute=1)


def test_green_stands_beside_blue_before_any_traffic_and_takes_the_test_traffic_first() -> None:
    world = make_serving_world(bakeTimeInMinutes=1)
    blue = world.service.deployments[0]
    green = world.deploy("web:2")
    world.until(Stage.POST_SCALE_UP)
    assert world.health(world.other_group) == ["healthy", "healthy"]
    assert world.weights() == (100, 0)
    assert world.weights(world.test) == (100, 0)
    assert len(world.of(blue)) == len(world.of(green)) == 2
    assert {task.zone for task in world.of(green)} == {"us-east-1a", "us-east-1b"}
    world.until(Stage.POST_TEST_TRAFFIC_SHIFT)
    assert (world.weights(), world.weights(world.test)) == ((100, 0), (0, 100))


def test_blue_green_shifts_all_traffic_at_once_and_blue_stays_for_the_bake_time() -> None:
    world = make_serving_world(bakeTimeInMinutes=5)
    blue, green = world.service.deployments[0], world.deploy("web:2")
    world.until(Stage.POST_PRODUCTION_TRAFFIC_SHIFT)
    assert world.weights() == (0, 100)
    world.until(Stage.BAKE_TIME)
    world.pass_time_serving(5 * MINUTE - 1)
    assert world.stage is Stage.BAKE_TIME
    assert len(world.of(blue)) == 2
    assert green.state is State.IN_PROGRESS
    assert world.until_it_ends().state is State.SUCCESSFUL
    assert world.of(blue) == []
    assert world.health(world.target_group).count("healthy") == 0
    assert {task.started_by for task in world.running()} == {green.id}


def test_linear_shifts_in_equal_steps_and_waits_between_them() -> None:
    world = make_serving_world(**LINEAR, bakeTimeInMinutes=0)
    world.deploy("web:2")
    seen: dict[tuple[int, int], int] = {}
    while not world.service.deployments[0].state.is_final:
        world.pass_time_serving(1)
        seen[world.weights()] = seen.get(world.weights(), 0) + 1
    assert list(seen) == [(100, 0), (60, 40), (20, 80), (0, 100)]
    assert seen[60, 40] == seen[20, 80] == 2 * MINUTE


def test_canary_shifts_a_small_share_and_then_the_rest() -> None:
    world = make_serving_world(**CANARY, bakeTimeInMinutes=0)
    world.deploy("web:2")
    world.until(Stage.PRODUCTION_TRAFFIC_SHIFT)
    assert world.weights() == (95, 5)
    world.pass_time_serving(3 * MINUTE - 1)
    assert world.weights() == (95, 5)
    world.pass_time_serving(1)
    assert world.weights() == (0, 100)
    assert world.until_it_ends().state is State.SUCCESSFUL


def test_the_next_deployment_goes_the_other_way_round() -> None:
    world = make_serving_world()
    world.deploy("web:2")
    world.until_it_ends()
    assert world.weights() == (0, 100)
    third = world.deploy("web:3")
    world.until_it_ends()
    assert (world.weights(), world.weights(world.test)) == ((100, 0), (100, 0))
    assert world.health(world.target_group) == ["healthy", "healthy"]
    assert {task.started_by for task in world.running()} == {third.id}


def test_the_order_and_the_stickiness_of_a_rule_stay_as_they_were() -> None:
    world = make_serving_world()
    world.weigh(world.production, (world.other_group, 0), (world.target_group, 7))
    rule: Any = world.rule(world.production)
    rule.actions[0].data["Order"] = 1
    rule.actions[0].data["ForwardConfig"]["TargetGroupStickinessConfig"] = {"Enabled": True}
    world.deploy("web:2")
    world.until_it_ends()
    data = world.rule(world.production).actions[0].data
    groups = data["ForwardConfig"]["TargetGroups"]
    assert [(it["TargetGroupArn"], it["Weight"]) for it in groups] == [
        (world.other_group, 100),
        (world.target_group, 0),
    ]
    assert data["ForwardConfig"]["TargetGroupStickinessConfig"] == {"Enabled": True}
    assert data["Order"] == 1


def test_two_rules_may_each_lead_to_one_of_the_groups() -> None:
    world = make_serving_world()
    world.weigh(world.production, (world.target_group, 1))
    world.weigh(world.test, (world.other_group, 1))
    world.deploy("web:2")
    assert world.until_it_ends().state is State.SUCCESSFUL
    assert (world.weights(), world.weights(world.test)) == ((0, 100), (0, 100))


def test_a_first_deployment_goes_where_the_rule_leads_and_bakes_nothing() -> None:
    world = make_shifting_world(bakeTimeInMinutes=60)
    world.weigh(world.production, (world.target_group, 0), (world.other_group, 1))
    world.pass_time(60)
    assert world.service.deployments[0].state is State.SUCCESSFUL
    assert world.health(world.other_group) == ["healthy", "healthy"]
    assert world.weights() == (0, 100)


def test_the_stage_and_the_shares_are_shown_while_the_deployment_goes_on() -> None:
    world = make_serving_world(**CANARY, bakeTimeInMinutes=1)
    blue, green = world.service.deployments[0], world.deploy("web:2")
    world.until(Stage.PRODUCTION_TRAFFIC_SHIFT)
    seen = shown(world)
    assert (seen["status"], seen["lifecycleStage"]) == ("IN_PROGRESS", "PRODUCTION_TRAFFIC_SHIFT")
    target, source = seen["targetServiceRevision"], seen["sourceServiceRevisions"][0]
    assert (target["arn"], source["arn"]) == (green.revision_arn, blue.revision_arn)
    weighed = ("requestedProductionTrafficWeight", "requestedTestTrafficWeight", "runningTaskCount")
    assert [target[it] for it in weighed] == [5.0, 100.0, 2]
    assert [source[it] for it in weighed] == [95.0, 0.0, 2]
    assert seen["deploymentConfiguration"]["strategy"] == "CANARY"
    service = describe.service(world.service, world.tasks())
    assert service["currentServiceDeployment"] == green.arn
    rollouts = [(one["status"], one["rolloutState"], one["desiredCount"]) for one in service["deployments"]]
    assert rollouts == [("PRIMARY", "IN_PROGRESS", 2), ("ACTIVE", "COMPLETED", 2)]
    world.until_it_ends()
    assert shown(world)["lifecycleStage"] == "CLEAN_UP"
    assert describe.service(world.service, world.tasks())["currentServiceDeployment"] is None


def test_a_rolling_update_has_no_stage_and_no_shares() -> None:
    world = make_world()
    world.pass_time(50)
    one = world.service.deployments[0]
    seen = describe_deployments.service_deployment(one, world.service, world.tasks())
    assert seen["lifecycleStage"] is None
    assert "requestedProductionTrafficWeight" not in seen["targetServiceRevision"]


def test_a_task_of_blue_that_is_stopped_meanwhile_is_replaced_by_one_of_blue() -> None:
    world = make_serving_world(bakeTimeInMinutes=10)
    blue = world.service.deployments[0]
    world.deploy("web:2")
    world.until(Stage.BAKE_TIME)
    world.scheduler.fleet.stop(world.of(blue)[0], code="UserInitiated", reason="by hand")
    world.pass_time(60)
    assert len(world.of(blue)) == 2
    assert world.health(world.target_group).count("healthy") == 2


def test_both_sides_follow_a_change_of_the_desired_number() -> None:
    world = make_serving_world(bakeTimeInMinutes=30)
    blue, green = world.service.deployments[0], world.deploy("web:2")
    world.until(Stage.BAKE_TIME)
    world.service.settings = {**world.service.settings, "desiredCount": 3}
    world.pass_time(60)
    assert len(world.of(blue)) == len(world.of(green)) == 3


def test_a_deployment_that_is_overtaken_is_stopped_and_blue_serves_until_the_next_one_is_ready() -> None:
    world = make_serving_world(**LINEAR, bakeTimeInMinutes=1)
    blue, second = world.service.deployments[0], world.deploy("web:2")
    world.until(Stage.PRODUCTION_TRAFFIC_SHIFT)
    assert world.weights() == (60, 40)
    third = world.deploy("web:3")
    assert second.state is State.STOP_REQUESTED
    world.pass_time_serving(1)
    assert (world.stage, world.weights()) == (Stage.RECONCILE_SERVICE, (100, 0))
    assert {it["arn"] for it in shown(world)["sourceServiceRevisions"]} == {
        blue.revision_arn,
        second.revision_arn,
    }
    assert world.until_it_ends() is third
    assert (second.state, third.state) == (State.STOPPED, State.SUCCESSFUL)
    assert {task.started_by for task in world.running()} == {third.id}


def test_a_deployment_that_only_cleans_up_counts_as_completed_when_it_is_overtaken() -> None:
    world = make_serving_world(bakeTimeInMinutes=1)
    second = world.deploy("web:2")
    world.until(Stage.CLEAN_UP)
    third = world.deploy("web:3")
    assert second.state is State.SUCCESSFUL
    assert third.replaces is second
    world.until_it_ends()
    assert {task.started_by for task in world.running()} == {third.id}


def test_a_service_changes_from_rolling_updates_to_blue_green_and_back() -> None:
    world = make_serving_world(strategy="ROLLING")
    assert world.weights() == (1, 0)
    world.deploy("web:2", strategy="BLUE_GREEN")
    assert world.until_it_ends().state is State.SUCCESSFUL
    assert world.weights() == (0, 100)
    world.deploy("web:3", strategy="ROLLING")
    assert world.until_it_ends().state is State.SUCCESSFUL
    assert world.weights() == (0, 100)
    assert world.health(world.other_group).count("healthy") == 2


def test_blue_green_without_a_load_balancer_replaces_the_tasks_and_shifts_nothing() -> None:
    world = make_world(strategy="BLUE_GREEN", bakeTimeInMinutes=1)
    world.service.settings = {**world.service.settings, "loadBalancers": []}
    world.service.deployments.clear()
    world.service.deploy(world.clock.now())
    world.pass_time(60)
    second = world.deploy("web:2")
    world.pass_time(60)
    assert len(world.running()) == 4
    world.pass_time(60)
    assert second.state is State.SUCCESSFUL
    assert {task.started_by for task in world.running()} == {second.id}
