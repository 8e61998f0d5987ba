"""A deployment that fails: the `up` fails with ECS's own reason, and the old revision serves all the time."""

import pytest

from tests.engine.standing import BAD, REGISTRY, Standing, changes, image
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
