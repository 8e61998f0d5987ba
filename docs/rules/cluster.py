"""Examples of the rules about ECS clusters."""

from __future__ import annotations

import pulumi_aws as aws


def bad_cluster_container_insights() -> None:
    aws.ecs.Cluster("shop")


def good_cluster_container_insights() -> None:
    aws.ecs.Cluster("shop", settings=[{"name": "containerInsights", "value": "enhanced"}])


def bad_cluster_exec_audit() -> None:
    cluster = aws.ecs.Cluster("shop")
    aws.ecs.Service("web", cluster=cluster.arn, enable_execute_command=True)


def good_cluster_exec_audit() -> None:
    key = aws.kms.Key("sessions", description="Sessions into containers")
    log_group = aws.cloudwatch.LogGroup("sessions", kms_key_id=key.arn)
    cluster = aws.ecs.Cluster(
        "shop",
        configuration={
            "execute_command_configuration": {
                "kms_key_id": key.arn,
                "logging": "OVERRIDE",
                "log_configuration": {
                    "cloud_watch_encryption_enabled": True,
                    "cloud_watch_log_group_name": log_group.name,
                },
            }
        },
    )
    aws.ecs.Service("web", cluster=cluster.arn, enable_execute_command=True)
