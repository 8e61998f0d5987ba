"""Examples of the rules about how a task's containers fit together."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import containers


def bad_task_container_graph() -> None:
    first = {"containerName": "database", "condition": "HEALTHY"}
    web = {"name": "web", "image": "web:1.4.2", "dependsOn": [first]}
    database = {"name": "database", "image": "postgres:18.1.0"}  # has no health check
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(web, database))


def good_task_container_graph() -> None:
    first = {"containerName": "database", "condition": "HEALTHY"}
    web = {"name": "web", "image": "web:1.4.2", "dependsOn": [first]}
    check = {"command": ["CMD-SHELL", "pg_isready"]}
    database = {"name": "database", "image": "postgres:18.1.0", "healthCheck": check}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(web, database))


def bad_task_container_order() -> None:
    web_started = {"containerName": "web", "condition": "START"}
    agent_started = {"containerName": "agent", "condition": "START"}
    proxy = {"name": "proxy", "image": "nginx:1.29.3", "dependsOn": [web_started]}
    web = {"name": "web", "image": "web:1.4.2", "dependsOn": [agent_started]}
    agent = {"name": "agent", "image": "agent:7.77.2"}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(proxy, web, agent))


def good_task_container_order() -> None:
    web_started = {"containerName": "web", "condition": "START"}
    agent_started = {"containerName": "agent", "condition": "START"}
    proxy = {"name": "proxy", "image": "nginx:1.29.3", "dependsOn": [web_started, agent_started]}
    web = {"name": "web", "image": "web:1.4.2", "dependsOn": [agent_started]}
    agent = {"name": "agent", "image": "agent:7.77.2"}
    aws.ecs.TaskDefinition("web", family="web", container_definitions=containers(proxy, web, agent))


def bad_task_wiring() -> None:
    web = {"name": "web", "image": "web:1.4.2", "portMappings": [{"containerPort": 8080}]}
    admin = {"name": "admin", "image": "admin:2.0.1", "portMappings": [{"containerPort": 8080}]}
    both = containers(web, admin)
    aws.ecs.TaskDefinition("web", family="web", network_mode="awsvpc", container_definitions=both)


def good_task_wiring() -> None:
    web = {"name": "web", "image": "web:1.4.2", "portMappings": [{"containerPort": 8080}]}
    admin = {"name": "admin", "image": "admin:2.0.1", "portMappings": [{"containerPort": 8081}]}
    both = containers(web, admin)
    aws.ecs.TaskDefinition("web", family="web", network_mode="awsvpc", container_definitions=both)
