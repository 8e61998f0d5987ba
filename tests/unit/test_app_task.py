import json
from typing import Any

import pytest

from components.app_task import app_task
from components.containers.app import App
from components.containers.model import Container, Routed
from components.containers.parts import FireLens, HealthCheck, LogToCloudWatch, MountPoint
from components.containers.volumes import FileSystem
from components.context import Context

CONTEXT = Context(project="shop", stack="dev", partition="aws", region="us-east-1", account="123456789012")
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"


def containers(*apps: App | Container, **given: Any) -> dict[str, dict[str, Any]]:
    task = app_task(CONTEXT, "worker", *apps, **given)
    return {it["name"]: it for it in json.loads(task.container_definitions())}


def test_an_image_and_a_command_are_a_worker():
    task = app_task(CONTEXT, "worker", App(image=IMAGE, command=("bin/jobs",)))
    assert (task.family, task.cpu, task.memory, task.routed) == ("shop-dev-worker", 256, 512, None)
    assert task.execution_log_groups == ("shop-dev-worker-application",)
    assert task.minimum_grace == 0


def test_a_port_makes_it_reachable_and_checked_and_gives_it_time_to_start():
    task = app_task(CONTEXT, "api", App(image=IMAGE, port=3000, health_path="/health", start_period=90))
    assert task.routed == Routed(container="app", port=3000)
    assert task.minimum_grace == 90
    [api] = json.loads(task.container_definitions())
    assert api["portMappings"] == [{"containerPort": 3000, "hostPort": 3000, "protocol": "tcp"}]
    assert "http://127.0.0.1:3000/health" in api["healthCheck"]["command"][1]


def test_it_is_as_confined_as_the_web_application():
    app = containers(App(image=IMAGE))["app"]
    assert app["user"] == "1000"
    assert app["readonlyRootFilesystem"] is True
    assert app["linuxParameters"] == {
        "capabilities": {"drop": ["ALL"]},
        "initProcessEnabled": True,
        "tmpfs": [
            {
                "containerPath": "/tmp",  # noqa: S108
                "size": 64,
                "mountOptions": ["rw", "nodev", "nosuid", "noexec", "uid=1000", "gid=1000", "mode=0700"],
            }
        ],
    }


def test_its_output_goes_to_a_log_group_of_the_service_in_a_stream_for_each_container():
    found = containers(App(image=IMAGE, name="jobs"), App(image=IMAGE, name="clock"))
    for name, it in found.items():
        options = it["logConfiguration"]["options"]
        assert options["awslogs-group"] == "shop-dev-worker-application"
        assert (options["awslogs-stream-prefix"], options["mode"]) == (name, "non-blocking")


def test_a_worker_is_checked_only_by_a_command_of_its_own():
    assert "healthCheck" not in containers(App(image=IMAGE))["app"]
    assert containers(App(image=IMAGE, health_command="bin/alive"))["app"]["healthCheck"] == {
        "command": ["CMD-SHELL", "bin/alive"],
        "interval": 10,
        "timeout": 5,
        "retries": 3,
        "startPeriod": 60,
    }


def test_it_is_opened_to_sessions_and_given_files_as_the_web_application_is():
    files = FileSystem(
        name="files", id="fs-01234567", access_point="fsap-01234567", security_group="sg-01234567"
    )
    app = App(image=IMAGE, exec=True, mount_points=(MountPoint(volume="files", path="/files"),))
    task = app_task(CONTEXT, "worker", app, file_systems=(files,))
    [found] = json.loads(task.container_definitions())
    mounted = {it["sourceVolume"]: it["containerPath"] for it in found["mountPoints"]}
    assert mounted == {
        "app_session_state": "/var/lib/amazon",
        "app_session_logs": "/var/log/amazon",
        "files": "/files",
    }
    assert {it["name"] for it in task.to_json()["volumes"]} == mounted.keys()
    assert task.writes(files)


def test_any_other_container_may_stand_beside_it():
    log = LogToCloudWatch(group="shop-dev-worker-application", region="us-east-1", stream_prefix="router")
    router = Container(
        name="log_router", image=IMAGE, log=log, firelens=FireLens(), health_check=HealthCheck(command="true")
    )
    found = containers(App(image=IMAGE), router)
    assert set(found) == {"app", "log_router"}


def test_a_container_that_is_reached_may_stand_beside_one_that_is_not():
    proxy = App(image=IMAGE, name="proxy", port=8080)
    assert app_task(CONTEXT, "api", App(image=IMAGE), proxy).routed == Routed(container="proxy", port=8080)


def test_what_ecs_would_refuse_is_told_at_construction():
    with pytest.raises(ValueError, match=r"containers.app.image: 'shop'.*\nmemory: 100"):
        app_task(CONTEXT, "worker", App(image="shop"), memory=100)
