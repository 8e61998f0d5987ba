"""Clocks that have to fit each other."""

from typing import Any

import pytest
from ecs_policies.checks import containers_timeouts, draining, grace, grace_needed, keep_alive


def checked(start: object = 0, **fields: Any) -> dict[str, Any]:
    return {"healthCheck": {"command": ["CMD-SHELL", "true"], "startPeriod": start}, **fields}


def after(*edges: tuple[str, str]) -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition} for name, condition in edges]}


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"stopTimeout": 120}, []),
        ({"stopTimeout": "2"}, []),
        ({"stopTimeout": 121}, ["stop_timeout"]),
        ({"stopTimeout": -1, "startTimeout": 121}, ["stop_timeout", "start_timeout"]),
        ({"stopTimeout": "soon"}, ["stop_timeout"]),
        (checked(300), []),
        (checked(301), ["health_check.start_period"]),
        ({"healthCheck": {"command": ["true"]}}, ["health_check.command"]),
        ({"healthCheck": {"interval": 4}}, ["health_check.command", "health_check.interval"]),
        (
            {"healthCheck": {"command": ["CMD", "x"], "timeout": 61, "retries": 11}},
            ["health_check.timeout", "health_check.retries"],
        ),
        ({"restartPolicy": {"enabled": True, "restartAttemptPeriod": 60}}, []),
        ({"restartPolicy": {"enabled": True, "restartAttemptPeriod": 59}}, ["restart_policy.attempt_period"]),
    ],
)
def test_containers_keep_within_ecss_ranges(fields: dict[str, Any], paths: list[str]):
    problems = containers_timeouts([{"name": "a", **fields}])
    assert [problem.path for problem in problems] == [f"containers.a.{path}" for path in paths]


TASK = [
    {"name": "router", **checked(30)},
    {"name": "agent", **checked(300)},
    {"name": "app", **checked("60"), **after(("router", "HEALTHY"), ("agent", "START"))},
    {"name": "web", **checked(10), **after(("app", "HEALTHY"), ("router", "HEALTHY"), ("agent", "START"))},
]


def test_the_grace_covers_the_longest_chain_of_start_periods():
    assert grace_needed(TASK, "router") == 30
    assert grace_needed(TASK, "app") == 90
    assert grace_needed(TASK, "web") == 100
    assert grace_needed(TASK, "gone") == 0


def test_the_order_in_which_containers_are_written_changes_nothing():
    assert grace_needed(TASK[::-1], "web") == 100


@pytest.mark.parametrize("given", [100, "100", 7200])
def test_a_grace_as_long_as_the_start_is_enough(given: object):
    assert not grace(TASK, "web", given)


@pytest.mark.parametrize("given", [99, 0, None, "soon"])
def test_a_shorter_grace_says_what_would_do(given: object):
    (problem,) = grace(TASK, "web", given)
    assert (problem.path, problem.value) == ("health_check_grace", given)
    assert problem.fix.startswith("Use 100 or more")


def test_a_cycle_of_waits_ends():
    assert grace_needed([{"name": "a", **checked(1), **after(("a", "HEALTHY"))}], "a") > 0


@pytest.mark.parametrize(
    ("stop", "delay", "spot", "severity"),
    [
        (30, 30, False, None),
        (30, 30, True, None),
        (30, "31", False, "warning"),
        (30, 31, True, "error"),
        (None, 30, True, None),
        (None, 31, True, "error"),
        (120, 120, True, None),
        (30, -1, False, "error"),
        (30, None, False, "error"),
        (30, 3601, False, "error"),
    ],
)
def test_draining_ends_before_the_container_is_killed(
    stop: object,
    delay: object,
    spot: bool,  # noqa: FBT001 (a column of the table)
    severity: str | None,
):
    problems = draining([{"name": "web", "stopTimeout": stop}], "web", delay, spot=spot)
    assert [problem.severity for problem in problems] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("keepalive", "idle", "path"),
    [
        (75, 60, None),
        ("61", "60", None),
        (60, 60, "keepalive_timeout"),
        (None, 60, "keepalive_timeout"),
        (75, 0, "idle_timeout"),
        (75, "long", "idle_timeout"),
        (5000, 4001, "idle_timeout"),
    ],
)
def test_the_proxy_outlasts_the_load_balancer(keepalive: object, idle: object, path: str | None):
    assert [problem.path for problem in keep_alive(keepalive, idle)] == ([path] if path else [])
