"""Container definitions are compared by what ECS makes of them."""

import json
from typing import Any

import pytest

from emulator.provider.resources.containers import same_containers

WEB: dict[str, Any] = {
    "name": "web",
    "image": "nginx:1",
    "cpu": 0,
    "essential": True,
    "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
    "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    "secrets": [],
    "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3},
    "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": False}],
    "dependsOn": [
        {"containerName": "a", "condition": "START"},
        {"containerName": "b", "condition": "HEALTHY"},
    ],
}


def text(*containers: dict[str, Any]) -> str:
    return json.dumps(list(containers))


@pytest.mark.parametrize(
    "change",
    [
        {"cpu": None},
        {"essential": None},
        {"portMappings": [{"containerPort": 80}]},
        {"portMappings": [{"containerPort": 80, "hostPort": 0}]},
        {"environment": list(reversed(WEB["environment"]))},
        {"secrets": None},
        {"healthCheck": {"command": ["CMD", "true"]}},
        {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]},
        {"dependsOn": list(reversed(WEB["dependsOn"]))},
        {"command": []},
    ],
)
def test_what_ecs_fills_in_or_reorders_is_no_change(change: dict[str, Any]) -> None:
    program = {k: v for k, v in {**WEB, **change}.items() if v is not None}
    assert same_containers(text(WEB), text(program))
    assert same_containers(text(program), text(WEB))


@pytest.mark.parametrize(
    "change",
    [
        {"image": "nginx:2"},
        {"cpu": 10},
        {"essential": False},
        {"portMappings": [{"containerPort": 80, "hostPort": 8080}]},
        {"portMappings": [{"containerPort": 80, "protocol": "udp"}]},
        {"environment": [{"name": "A", "value": "2"}, {"name": "B", "value": "2"}]},
        {"secrets": [{"name": "S", "valueFrom": "arn"}]},
        {"healthCheck": {"command": ["CMD", "true"], "interval": 10}},
        {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": True}]},
        {"command": ["a", "b"]},
        {"entryPoint": ["b", "a"]},
    ],
)
def test_anything_else_is_a_change(change: dict[str, Any]) -> None:
    assert not same_containers(text(WEB), text({**WEB, **change}))


def test_the_order_of_a_command_means_something() -> None:
    assert not same_containers(text({**WEB, "command": ["a", "b"]}), text({**WEB, "command": ["b", "a"]}))


def test_another_order_of_containers_is_no_change_and_one_more_is() -> None:
    other = {**WEB, "name": "other"}
    assert same_containers(text(WEB, other), text(other, WEB))
    assert not same_containers(text(WEB), text(WEB, other))


def test_what_is_no_document_is_never_the_same() -> None:
    assert not same_containers(text(WEB), "{")
    assert not same_containers(text(WEB), '"text"')
