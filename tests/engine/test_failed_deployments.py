"""A deployment that fails: the `up` fails with ECS's own reason, and the old revision serves all the time."""

import pytest

from tests.engine.standing import BAD, REGISTRY, Standing, changes, image
from tests.engine.traffic import errors_in_the_next_deployment, put_errors
from tests.engine.views import Definition, service, target_states, tasks


@pytest.mark.parametrize("how", BAD)
def test_a_bad_image_fails_the_up_with_its_reason_and_the_old_revision_serves(changing: Standing, how: str):
    old = Definition.serving(changing.stack).task["taskDefinitionArn"]
    bad = image(changing, f"2.0.0-fails-{how}")
    failed = changing.up(changes=bad)
    said = failed.stdout + failed.stderr
    assert failed.code != 0
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
