"""Examples of the rules about sizes and times."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import containers


def bad_task_size() -> None:
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        cpu="256",
        memory="4096",
        container_definitions=containers({"name": "web", "image": "web:1.4.2"}),
    )


def good_task_size() -> None:
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        cpu="512",
        memory="4096",
        container_definitions=containers({"name": "web", "image": "web:1.4.2", "memoryReservation": 3584}),
    )


def bad_task_timeouts() -> None:
    web = containers({"name": "web", "image": "web:1.4.2", "stopTimeout": 300})
    aws.ecs.TaskDefinition(
        "web", family="web", container_definitions=web, requires_compatibilities=["FARGATE"]
    )


def good_task_timeouts() -> None:
    web = containers({"name": "web", "image": "web:1.4.2", "stopTimeout": 120})
    aws.ecs.TaskDefinition(
        "web", family="web", container_definitions=web, requires_compatibilities=["FARGATE"]
    )
