"""Strategies that shift traffic: what a stack does with each, and how it fails and recovers."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.local.stack import LocalStack
from tests.engine.conftest import StackFactory
from tests.engine.settings_table import LASTING
from tests.engine.standing import BAD, Standing, changes, drift, image
from tests.engine.traffic import (
    errors_in_the_next_deployment,
    fewest_healthy,
    health,
    put_requests,
    serving,
    until,
    weights,
)
from tests.engine.views import assert_nothing_changes_again, service, target_states, tasks, unanswered

SHIFTING: dict[str, dict[str, Any]] = {
    "blue_green": {"strategy": "blue_green", "bake_minutes": 1},
    "linear": {"strategy": "linear", "step_percent": 50, "step_minutes": 1, "bake_minutes": 1},
    "canary": {"strategy": "canary", "step_percent": 10, "step_minutes": 1, "bake_minutes": 1},
}


def assert_serves(stack: LocalStack, revision: str) -> None:
    """Two tasks, all of this revision, are the healthy targets of the group that gets the traffic."""
    assert service(stack)["taskDefinition"] == revision
    assert [it.definition for it in tasks(stack)] == [revision, revision]
    assert health(stack, serving(stack)) == ["healthy", "healthy"]


@pytest.fixture(scope="module", params=SHIFTING)
def shifting(new_stack: StackFactory, request: pytest.FixtureRequest) -> Iterator[Standing]:
    """A stack that came up with the strategy, and is gone before the next one's."""
    stack = new_stack()
    yield Standing.build(stack, {"deployment": SHIFTING[request.param]})
    stack.stop()


def test_it_comes_up_from_nothing_serves_and_nothing_is_to_do(shifting: Standing):
    assert set(changes(shifting.made).values()) == {"create"}
    assert unanswered(shifting) == []
    assert_serves(shifting.stack, service(shifting.stack)["taskDefinition"])
    assert sorted(weights(shifting.stack).values()) == [0, 100]
    assert_nothing_changes_again(shifting)


def test_a_new_image_shifts_the_traffic_to_the_other_group_which_is_no_drift(shifting: Standing):
    stack = shifting.stack
    old, before = service(stack)["taskDefinition"], serving(stack)
    new = image(shifting, "5.0.0")
    with fewest_healthy(stack) as healthy:
        moved = changes(shifting.up(changes=new))
    assert len(healthy) > 10
    assert min(healthy) == 2
    assert {it: moved[it] for it in moved if it != "RolePolicy web-execution"} == {
        "TaskDefinition web": "replace",
        "Service web": "update",
    }
    assert serving(stack) != before
    assert health(stack, before) == []
    assert service(stack)["taskDefinition"] != old
    assert_serves(stack, service(stack)["taskDefinition"])

    standing = Standing(stack=stack, settings={**shifting.settings, **new}, made=shifting.made)
    # A refresh writes down where the traffic is now; to nobody else it is a change.
    assert drift(standing.refresh()) == {"ListenerRule web": "update"}
    assert drift(standing.refresh()) == {}
    assert changes(standing.up("--expect-no-changes")) == {}
    assert changes(standing.preview("--refresh", "--expect-no-changes")) == {}


def test_a_bad_image_fails_the_up_and_the_old_revision_serves_until_a_good_one_comes(shifting: Standing):
    stack = shifting.stack
    old, before = service(stack)["taskDefinition"], serving(stack)
    bad = [(image(shifting, f"6.0.0-fails-{how}"), reason) for how, reason in BAD.items()]
    for each, reason in (*bad, bad[-1]):
        with fewest_healthy(stack) as healthy:
            failed = shifting.up(changes=each)
        assert failed.code != 0, failed.stdout
        assert reason in failed.stdout + failed.stderr
        assert min(healthy) == 2
        assert serving(stack) == before
        assert_serves(stack, old)

    good = shifting.up(changes=image(shifting, "6.0.1"))
    assert good.code == 0, good.stdout + good.stderr
    assert service(stack)["taskDefinition"] != old
    assert_serves(stack, service(stack)["taskDefinition"])


def test_requests_to_the_group_that_serves_scale_the_service_whichever_it_is(shifting: Standing):
    stack = shifting.stack
    before = serving(stack)
    assert shifting.up(changes=image(shifting, "6.2.0")).code == 0
    assert serving(stack) != before
    assert service(stack)["desiredCount"] == 2
    # Twice as many for each of two tasks as one is to have (scaling.requests).
    put_requests(stack, serving(stack), 2000)
    until(lambda: service(stack)["runningCount"] == 4)
    put_requests(stack, serving(stack), 0)
    found = service(stack)
    stack.client("ecs").update_service(
        cluster=found["clusterArn"], service=found["serviceArn"], desiredCount=2
    )
    until(lambda: service(stack)["runningCount"] == 2)


def test_an_alarm_of_the_traffic_takes_it_back_wherever_the_traffic_is(shifting: Standing):
    stack = shifting.stack
    old, before = service(stack)["taskDefinition"], serving(stack)
    with errors_in_the_next_deployment(stack), fewest_healthy(stack) as healthy:
        failed = shifting.up(changes=image(shifting, "6.1.0"))
    assert failed.code != 0, failed.stdout
    assert "an alarm of its traffic went off: " in failed.stdout + failed.stderr
    assert min(healthy) == 2
    assert serving(stack) == before
    assert_serves(stack, old)


def test_a_standing_stack_changes_to_blue_green_and_back_and_keeps_what_lasts(changing: Standing):
    there = changes(changing.up(changes={"deployment": SHIFTING["blue_green"]}))
    assert "replace" not in there.values()
    assert LASTING & there.keys() == set()
    assert_serves(changing.stack, service(changing.stack)["taskDefinition"])

    back = changes(changing.up())
    assert "replace" not in back.values()
    assert LASTING & back.keys() == set()
    assert back["TargetGroup web-green"] == "delete"
    assert target_states(changing.stack) == ["healthy", "healthy"]
    assert_nothing_changes_again(changing)


def test_at_its_deadline_a_deployment_that_does_not_end_is_taken_back(changing: Standing):
    stack = changing.stack
    deadline = {"deployment": {**SHIFTING["blue_green"], "bake_minutes": 0, "deadline_minutes": 1}}
    shifted = changing.up(changes=deadline)
    assert shifted.code == 0, shifted.stdout + shifted.stderr
    old, before = service(stack)["taskDefinition"], serving(stack)
    stack.running.run_clock(0.0001)
    try:
        failed = changing.up(changes={**deadline, **image(changing, "7.0.0")})
    finally:
        stack.running.run_clock(1)
    assert failed.code != 0
    assert "isn't steady after 1 minutes" in failed.stdout + failed.stderr
    assert "was still under way and is stopped: ECS takes it back" in failed.stdout + failed.stderr
    assert serving(stack) == before
    until(lambda: service(stack)["taskDefinition"] == old and len(tasks(stack)) == 2)
    assert_serves(stack, old)
