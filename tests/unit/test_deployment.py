from typing import Any

import pulumi_aws as aws
import pytest

from components.alarms import Thresholds, service_alarms
from components.cluster import Cluster, ClusterArgs
from components.deployment import Deployment
from components.errors import InvalidSettingError
from components.notifications import Notifications, NotificationsArgs
from tests.unit.mocks import Recording, record
from tests.unit.test_service import CONTEXT, program, run

WEIGHTS = tuple(f"actions[0].forward.targetGroups[{it}].weight" for it in (0, 1))


def shifted(strategy: Any = "blue_green", **given: Any) -> Recording:
    return run(deployment=Deployment(strategy=strategy, **given))


@pytest.mark.parametrize(
    ("given", "configuration"),
    [
        ({}, {"strategy": "ROLLING"}),
        (
            {"strategy": "blue_green", "bake_minutes": 10},
            {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "10"},
        ),
        (
            {"strategy": "linear", "step_percent": 25, "step_minutes": 2},
            {
                "strategy": "LINEAR",
                "bakeTimeInMinutes": "5",
                "linearConfiguration": {"stepPercent": 25, "stepBakeTimeInMinutes": "2"},
            },
        ),
        (
            {"strategy": "canary", "step_percent": 0.5, "step_minutes": 15},
            {
                "strategy": "CANARY",
                "bakeTimeInMinutes": "5",
                "canaryConfiguration": {"canaryPercent": 0.5, "canaryBakeTimeInMinutes": "15"},
            },
        ),
    ],
)
def test_a_strategy_is_told_to_ecs_with_its_pace_and_the_circuit_breaker(
    given: dict[str, Any], configuration: dict[str, Any]
):
    service = run(deployment=Deployment(**given)).one(aws.ecs.Service).inputs
    assert service["deploymentConfiguration"] == configuration
    assert service["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}


def watched(*, worker: bool = False, **given: Any) -> Recording:
    """A service with alarms, under its stack's topic."""

    def build() -> Any:
        cluster = Cluster("web", ClusterArgs(context=CONTEXT))
        told = Notifications("web", NotificationsArgs(context=CONTEXT, cluster=cluster))
        alarms = service_alarms(Thresholds(), routed=not worker, insights=True)
        common = {"cluster": cluster, "alarms": alarms, "notifications": told}
        return program(worker=worker, deployment=Deployment(**given), **common).arn

    return record(build, preview=True)


@pytest.mark.parametrize("strategy", ["rolling", "blue_green", "linear", "canary"])
def test_alarms_of_the_traffic_stand_before_the_service_and_take_a_deployment_back(strategy: Any):
    recording = watched(strategy=strategy)
    service, alarms = recording.one(aws.ecs.Service), recording.of(aws.cloudwatch.MetricAlarm)
    names = sorted(it.inputs["name"] for it in alarms)
    assert [it.rpartition("-web-")[2] for it in names] == [
        *("latency", "load-balancer-5xx", "target-5xx", "unhealthy-targets"),
    ]
    told = service.inputs["alarms"]
    assert sorted(told.pop("alarmNames")) == names
    assert told == {"enable": True, "rollback": True}
    assert all(recording.path_exists(service, it) for it in alarms)


def test_alarms_that_may_not_take_a_deployment_back_are_told_of_and_no_more():
    recording = watched(rollback_on_alarms=False)
    told = recording.one(aws.ecs.Service).inputs["alarms"]
    assert (told["enable"], told["rollback"]) == (False, False)
    assert len(recording.of(aws.cloudwatch.MetricAlarm)) == 4


def test_a_worker_has_no_traffic_to_judge_it_by():
    recording = watched(worker=True)
    none = {"alarmNames": [], "enable": False, "rollback": False}
    assert recording.one(aws.ecs.Service).inputs["alarms"] == none


def test_a_rolling_deployment_that_alarms_judge_lasts_as_long_as_they_look():
    with pytest.raises(InvalidSettingError, match="deadline_minutes: 5 has to be more than the 5 minutes"):
        Deployment(deadline_minutes=5)
    assert Deployment(deadline_minutes=5, rollback_on_alarms=False)


def test_ecs_shifts_the_rule_between_two_target_groups_with_a_role_that_stands_first():
    recording = shifted()
    own, other = (recording.one(aws.lb.TargetGroup, it) for it in ("web", "web-green"))
    ours = {key: value for key, value in own.inputs.items() if key != "tags"}
    assert ours == {key: value for key, value in other.inputs.items() if key != "tags"}
    rule, service = recording.one(aws.lb.ListenerRule), recording.one(aws.ecs.Service)
    [action] = rule.inputs["actions"]
    assert [it["weight"] for it in action["forward"]["targetGroups"]] == [100, 0]
    assert "targetGroupArn" not in action
    assert rule.ignore_changes == WEIGHTS
    assert rule.property_dependencies["actions"] == {own.urn, other.urn}

    role = recording.one(aws.iam.Role, "web-shift")
    attached = recording.one(aws.iam.RolePolicyAttachment)
    assert attached.inputs["policyArn"].endswith(":policy/AmazonECSInfrastructureRolePolicyForLoadBalancers")
    assert '"Service":"ecs.amazonaws.com"' in role.inputs["assumeRolePolicy"]
    [balancer] = service.inputs["loadBalancers"]
    assert set(balancer["advancedConfiguration"]) == {
        "alternateTargetGroupArn",
        "productionListenerRule",
        "roleArn",
    }
    assert {own.urn, other.urn, rule.urn, role.urn} <= service.property_dependencies["loadBalancers"]
    assert attached.urn in service.dependencies


def test_a_rolling_deployment_has_one_target_group_and_no_role_for_it():
    recording = run()
    assert [it.name for it in recording.of(aws.lb.TargetGroup)] == ["web"]
    assert recording.of(aws.iam.RolePolicyAttachment) == []
    assert "advancedConfiguration" not in recording.one(aws.ecs.Service).inputs["loadBalancers"][0]
    assert recording.one(aws.lb.ListenerRule).ignore_changes == ()


def test_a_worker_has_no_traffic_to_shift():
    with pytest.raises(InvalidSettingError, match=r"deployment\.strategy: 'canary' shifts traffic"):
        run(worker=True, deployment=Deployment(strategy="canary"))


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"bake_minutes": -1}, "bake_minutes"),
        ({"bake_minutes": 1441}, "bake_minutes"),
        ({"step_minutes": 1441}, "step_minutes"),
        ({"strategy": "linear", "step_percent": 2.9}, "step_percent"),
        ({"strategy": "canary", "step_percent": 0.05}, "step_percent"),
        ({"strategy": "canary", "step_percent": 10.25}, "step_percent"),
        ({"strategy": "linear", "step_percent": 101}, "step_percent"),
        ({"deadline_minutes": 0}, "deadline_minutes"),
        ({"strategy": "blue_green", "bake_minutes": 30}, "deadline_minutes"),
        ({"strategy": "linear", "step_percent": 10, "step_minutes": 3}, "deadline_minutes"),
    ],
)
def test_what_no_deployment_can_be_is_refused(given: dict[str, Any], setting: str):
    with pytest.raises(InvalidSettingError, match=rf"^deployment\.{setting}: "):
        Deployment(**given)


@pytest.mark.parametrize(
    ("given", "minutes"),
    [
        ({}, 5),
        ({"rollback_on_alarms": False}, 0),
        ({"strategy": "blue_green"}, 5),
        ({"strategy": "linear", "step_percent": 30, "step_minutes": 2}, 3 * 2 + 5),
        ({"strategy": "linear", "step_percent": 100}, 5),
        ({"strategy": "canary", "step_minutes": 4, "bake_minutes": 1}, 5),
    ],
)
def test_a_deployment_lasts_as_long_as_its_steps_and_its_bake_time(given: dict[str, Any], minutes: int):
    assert Deployment(**given).planned_minutes == minutes
