"""Alarms of a deployment, with every strategy, under a clock that the test moves."""

from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

import emulator.aws.patches.cloudwatch  # noqa: F401 - what PutMetricAlarm and PutMetricData do here
from emulator.aws.cloudwatch import alarms as cloudwatch_alarms
from emulator.aws.ecs import describe_deployments
from emulator.aws.ecs.service import Deployment, State
from emulator.aws.ecs.strategy import Stage
from tests.emulator.aws.shifting_world import MINUTE, ShiftingWorld, make_serving_world
from tests.emulator.aws.world import ACCOUNT, REGION, World, make_world

CLOUDWATCH: Any = cloudwatch_backends[ACCOUNT][REGION]


def put_alarm(name: str, *, periods: int = 2) -> str:
    CLOUDWATCH.put_metric_alarm(
        name=name,
        namespace="AWS/ApplicationELB",
        metric_name="HTTPCode_Target_5XX_Count",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=periods,
        period=60,
        threshold=10.0,
        statistic="Sum",
        description="",
        dimensions=[{"Name": "TargetGroup", "Value": name}],
        alarm_actions=[],
    )
    return name


def ring(name: str) -> None:
    CLOUDWATCH.set_alarm_state(name, "by hand", "{}", "ALARM")


@pytest.fixture
def alarm() -> Any:
    name = put_alarm("errors")
    yield name
    CLOUDWATCH.delete_alarms([name])


def watching(*names: str, rollback: bool = True) -> dict[str, Any]:
    return {"alarms": {"alarmNames": list(names), "enable": True, "rollback": rollback}}


def shown(world: World, one: Deployment) -> dict[str, Any]:
    return describe_deployments.service_deployment(one, world.service, world.tasks())


def rolling(**configuration: Any) -> World:
    world = make_world(**configuration)
    world.pass_time(60 + 2 * MINUTE)
    assert world.service.deployments[0].state is State.SUCCESSFUL
    return world


def test_an_alarm_takes_a_rolling_update_back(alarm: str) -> None:
    world = rolling()
    old = world.service.deployments[0]
    new = world.deploy("web:2", **watching(alarm))
    world.pass_time(20)
    assert shown(world, new)["alarms"] == {
        "status": "MONITORING",
        "alarmNames": [alarm],
        "triggeredAlarmNames": [],
    }
    ring(alarm)
    for _ in range(150):
        world.pass_time(1)
        assert world.health().count("healthy") >= 2
    assert new.state is State.ROLLBACK_SUCCESSFUL
    assert {task.definition.arn for task in world.running()} == {old.settings["taskDefinition"]}
    seen = shown(world, new)
    assert seen["alarms"]["status"] == "TRIGGERED"
    assert seen["alarms"]["triggeredAlarmNames"] == [alarm]
    assert alarm in seen["statusReason"]
    said = world.said()
    assert f"(service web) (deployment {new.id}) deployment failed: alarm detected." in said
    assert f"(service web) rolling back to deployment {old.id}." in said


def test_the_alarms_of_a_rolling_update_are_watched_for_a_while_after_it(alarm: str) -> None:
    world = rolling()
    new = world.deploy("web:2", **watching(alarm))
    world.pass_time(60)
    assert {task.started_by for task in world.running()} == {new.id}
    assert new.state is State.IN_PROGRESS
    ring(alarm)
    world.pass_time(1)
    assert new.state is State.ROLLBACK_IN_PROGRESS


def test_a_rolling_update_with_alarms_ends_after_the_time_that_the_slowest_one_takes(alarm: str) -> None:
    world = rolling()
    new = world.deploy("web:2", **watching(alarm))
    while new.baked_since is None:
        world.pass_time(1)
    world.pass_time(2 * MINUTE - 1)
    assert new.state is State.IN_PROGRESS
    world.pass_time(1)
    assert new.state is State.SUCCESSFUL


def test_a_rolling_update_has_the_bake_time_that_it_is_given() -> None:
    world = rolling()
    new = world.deploy("web:2", bakeTimeInMinutes=3)
    while new.baked_since is None:
        world.pass_time(1)
    world.pass_time(3 * MINUTE - 1)
    assert new.state is State.IN_PROGRESS
    world.pass_time(1)
    assert new.state is State.SUCCESSFUL


@pytest.mark.parametrize("stage", [Stage.SCALE_UP, Stage.PRODUCTION_TRAFFIC_SHIFT, Stage.BAKE_TIME])
@pytest.mark.parametrize("strategy", ["BLUE_GREEN", "LINEAR", "CANARY"])
def test_an_alarm_takes_the_traffic_back_at_any_stage(alarm: str, strategy: str, stage: Stage) -> None:
    steps = {"linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}}
    world: ShiftingWorld = make_serving_world(
        strategy=strategy, bakeTimeInMinutes=10, **steps, **watching(alarm)
    )
    blue, green = world.service.deployments[0], world.deploy("web:2")
    world.until(stage)
    ring(alarm)
    world.pass_time_serving(1)
    assert green.state is State.ROLLBACK_IN_PROGRESS
    assert (world.weights(), world.weights(world.test)) == ((100, 0), (100, 0))
    assert world.until_it_ends().state is State.ROLLBACK_SUCCESSFUL
    assert {task.started_by for task in world.running()} == {blue.id}
    assert alarm in shown(world, green)["rollback"]["reason"]


def test_an_alarm_after_the_deployment_changes_nothing(alarm: str) -> None:
    world = make_serving_world(**watching(alarm))
    green = world.deploy("web:2")
    world.until_it_ends()
    ring(alarm)
    world.pass_time(50)
    assert green.state is State.SUCCESSFUL
    assert shown(world, green)["alarms"]["status"] == "MONITORING_COMPLETE"


def test_an_alarm_that_has_gone_off_before_is_not_watched(alarm: str) -> None:
    ring(alarm)
    world = make_serving_world(**watching(alarm))
    green = world.deploy("web:2")
    assert world.until_it_ends().state is State.SUCCESSFUL
    assert shown(world, green)["alarms"]["status"] == "DISABLED"


def test_without_rollback_an_alarm_stops_the_deployment(alarm: str) -> None:
    world = make_serving_world(bakeTimeInMinutes=10, **watching(alarm, rollback=False))
    world.deploy("web:2")
    world.until(Stage.BAKE_TIME)
    ring(alarm)
    assert world.until_it_ends().state is State.STOPPED
    assert world.weights() == (0, 100)


def test_alarms_that_are_not_enabled_or_do_not_exist_change_nothing(alarm: str) -> None:
    ring(alarm)
    world = make_serving_world(alarms={"alarmNames": [alarm], "enable": False, "rollback": True})
    world.deploy("web:2", **watching("no-such-alarm"))
    assert world.until_it_ends().state is State.SUCCESSFUL


def test_a_composite_alarm_counts_by_its_rule(alarm: str) -> None:
    rule = f'ALARM("{alarm}") AND NOT ALARM("no-such-alarm")'
    cloudwatch_alarms.composites(CLOUDWATCH)["either"] = {"AlarmRule": rule}
    world = make_serving_world(bakeTimeInMinutes=10, **watching("either"))
    green = world.deploy("web:2")
    world.until(Stage.BAKE_TIME)
    ring(alarm)
    assert world.until_it_ends().state is State.ROLLBACK_SUCCESSFUL
    assert green.failure is not None
    assert green.failure.alarms == ("either",)
    del cloudwatch_alarms.composites(CLOUDWATCH)["either"]


def test_a_metric_that_is_put_sets_the_alarm_off(alarm: str) -> None:
    world = make_serving_world(bakeTimeInMinutes=10, **watching(alarm))
    green = world.deploy("web:2")
    world.until(Stage.BAKE_TIME)
    datum = {
        "MetricName": "HTTPCode_Target_5XX_Count",
        "Dimensions": [{"Name": "TargetGroup", "Value": alarm}],
    }
    CLOUDWATCH.put_metric_data("AWS/ApplicationELB", [{**datum, "Value": 10}])
    world.pass_time(10)
    assert green.state is State.IN_PROGRESS
    CLOUDWATCH.put_metric_data("AWS/ApplicationELB", [{**datum, "Value": 11}])
    world.pass_time(1)
    assert green.state is State.ROLLBACK_IN_PROGRESS


def test_an_alarm_is_said_to_be_monitored_once_its_first_state_is_known(alarm: str) -> None:
    world = rolling()
    made = world.deploy("web:2", **watching(alarm))
    assert shown(world, made)["alarms"]["status"] == "DISABLED"
    world.pass_time(1)
    assert shown(world, made)["alarms"]["status"] == "MONITORING"
    ring(alarm)
    world.pass_time(1)
    assert shown(world, made)["alarms"]["status"] == "TRIGGERED"
