"""All checks at once, on ordinary task definitions and on anything at all."""

from typing import Any

import pytest
from ecs_policies.checks import document_size, task_definition
from ecs_policies.checks.task import DOCUMENT_LIMIT
from hypothesis import given, settings
from hypothesis import strategies as st

TASK: dict[str, Any] = {
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [{"name": "web", "image": "web:1"}],
}


def test_the_smallest_task_is_fine():
    assert not task_definition(TASK)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"containerDefinitions": []}, "containers"),
        ({"containerDefinitions": None}, "containers"),
        ({"containerDefinitions": [{"name": f"c{i}", "image": "x"} for i in range(11)]}, "containers"),
        ({"containerDefinitions": [{"name": "web", "image": "x", "essential": False}]}, "containers"),
        ({"containerDefinitions": [{"name": "web"}]}, "containers.web.image"),
        ({"ephemeralStorage": {"sizeInGiB": 20}}, "ephemeral_storage"),
        ({"ephemeralStorage": 20}, "ephemeral_storage"),
        ({"memory": 513}, "memory"),
    ],
)
def test_a_broken_task_names_the_setting(change: dict[str, Any], path: str):
    assert [problem.path for problem in task_definition({**TASK, **change})] == [path]


def test_a_document_of_64_kib_is_the_largest():
    size = len('{"a":""}')
    assert not document_size({"a": "x" * (DOCUMENT_LIMIT - size)})
    assert document_size({"a": "x" * (DOCUMENT_LIMIT - size + 1)})[0].value == f"{DOCUMENT_LIMIT + 1} bytes"


def test_size_counts_bytes_not_letters():
    assert document_size({"a": "ä" * (DOCUMENT_LIMIT // 2)})


# fmt: off
KEYS = (
    "name", "image", "cpu", "memory", "memoryReservation", "portMappings", "containerPort", "hostPort",
    "essential", "environment", "secrets", "valueFrom", "value", "mountPoints", "sourceVolume",
    "containerPath", "linuxParameters", "tmpfs", "size", "dependsOn", "containerName", "condition",
    "healthCheck", "command", "interval", "startPeriod", "stopTimeout", "restartPolicy",
    "restartAttemptPeriod", "logConfiguration", "logDriver", "options", "secretOptions",
    "firelensConfiguration", "config-file-type", "containerDefinitions", "volumes", "ephemeralStorage",
    "sizeInGiB",
)
# fmt: on
WORDS = ("web", "", "HEALTHY", "SUCCESS", "awslogs", "awsfirelens", "8080", "1e999", "NaN", "\ud800", "CMD")
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=20,
)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.sampled_from(KEYS), anything))
def test_nothing_that_a_program_writes_makes_the_checks_fail(task: dict[str, Any]):
    for problem in task_definition(task):
        assert problem.path
        assert problem.fix
        assert str(problem)


odd_containers = st.lists(st.dictionaries(st.sampled_from(KEYS), anything), max_size=4)


@settings(deadline=None, max_examples=50)
@given(odd_containers)
def test_nor_do_odd_containers(containers: list[dict[str, Any]]):
    for problem in task_definition({**TASK, "containerDefinitions": containers}):
        assert str(problem)
