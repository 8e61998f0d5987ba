"""The timeline of a service out of samples."""

import pytest

from emulator.local.demo.sample import Phase
from emulator.local.demo.timeline import Curve, Timeline
from tests.emulator.local_demo import HEALTHY, failure, rollout, sample, task


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("PROVISIONING", Phase.STARTING),
        ("ACTIVATING initial", Phase.STARTING),
        ("RUNNING initial", Phase.STARTING),
        ("RUNNING", Phase.STARTING),
        ("RUNNING unhealthy", Phase.STARTING),
        ("RUNNING healthy", Phase.SERVING),
        ("RUNNING draining", Phase.LEAVING),
        ("DEACTIVATING draining", Phase.LEAVING),
        ("DEPROVISIONING", Phase.LEAVING),
        ("STOPPED", Phase.GONE),
    ],
)
def test_a_task_serves_when_it_runs_and_its_target_is_healthy(state: str, phase: Phase) -> None:
    assert task("a", state).phase is phase


def test_a_state_lasts_until_the_look_that_saw_the_next_one() -> None:
    old, *_, new = rollout().lives
    assert [(it.status, it.target, it.begin, it.end) for it in new.spans] == [
        ("PENDING", "", 1.0, 2.0),
        ("RUNNING", "initial", 2.0, 3.0),
        ("RUNNING", "healthy", 3.0, 5.0),
    ]
    assert new.phases == ((Phase.STARTING, 1.0, 3.0), (Phase.SERVING, 3.0, 5.0))
    assert (old.begin, old.end) == (0.0, 4.0)


def test_what_had_stopped_before_the_watch_began_has_no_life() -> None:
    timeline = Timeline.of([sample(0.0, task("a", "STOPPED"), task("b", HEALTHY))])
    assert [life.name for life in timeline.lives] == ["bbbbbbbb"]


def test_revisions_ran_together_while_a_task_of_each_was_running() -> None:
    timeline = rollout()
    assert timeline.ran_together(1, 2) == 2.0
    assert timeline.ran_together(1, 3) == 0
    assert timeline.revisions_served(0.0, 2.5) == {1}
    assert timeline.revisions_served(2.5, 5.0) == {1, 2}


def test_the_old_tasks_drained_and_the_new_ones_didnt() -> None:
    assert [life.drained for life in rollout().lives] == [True, True, False, False]


def test_each_zone_counts_the_tasks_that_serve_in_it() -> None:
    timeline = rollout()
    assert timeline.zones(2.5) == timeline.zones(3.5) == {"us-east-1a": 1, "us-east-1b": 1}
    assert failure().zones(1.5) == {"us-east-1a": 1}


def test_a_task_failed_unless_somebody_stopped_it() -> None:
    ends = {
        ("EssentialContainerExited", "Essential container in task exited"): (True, False),
        ("TaskFailedToStart", "CannotPullContainerError: not found"): (True, False),
        ("ServiceSchedulerInitiated", "Task failed container health checks"): (True, False),
        ("ServiceSchedulerInitiated", "Scaling activity initiated by (deployment d)"): (False, False),
        ("UserInitiated", "by hand"): (False, True),
    }
    for why, expected in ends.items():
        timeline = Timeline.of([sample(0.0, task("a", HEALTHY)), sample(1.0, task("a", "STOPPED", why=why))])
        (life,) = timeline.lives
        assert (life.failed, life.stopped_by_hand) == expected, why


def test_healthy_targets_lack_to_the_desired_count_at_the_worst_moment() -> None:
    assert rollout().lacked(0.0, 5.0) == 0
    serving, stopping = task("a", HEALTHY), task("b", HEALTHY)
    timeline = Timeline.of(
        [
            sample(0.0, serving, stopping),
            sample(1.0, serving),
            sample(2.0, serving, task("c", HEALTHY)),
            sample(3.0, serving, task("c", HEALTHY), desired=4),
        ]
    )
    assert timeline.lacked(0.0, 0.5) == 0
    assert timeline.lacked(0.0, 2.5) == 1
    assert timeline.lacked(1.5, 1.6) == 1
    assert timeline.lacked(2.0, 2.5) == 0
    assert timeline.lacked(2.0, 3.0) == 2


def test_a_curve_holds_only_its_changes() -> None:
    curve = Curve.of([(0.0, 2), (1.0, 2), (2.0, 4), (3.0, 4), (4.0, 2)])
    assert curve.points == ((0.0, 2), (2.0, 4), (4.0, 2))
    assert [curve.at(moment) for moment in (-1.0, 0.0, 1.9, 2.0, 9.0)] == [0, 2, 2, 4, 2]
    assert curve.within(1.0, 3.0) == [2, 4]


def test_what_the_service_said_is_marked_when_it_was_first_seen() -> None:
    assert [(it.at, it.text) for it in rollout().marks] == [
        (1.0, "has started 2 tasks"),
        (4.0, "has reached a steady state."),
    ]


def test_a_service_is_steady_when_the_desired_tasks_serve_and_nothing_else_is_there() -> None:
    a, b = task("a", HEALTHY), task("b", HEALTHY)
    assert sample(0.0, a, b).is_steady
    assert sample(0.0, a, b, task("c", "STOPPED")).is_steady
    assert not sample(0.0, a).is_steady
    assert not sample(0.0, a, b, task("c", "RUNNING draining")).is_steady
    assert not sample(0.0, a, task("b", "RUNNING initial")).is_steady
    assert not sample(0.0, a, task("b", HEALTHY, revision=2)).is_steady
