"""The order of containers: names, edges, cycles."""

from typing import Any

import pytest
from ecs_policies.checks import dependencies, names
from ecs_policies.checks.graph import graph, reachable
from hypothesis import given, settings
from hypothesis import strategies as st

HEALTHY = {"command": ["CMD-SHELL", "true"]}


def container(name: str, *edges: tuple[str, str], **fields: Any) -> dict[str, Any]:
    depends_on = [{"containerName": other, "condition": condition} for other, condition in edges]
    return {"name": name, "dependsOn": depends_on, **fields}


def test_a_complete_chain_is_fine():
    chain = [
        container("c", ("b", "HEALTHY"), ("a", "START")),
        container("b", ("a", "START"), healthCheck=HEALTHY),
        container("a"),
    ]
    assert not dependencies(chain)


def test_an_unknown_name_lists_the_known():
    (problem,) = dependencies([container("a", ("x", "START")), container("b")])
    assert (problem.path, problem.value, problem.fix) == ("containers.a.depends_on", "x", "Name one of b")


@pytest.mark.parametrize("condition", ["RUNNING", "healthy", "", None, 1])
def test_an_unknown_condition_is_a_problem(condition: Any):
    problems = dependencies([container("a", ("b", condition)), container("b")])
    assert "START, COMPLETE, SUCCESS, HEALTHY" in problems[0].fix


def test_healthy_needs_a_health_check():
    (problem,) = dependencies([container("a", ("b", "HEALTHY")), container("b")])
    assert "Give b a health check" in problem.fix


@pytest.mark.parametrize("condition", ["COMPLETE", "SUCCESS"])
def test_nobody_waits_for_an_essential_container_to_end(condition: str):
    (problem,) = dependencies([container("a", ("b", condition)), container("b")])
    assert "Set essential=False on b" in problem.fix
    assert not dependencies([container("a", ("b", condition)), container("b", essential=False)])


@pytest.mark.parametrize(
    ("cycle", "shown"),
    [
        ([("a", "a")], "a → a"),
        ([("a", "b"), ("b", "a")], "a → b → a"),
        ([("z", "a"), ("a", "b"), ("b", "c"), ("c", "a")], "a → b → c → a"),
    ],
)
def test_a_cycle_is_shown_closed(cycle: list[tuple[str, str]], shown: str):
    members = [container(name, (other, "START")) for name, other in cycle]
    assert [problem.value for problem in dependencies(members)] == [shown]


def test_an_edge_left_to_chance_is_asked_for():
    chain = [container("c", ("b", "START")), container("b", ("a", "START")), container("a")]
    (problem,) = dependencies(chain)
    assert (problem.path, problem.fix) == ("containers.c.depends_on", "Let c depend on a too")


def test_no_edge_is_needed_to_what_has_ended():
    chain = [
        container("c", ("b", "START")),
        container("b", ("init", "SUCCESS")),
        container("init", essential=False),
    ]
    assert not dependencies(chain)


@pytest.mark.parametrize("name", ["", None, "a b", "ä", "x" * 256, 5])
def test_a_name_ecs_refuses_is_a_problem(name: Any):
    assert [problem.value for problem in names([{"name": name}])] == [name]


def test_two_containers_of_one_name_are_a_problem():
    (problem,) = names([{"name": "a"}, {"name": "a"}])
    assert problem.path == "containers.a.name"


letters = st.sampled_from("abcdef")
edges = st.dictionaries(letters, st.sets(letters), max_size=6)


@settings(deadline=None)
@given(edges)
def test_an_order_has_no_cycle_exactly_if_nothing_reaches_itself(wanted: dict[str, set[str]]):
    members = [container(name, *((other, "START") for other in wanted.get(name, ()))) for name in "abcdef"]
    loops = any(name in reachable(graph(members), name) for name in "abcdef")
    assert loops == any("wait for each other" in problem.message for problem in dependencies(members))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] > pair[1])))
def test_declaring_what_is_asked_for_settles_an_order(pairs: list[tuple[int, int]]):
    wanted: dict[int, set[int]] = {index: {low for high, low in pairs if high == index} for index in range(6)}
    for _ in range(6):
        for index in wanted:
            wanted[index] |= {far for near in wanted[index] for far in wanted[near]}
    members = [container(f"c{i}", *((f"c{j}", "START") for j in lows)) for i, lows in wanted.items()]
    assert not dependencies(members)
