"""Examples of the rules about what a container may do."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import containers


def bad_task_privileged() -> None:
    web = containers({"name": "web", "image": "web:1.4.2", "privileged": True})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_privileged() -> None:
    web = containers({"name": "web", "image": "web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def bad_task_kept_capabilities() -> None:
    web = containers({"name": "web", "image": "web:1.4.2", "user": "1000"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_kept_capabilities() -> None:
    dropped = {"capabilities": {"drop": ["ALL"]}}
    web = containers({"name": "web", "image": "web:1.4.2", "user": "1000", "linuxParameters": dropped})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def bad_task_shared_with_host() -> None:
    web = containers({"name": "web", "image": "web:1.4.2"})
    aws.ecs.TaskDefinition(
        "web", family="web", container_definitions=web, network_mode="host", pid_mode="host"
    )


def good_task_shared_with_host() -> None:
    web = containers({"name": "web", "image": "web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web, network_mode="awsvpc")


def bad_task_writable_root() -> None:
    web = containers({"name": "web", "image": "web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_writable_root() -> None:
    scratch = {"tmpfs": [{"containerPath": "/tmp", "size": 64}]}  # noqa: S108
    web = {"name": "web", "image": "web:1.4.2", "readonlyRootFilesystem": True, "linuxParameters": scratch}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(web))


def bad_task_root_user() -> None:
    web = containers({"name": "web", "image": "web:1.4.2", "user": "root"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_root_user() -> None:
    web = containers({"name": "web", "image": "web:1.4.2", "user": "1000:1000"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)
