"""The scheduler's plan: one step at a time within its bounds, even over the zones, and to the end."""

from collections import Counter
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.ecs.capacity import next_provider
from emulator.aws.ecs.plan import Plan, Seen, Wanted, plan, spread

A, B, C = "us-east-1a", "us-east-1b", "us-east-1c"


def seen(name: str, zone: str = A, *, current: bool = True, healthy: bool = True) -> Seen:
    return Seen(id=name, zone=zone, current=current, healthy=healthy)


@pytest.mark.parametrize(
    ("desired", "minimum", "maximum", "tasks", "expected"),
    [
        pytest.param(2, 100, 200, [], Plan(start=(A, B)), id="an empty service starts one in each zone"),
        pytest.param(3, 100, 200, [], Plan(start=(A, B, A)), id="the third goes to the first zone again"),
        pytest.param(
            2, 100, 200, [seen("1", B)], Plan(start=(A,)), id="what is missing goes to the emptiest zone"
        ),
        pytest.param(2, 100, 200, [seen("1", A), seen("2", B)], Plan(), id="a full service is left alone"),
        pytest.param(
            1,
            100,
            200,
            [seen("1", A), seen("2", B), seen("3", B)],
            Plan(stop=("3", "2")),
            id="fullest zone first",
        ),
        pytest.param(
            1,
            100,
            200,
            [seen("1", A), seen("2", A, healthy=False)],
            Plan(stop=("2",)),
            id="unhealthy ones go first",
        ),
        pytest.param(
            2,
            100,
            200,
            [seen("1", A, current=False), seen("2", B, current=False)],
            Plan(start=(A, B)),
            id="a deployment starts beside the old tasks",
        ),
        pytest.param(
            2,
            100,
            200,
            [
                seen("1", A, current=False),
                seen("2", B, current=False),
                seen("3", A),
                seen("4", B, healthy=False),
            ],
            Plan(stop=("2",)),
            id="each healthy task replaces one",
        ),
        pytest.param(
            2,
            50,
            100,
            [seen("1", A, current=False), seen("2", B, current=False)],
            Plan(start=(A,), stop=("2",)),
            id="without room one old task gives way",
        ),
        pytest.param(
            2,
            100,
            100,
            [seen("1", A, current=False), seen("2", B, current=False)],
            Plan(),
            id="without room and without slack nothing moves",
        ),
        pytest.param(
            2,
            100,
            150,
            [seen("1", A, current=False), seen("2", B, current=False)],
            Plan(start=(A,)),
            id="the maximum allows one more",
        ),
        pytest.param(
            3,
            100,
            200,
            [seen("1", A, current=False, healthy=False), seen("2", B), seen("3", A), seen("4", B)],
            Plan(stop=("1",)),
            id="an old task that never got healthy goes at once",
        ),
        pytest.param(0, 100, 200, [seen("1", A)], Plan(stop=("1",)), id="nothing is wanted"),
    ],
)
def test_the_next_step(desired: int, minimum: int, maximum: int, tasks: list[Seen], expected: Plan) -> None:
    wanted = Wanted(desired=desired, minimum_percent=minimum, maximum_percent=maximum, zones=(A, B))
    assert plan(wanted, tasks) == expected


def test_rebalancing_starts_in_the_empty_zone_before_it_stops_in_the_full_one() -> None:
    wanted = Wanted(desired=2, zones=(A, B), rebalance=True)
    uneven = [seen("1", A), seen("2", A)]
    assert plan(wanted, uneven) == Plan(start=(B,))
    assert plan(wanted, [*uneven, seen("3", B, healthy=False)]) == Plan()
    assert plan(wanted, [*uneven, seen("3", B)]) == Plan(stop=("2",))


def test_without_rebalancing_an_uneven_service_is_left_alone() -> None:
    assert plan(Wanted(desired=2, zones=(A, B)), [seen("1", A), seen("2", A)]) == Plan()


ZONES = st.sampled_from([(A,), (A, B), (A, B, C)])
BOUNDS = st.tuples(st.integers(0, 100), st.integers(100, 400))
START = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), max_size=8)


@given(
    zones=ZONES,
    bounds=BOUNDS,
    desired=st.integers(0, 9),
    begin=START,
    rebalance=st.booleans(),
    data=st.data(),
)
@settings(max_examples=300, deadline=None)
def test_every_step_keeps_the_bounds_and_the_service_arrives(
    zones: tuple[str, ...],
    bounds: tuple[int, int],
    desired: int,
    begin: list[tuple[int, bool, bool]],
    rebalance: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:
    minimum, maximum = bounds
    wanted = Wanted(
        desired=desired, minimum_percent=minimum, maximum_percent=maximum, zones=zones, rebalance=rebalance
    )
    numbers = count(100)
    tasks = [
        seen(str(next(numbers)), zones[zone % len(zones)], current=current, healthy=healthy)
        for zone, current, healthy in begin
    ]
    for _ in range(80):
        step = plan(wanted, tasks)
        healthy = sum(task.healthy for task in tasks)
        left = [task for task in tasks if task.id not in step.stop]
        if any(task.healthy for task in tasks if task.id in step.stop):
            assert sum(task.healthy for task in left) >= min(wanted.least_healthy, healthy)
        if step.start:
            assert len(left) + len(step.start) <= wanted.most
        started = [seen(str(next(numbers)), zone, healthy=False) for zone in step.start]
        tasks = [*left, *started]
        # Any of those that start may get healthy by the next step; all of them do in the end.
        slow = data.draw(st.booleans()) if _ < 10 else False
        tasks = [task if slow else seen(task.id, task.zone, current=task.current) for task in tasks]
    stuck = wanted.least_healthy == wanted.desired == wanted.most
    current = [task for task in tasks if task.current]
    if not stuck:
        assert len(tasks) == len(current) == desired
        assert plan(wanted, tasks) == Plan()
        if rebalance and wanted.most > desired:
            assert spread(zones, current) <= 1


@given(zones=ZONES, desired=st.integers(0, 9), later=st.integers(0, 9))
def test_a_service_that_grows_and_shrinks_stays_even(
    zones: tuple[str, ...], desired: int, later: int
) -> None:
    tasks: list[Seen] = []
    for number in (desired, later):
        for _ in range(3):
            step = plan(Wanted(desired=number, zones=zones), tasks)
            left = [task for task in tasks if task.id not in step.stop]
            tasks = [
                *left,
                *(seen(f"{len(tasks)}-{i}-{number}-{_}", zone) for i, zone in enumerate(step.start)),
            ]
        assert len(tasks) == number
        assert spread(zones, tasks) <= 1


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ([], [None, None]),
        ([("FARGATE", 0, 1)], ["FARGATE"] * 3),
        ([("FARGATE", 2, 0), ("FARGATE_SPOT", 0, 1)], ["FARGATE", "FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]),
        ([("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 2)], ["FARGATE", "FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]),
    ],
)
def test_the_base_is_filled_first_and_then_tasks_are_spread_by_weight(
    strategy: list[tuple[str, int, int]], expected: list[str | None]
) -> None:
    items = [{"capacityProvider": name, "base": base, "weight": weight} for name, base, weight in strategy]
    taken: Counter[str] = Counter()
    got: list[str | None] = []
    for _ in expected:
        got.append(next_provider(items, taken))
        taken[got[-1] or ""] += 1
    assert got == expected
