"""Examples of the rules about the images that a task runs."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, containers


def bad_task_moving_image() -> None:
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:latest"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_moving_image() -> None:
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def bad_task_foreign_image() -> None:
    web = containers({"name": "web", "image": "someone/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_foreign_image() -> None:
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/nginx:1.29.3"
    web = containers({"name": "web", "image": image})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)
