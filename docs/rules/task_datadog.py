"""Examples of the rule about Datadog's agent."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, containers


def bad_task_datadog_agent() -> None:
    web = {"name": "web", "image": "web:1.4.2"}
    agent = {
        "name": "datadog",
        "image": "public.ecr.aws/datadog/agent:7.77.2",
        "portMappings": [{"containerPort": 8126}],
    }
    both = containers(web, agent)
    aws.ecs.TaskDefinition(
        "web", family="web", requires_compatibilities=["FARGATE"], container_definitions=both
    )


def good_task_datadog_agent() -> None:
    web = {"name": "web", "image": "web:1.4.2"}
    key = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:datadog-AbCdEf"
    agent = {
        "name": "datadog",
        "image": "public.ecr.aws/datadog/agent:7.77.2",
        "essential": False,
        "environment": [{"name": "ECS_FARGATE", "value": "true"}],
        "secrets": [{"name": "DD_API_KEY", "valueFrom": key}],
        "healthCheck": {"command": ["CMD-SHELL", "agent health"]},
    }
    both = containers(web, agent)
    aws.ecs.TaskDefinition(
        "web", family="web", requires_compatibilities=["FARGATE"], container_definitions=both
    )
