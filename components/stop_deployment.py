"""Ends a deployment that doesn't end by itself.

Amazon ECS Developer Guide, "Stopping Amazon ECS service deployments".
"""

from __future__ import annotations

from collections.abc import Iterable

from components import aws_sdk
from components.context import Context

_UNDER_WAY = ("PENDING", "IN_PROGRESS")


def take_back(context: Context, *, cluster: str, service: str, known: Iterable[str] = ()) -> str | None:
    """Has ECS take back the deployment that is still under way, unless its ARN was `known` before, and says
    so; None when there is none.

    Without it a rolling deployment goes on trying, and one that shifts traffic for as long as a day in each
    stage (Amazon ECS API Reference, StopServiceDeployment).
    """
    try:
        ecs = aws_sdk.client("ecs", context, setting="a deployment at its deadline")
        found = ecs.list_service_deployments(cluster=cluster, service=service, status=list(_UNDER_WAY))
        arns = {it["serviceDeploymentArn"] for it in found["serviceDeployments"]} - set(known)
        for arn in sorted(arns):
            ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    except Exception as error:  # noqa: BLE001 (what can't be stopped must not hide the failure)
        named = f"--region {context.region} --cluster {cluster} --service {service}"
        return (
            f"The deployment may still be under way ({type(error).__name__} kept it from being stopped): "
            f"`aws ecs list-service-deployments {named}` shows it, `aws ecs stop-service-deployment` with "
            "stop type ROLLBACK takes it back."
        )
    if not arns:
        return None
    return f"The deployment of service {service} was still under way and is stopped: ECS takes it back."
