"""One spelling for container definitions."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from components.containers.canonical import canonical_json

names = st.text("abcxyz_", min_size=1, max_size=6)
pairs = st.lists(st.fixed_dictionaries({"name": names, "value": st.text(max_size=5)}), max_size=5)
mounts = st.lists(
    st.fixed_dictionaries(
        {"sourceVolume": names, "containerPath": names}, optional={"readOnly": st.booleans()}
    ),
    max_size=4,
)
ports = st.lists(st.fixed_dictionaries({"containerPort": st.integers(1, 65535)}), max_size=3)
containers = st.lists(
    st.fixed_dictionaries(
        {"name": names},
        optional={
            "image": names,
            "essential": st.booleans(),
            "cpu": st.integers(0, 4096),
            "command": st.lists(names),
            "environment": pairs,
            "mountPoints": mounts,
            "portMappings": ports,
            "healthCheck": st.fixed_dictionaries({"command": st.just(["CMD", "x"])}),
            "dockerLabels": st.dictionaries(names, names),
            "user": st.none(),
        },
    ),
    max_size=4,
)


def shuffled(value: Any, chance: random.Random, key: str = "") -> Any:
    """The same definitions, written in another order."""
    if isinstance(value, dict):
        members = [(name, shuffled(element, chance, name)) for name, element in value.items()]
        chance.shuffle(members)
        return dict(members)
    if isinstance(value, list):
        elements = [shuffled(element, chance) for element in value]
        if key != "command":
            chance.shuffle(elements)
        return elements
    return value


@settings(deadline=None, max_examples=50)
@given(containers, st.randoms(use_true_random=False))
def test_the_order_of_writing_changes_nothing(definitions: list[dict[str, Any]], chance: random.Random):
    other = [shuffled(each, chance) for each in definitions]
    chance.shuffle(other)
    assert canonical_json(other) == canonical_json(definitions)


@settings(deadline=None, max_examples=50)
@given(containers)
def test_what_is_canonical_stays_as_it_is(definitions: list[dict[str, Any]]):
    once = canonical_json(definitions)
    assert canonical_json(json.loads(once)) == once


def one(**fields: Any) -> dict[str, Any]:
    (container,) = json.loads(canonical_json([{"name": "web", **fields}]))
    return container


def test_what_ecs_fills_in_is_spelled_out():
    assert one() == {"name": "web", "cpu": 0, "essential": True}
    assert one(portMappings=[{"containerPort": 80}])["portMappings"] == [
        {"containerPort": 80, "hostPort": 80, "protocol": "tcp"}
    ]
    assert one(healthCheck={"command": ["CMD", "x"]})["healthCheck"] == {
        "command": ["CMD", "x"],
        "interval": 30,
        "retries": 3,
        "timeout": 5,
    }


def test_what_is_said_stands():
    assert one(essential=False, cpu=5)["essential"] is False
    assert one(healthCheck={"command": ["CMD", "x"], "interval": 10})["healthCheck"]["interval"] == 10
    assert (
        one(portMappings=[{"containerPort": 80, "protocol": "udp"}])["portMappings"][0]["protocol"] == "udp"
    )


def test_empty_things_are_dropped_at_any_depth_and_empty_values_are_not():
    assert "linuxParameters" not in one(linuxParameters={"capabilities": {"drop": []}, "tmpfs": []})
    assert one(environment=[{"name": "EMPTY", "value": ""}])["environment"] == [
        {"name": "EMPTY", "value": ""}
    ]
    assert one(command=["", "x"])["command"] == ["", "x"]


def test_commands_keep_their_order():
    assert one(command=["b", "a"], entryPoint=["z", "y"])["command"] == ["b", "a"]
