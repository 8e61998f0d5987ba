"""Examples of the rules about what a task reads."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import containers


def bad_task_secret_in_environment() -> None:
    password = {"name": "DATABASE_PASSWORD", "value": "hunter2"}
    web = {"name": "web", "image": "web:1.4.2", "environment": [password]}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(web))


def good_task_secret_in_environment() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:web/database-AbCdEf"
    password = {"name": "DATABASE_PASSWORD", "valueFrom": f"{arn}:password::"}
    web = {"name": "web", "image": "web:1.4.2", "secrets": [password]}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(web))


def bad_task_secret_reference() -> None:
    password = {"name": "DATABASE_PASSWORD", "valueFrom": "web/database"}
    web = {"name": "web", "image": "web:1.4.2", "secrets": [password]}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(web))


def good_task_secret_reference() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:web/database-AbCdEf"
    password = {"name": "DATABASE_PASSWORD", "valueFrom": f"{arn}:password::"}
    web = {"name": "web", "image": "web:1.4.2", "secrets": [password]}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(web))


def bad_task_open_volume() -> None:
    efs = aws.ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs(file_system_id="fs-0123456789abcdef0")
    uploads = aws.ecs.TaskDefinitionVolumeArgs(name="uploads", efs_volume_configuration=efs)
    web = containers({"name": "web", "image": "web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web, volumes=[uploads])


def good_task_open_volume() -> None:
    as_task = aws.ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs(iam="ENABLED")
    efs = aws.ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs(
        file_system_id="fs-0123456789abcdef0", transit_encryption="ENABLED", authorization_config=as_task
    )
    uploads = aws.ecs.TaskDefinitionVolumeArgs(name="uploads", efs_volume_configuration=efs)
    web = containers({"name": "web", "image": "web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web, volumes=[uploads])
