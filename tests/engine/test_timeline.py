"""What happens to tasks and targets over time, as somebody sees it who looks many times a second."""

from collections.abc import Iterator

import pytest

from emulator.local.demo.sample import Phase, Sample
from emulator.local.demo.watcher import Watcher
from tests.engine.standing import REGISTRY, Standing, push_image
from tests.engine.views import CLUSTER

SLOW = 0.25
"""ECS's seconds in each of the machine's, so that no state passes between two looks on a busy machine."""


@pytest.fixture
def slowed(changing: Standing) -> Iterator[Standing]:
    changing.stack.running.run_clock(SLOW)
    yield changing
    changing.stack.running.run_clock(1)


@pytest.fixture
def watcher(slowed: Standing) -> Iterator[Watcher]:
    with Watcher(slowed.stack.client) as made:
        yield made


def at_rest(watcher: Watcher) -> Sample:
    """The service as a look shows it when nothing moves any more."""
    found = watcher.wait_for(lambda seen: seen.is_steady, seconds=60)
    assert found, watcher.latest
    return found


def test_old_tasks_serve_until_those_of_a_new_image_do_and_drain_before_they_stop(
    slowed: Standing, watcher: Watcher
):
    before = at_rest(watcher)
    image = f"{REGISTRY}/web-application/rails:4.0.0"
    push_image(slowed.stack, image)
    up = slowed.up(changes={"image": image})
    assert up.code == 0, up.stdout + up.stderr
    after, timeline = at_rest(watcher), watcher.timeline()
    assert after.revision == before.revision + 1

    assert timeline.ran_together(before.revision, after.revision) > 0
    assert timeline.lacked(timeline.begin, timeline.end) == 0
    assert max(timeline.desired.within(timeline.begin, timeline.end)) == 2
    assert len(timeline.lives) == 4
    for old in (life for life in timeline.lives if life.revision == before.revision):
        assert [phase for phase, *_ in old.phases] == [Phase.SERVING, Phase.LEAVING]
        assert old.drained
        assert not old.failed
    new = [life for life in timeline.lives if life.revision == after.revision]
    for life in new:
        targets = dict.fromkeys(span.target for span in life.spans)
        assert list(targets) == ["", "initial", "healthy"]
    assert {task.id for task in after.alive} == {life.id for life in new}
    assert len({task.zone for task in after.alive}) == 2


@pytest.mark.parametrize("which", [0, 1])
def test_a_task_stopped_by_hand_is_replaced_where_it_keeps_the_zones_even(
    slowed: Standing, watcher: Watcher, which: int
):
    before = at_rest(watcher)
    stopped = sorted(before.alive, key=lambda task: task.zone)[which]
    slowed.stack.client("ecs").stop_task(cluster=CLUSTER, task=stopped.id, reason="by hand")
    assert watcher.wait_for(lambda seen: not seen.is_steady, seconds=60)
    after, timeline = at_rest(watcher), watcher.timeline()

    (life,) = (it for it in timeline.lives if it.id == stopped.id)
    assert life.stopped_by_hand
    assert life.drained
    (new,) = {task.id: task for task in after.alive if task.id not in {it.id for it in before.alive}}.values()
    assert (new.zone, new.revision) == (stopped.zone, stopped.revision)
    # The other one served on, alone for a while.
    assert timeline.lacked(timeline.begin, timeline.end) == 1
    assert {task.zone for task in after.alive} == {task.zone for task in before.alive}
    assert len(after.alive) == 2
