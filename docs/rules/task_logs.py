"""Examples of the rules about what becomes of the containers' output."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, containers


def bad_task_lost_logs() -> None:
    web = containers({"name": "web", "image": "web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_lost_logs() -> None:
    options = {"awslogs-group": "/web", "awslogs-region": REGION, "awslogs-stream-prefix": "web"}
    log = {"logDriver": "awslogs", "options": options}
    web = containers({"name": "web", "image": "web:1.4.2", "logConfiguration": log})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def bad_task_blocking_logs() -> None:
    options = {"awslogs-group": "/web", "awslogs-region": REGION, "mode": "blocking"}
    log = {"logDriver": "awslogs", "options": options}
    web = containers({"name": "web", "image": "web:1.4.2", "logConfiguration": log})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_blocking_logs() -> None:
    waits_for_nothing = {"mode": "non-blocking", "max-buffer-size": "10m"}
    options = {"awslogs-group": "/web", "awslogs-region": REGION, **waits_for_nothing}
    log = {"logDriver": "awslogs", "options": options}
    web = containers({"name": "web", "image": "web:1.4.2", "logConfiguration": log})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def bad_task_missing_log_group() -> None:
    aws.cloudwatch.LogGroup("web", name="/ecs/web")
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "/web", "awslogs-region": REGION}}
    web = containers({"name": "web", "image": "web:1.4.2", "logConfiguration": log})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_missing_log_group() -> None:
    aws.cloudwatch.LogGroup("web", name="/ecs/web")
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web", "awslogs-region": REGION}}
    web = containers({"name": "web", "image": "web:1.4.2", "logConfiguration": log})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def bad_task_broken_log_router() -> None:
    log = {
        "logDriver": "awsfirelens",
        "options": {"Name": "datadog", "Host": "http-intake.logs.datadoghq.com"},
    }
    web = containers({"name": "web", "image": "web:1.4.2", "logConfiguration": log})
    aws.ecs.TaskDefinition("web", family="web", container_definitions=web)


def good_task_broken_log_router() -> None:
    key = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:datadog-AbCdEf"
    log = {
        "logDriver": "awsfirelens",
        "options": {"Name": "datadog", "Host": "http-intake.logs.datadoghq.com"},
        "secretOptions": [{"name": "apikey", "valueFrom": key}],
    }
    web = {"name": "web", "image": "web:1.4.2", "logConfiguration": log}
    router = {"name": "router", "image": "fluent-bit:3.4.17", "firelensConfiguration": {"type": "fluentbit"}}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(router, web))
