"""A deployment that fails: the `up` fails with ECS's own reason, and the old revision serves all the time."""

import pytest

from emulator.local.stack import LocalStack
from tests.engine.inventory import inventory
from tests.engine.standing import BAD, NOT_YET, REGISTRY, Standing, changes, image, image_of
from tests.engine.traffic import errors_in_the_next_deployment, fewest_healthy, put_errors, until
from tests.engine.views import Definition, service, target_states, tasks


@pytest.mark.parametrize("how", BAD)
def test_a_bad_image_fails_the_up_with_its_reason_and_the_old_revision_serves(changing: Standing, how: str):
    old = Definition.serving(changing.stack).task["taskDefinitionArn"]
    bad = image(changing, f"2.0.0-fails-{how}")
    with fewest_healthy(changing.stack) as healthy:
        failed = changing.up(changes=bad)
    said = failed.stdout + failed.stderr
    assert failed.code != 0
    assert len(healthy) > 10
    assert min(healthy) == 2
    assert "The revision before it serves on; mend what failed and `pulumi up` again" in said
    assert BAD[how] in said
    assert "rolling back to deployment" in said
    assert service(changing.stack)["taskDefinition"] == old
    assert target_states(changing.stack) == ["healthy", "healthy"]
    assert {it.definition for it in tasks(changing.stack)} == {old}

    again = changing.up(changes=bad)
    assert again.code != 0, again.stdout
    assert BAD[how] in again.stdout + again.stderr

    good = changing.up(changes=image(changing, f"2.0.1-after-{how}"))
    assert good.code == 0, good.stdout + good.stderr
    assert Definition.serving(changing.stack).containers["rails"]["image"].startswith(REGISTRY)
    assert service(changing.stack)["taskDefinition"] != old


def test_after_a_failed_deployment_a_preview_shows_the_change_that_mends_it(changing: Standing):
    changing.up(changes=image(changing, "3.0.0-fails-at-once"))
    preview = changing.preview(changes=image(changing, "3.0.1"))
    assert preview.code == 0, preview.stdout + preview.stderr
    assert changes(preview)["TaskDefinition web"] == "replace"


def test_an_alarm_of_the_traffic_takes_a_deployment_back_and_the_up_says_which(changing: Standing):
    stack = changing.stack
    old, good = service(stack)["taskDefinition"], image(changing, "4.0.0-answers-with-errors")
    with errors_in_the_next_deployment(stack):
        failed = changing.up(changes=good)
    assert failed.code != 0, failed.stdout
    said = failed.stdout + failed.stderr
    assert "an alarm of its traffic went off: web-application-local-web-load-balancer-5xx" in said
    assert service(stack)["taskDefinition"] == old
    assert target_states(stack) == ["healthy", "healthy"]

    recovered = changing.up(changes=image(changing, "4.0.1"))
    assert recovered.code == 0, recovered.stdout + recovered.stderr


def test_an_alarm_that_may_not_take_a_deployment_back_only_tells(changing: Standing):
    deployment = {"deployment": {"rollback_on_alarms": False}}
    quiet = changing.up(changes=deployment)
    assert changes(quiet) == {"Service web": "update"}
    put_errors(changing.stack, 30)
    try:
        served = changing.up(changes={**deployment, **image(changing, "4.1.0")})
    finally:
        put_errors(changing.stack, 0)
    assert served.code == 0, served.stdout + served.stderr


def test_a_first_deployment_that_fails_is_never_said_to_be_well_until_a_good_image_comes(
    empty_stack: LocalStack,
):
    standing = Standing(stack=empty_stack, settings={}, made=NOT_YET)
    bad = image(standing, "1.0.0-fails-at-once")
    for again in (False, True):
        failed = standing.up(changes=bad)
        assert failed.code != 0, failed.stdout
        said = failed.stdout + failed.stderr
        assert BAD["at-once"] in said
        if not again:
            assert "No revision serves yet; mend what failed and `pulumi up` again" in said
    another = standing.up(changes=image(standing, "1.0.0-another-that-fails-at-once"))
    assert "No revision serves yet; mend what failed" in another.stdout + another.stderr
    good = standing.up(changes=image(standing, "1.0.1"))
    assert good.code == 0, good.stdout + good.stderr
    assert len(tasks(empty_stack)) == 2

    assert standing.up(changes=bad).code != 0
    destroyed = empty_stack.destroy(settings=standing.config({}))
    assert destroyed.code == 0, destroyed.stdout + destroyed.stderr
    left = inventory(empty_stack)
    assert (left["cluster"], left["load balancer"], left["alarm"]) == (set(), set(), set())


def test_at_its_deadline_a_rolling_deployment_is_taken_back_and_no_older_failure_is_told(changing: Standing):
    stack = changing.stack
    changing.up(changes=image(changing, "5.0.0-fails-at-once"))
    recovered = changing.up(changes=image(changing, "5.0.1"))
    assert recovered.code == 0, recovered.stdout + recovered.stderr
    old = service(stack)["taskDefinition"]
    deadline = {"deployment": {"rollback_on_alarms": False, "deadline_minutes": 1}}
    quiet = changing.up(changes={**image_of("5.0.1"), **deadline})
    assert quiet.code == 0, quiet.stdout + quiet.stderr
    stack.running.run_clock(0.0001)
    try:
        failed = changing.up(changes={**deadline, **image(changing, "5.0.2")})
    finally:
        stack.running.run_clock(1)
    said = failed.stdout + failed.stderr
    assert failed.code != 0
    assert "was still under way and is stopped: ECS takes it back" in said
    assert BAD["at-once"] not in said
    until(lambda: service(stack)["taskDefinition"] == old and len(tasks(stack)) == 2)
