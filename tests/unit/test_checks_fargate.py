"""Which sizes Fargate sells, and what fits into them."""

import pytest
from ecs_policies.checks import SHAPES, ephemeral_storage, reservations, shape, tmpfs
from hypothesis import given, settings
from hypothesis import strategies as st

LEGAL = [(cpu, memory) for cpu, sizes in SHAPES.items() for memory in sizes]


# The ends of each row of AWS's table, written down by hand.
@pytest.mark.parametrize(
    ("cpu", "least", "most", "step", "count"),
    [
        (512, 1024, 4096, 1024, 4),
        (1024, 2048, 8192, 1024, 7),
        (2048, 4096, 16384, 1024, 13),
        (4096, 8192, 30720, 1024, 23),
        (8192, 16384, 61440, 4096, 12),
        (16384, 32768, 122880, 8192, 12),
    ],
)
def test_the_table_is_awss(cpu: int, least: int, most: int, step: int, count: int):
    sizes = list(SHAPES[cpu])
    assert (sizes[0], sizes[-1], sizes[1] - sizes[0], len(sizes)) == (least, most, step, count)


def test_a_quarter_of_a_vcpu_comes_with_three_sizes():
    assert list(SHAPES[256]) == [512, 1024, 2048]


@pytest.mark.parametrize(("cpu", "memory"), LEGAL)
def test_a_legal_pair_is_legal_however_it_is_written(cpu: int, memory: int):
    assert not shape(cpu, memory)
    assert not shape(str(cpu), str(memory))
    assert not shape(f"{cpu / 1024:g} vCPU", f"{memory / 1024:g} GB")


@settings(deadline=None)
@given(cpu=st.sampled_from(sorted(SHAPES)), memory=st.integers(1, 200_000))
def test_exactly_the_tables_pairs_are_legal(cpu: int, memory: int):
    assert bool(shape(cpu, memory)) == ((cpu, memory) not in LEGAL)


@pytest.mark.parametrize("cpu", [0, 1000, 1023, 32768, "", "two", None, [], True, -256])
def test_no_other_number_of_cpu_units_is_sold(cpu: object):
    (problem,) = shape(cpu, 2048)
    assert (problem.path, problem.value) == ("cpu", cpu)
    assert "256, 512, 1024, 2048, 4096, 8192, 16384" in problem.fix


def test_a_wrong_pair_names_the_nearest_memory_and_the_cpu_that_would_take_it():
    (problem,) = shape(1024, 512)
    assert (problem.path, problem.value) == ("memory", 512)
    assert "2048 to 8192 MiB in steps of 1024 (nearest: 2048)" in problem.fix
    assert "keep the memory and use 256 CPU units" in problem.fix


@pytest.mark.parametrize("memory", [None, "", "lots", {}, 2048.5, "2048MB"])
def test_memory_that_is_no_size_is_a_problem(memory: object):
    assert [problem.path for problem in shape(1024, memory)] == ["memory"]


@pytest.mark.parametrize(
    ("gib", "legal"),
    [
        (None, True),
        (20, False),
        (21, True),
        ("21", True),
        (200, True),
        (201, False),
        (21.5, False),
        ("", False),
    ],
)
def test_ephemeral_storage_is_21_to_200_gib(gib: object, legal: bool):  # noqa: FBT001 (a table's column)
    assert bool(ephemeral_storage(gib)) != legal


def test_reservations_fill_the_task_but_no_more():
    full = [
        {"name": "a", "cpu": 512, "memoryReservation": 1024},
        {"name": "b", "cpu": "512", "memory": "1024"},
    ]
    assert not reservations(1024, 2048, full)
    problems = reservations(1024, 2048, [*full, {"name": "c", "cpu": 1, "memory": 6}])
    assert [problem.path for problem in problems] == ["cpu", "memory"]
    assert "a 512, b 512, c 1" in problems[0].message
    assert "6 more than the task's 2048" in problems[1].message


def test_a_reservation_counts_before_a_limit_as_ecs_counts():
    assert not reservations(1024, 2048, [{"name": "a", "memory": 4096, "memoryReservation": 2048}])


def test_a_limit_below_its_own_reservation_is_a_problem():
    (problem,) = reservations(1024, 2048, [{"name": "a", "memory": 100, "memoryReservation": 200}])
    assert (problem.path, problem.value) == ("containers.a.memory", 100)


def in_memory(*sizes: object) -> dict[str, object]:
    return {"tmpfs": [{"containerPath": f"/{index}", "size": size} for index, size in enumerate(sizes)]}


@pytest.mark.parametrize(
    ("container", "fits"),
    [
        ({"memoryReservation": 256, "linuxParameters": in_memory(128, 127)}, True),
        ({"memoryReservation": 256, "linuxParameters": in_memory(128, 128)}, False),
        ({"memory": "256", "linuxParameters": in_memory("255")}, True),
        ({"memory": 256, "linuxParameters": in_memory(300)}, False),
        ({"linuxParameters": in_memory(2047)}, True),
        ({"linuxParameters": in_memory(2048)}, False),
        ({"memory": 256, "linuxParameters": None}, True),
    ],
)
def test_tmpfs_counts_in_its_containers_memory(container: dict[str, object], fits: bool):  # noqa: FBT001
    problems = tmpfs(2048, [{"name": "a", **container}])
    assert [problem.path for problem in problems] == ([] if fits else ["containers.a.tmpfs"])
