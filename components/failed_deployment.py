"""Why a deployment failed, in ECS's own words: how its tasks ended, and what the service said last.

Amazon ECS Developer Guide: "Amazon ECS stopped tasks error messages", "Viewing Amazon ECS service event
messages".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, cast

import pulumi

_TASKS, _EVENTS = 3, 5
_UNDER_WAY = ("PENDING", "IN_PROGRESS")
_SCALED = "Scaling activity initiated by"
_TROUBLE = re.compile(r"fail|unable|unhealthy|rolling back|error|insufficient", re.IGNORECASE)


def told(
    service: str,
    tasks: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    alarms: Iterable[str] = (),
) -> str:
    """The reasons, a line each; empty when there is nothing to tell.

    They are of what DescribeTasks says of stopped tasks, DescribeServices of events, and
    DescribeServiceDeployments of alarms.

    Only the deployment counts whose task failed last. Of each way in which its tasks ended one is told; those
    that ECS stopped because it needed fewer are no news, and neither are events of tasks that come and go.
    """
    failed = [it for it in tasks if not str(it.get("stoppedReason", "")).startswith(_SCALED)]
    last = max(failed, key=lambda it: it["createdAt"], default={"startedBy": None})["startedBy"]
    of_it = [it for it in failed if it["startedBy"] == last]
    ends = dict.fromkeys(end for task in of_it for end in _ends(task))
    began = min((it["createdAt"] for it in of_it), default=None)
    said = [str(it["message"]) for it in events if began is None or it["createdAt"] >= began]
    lines = [f"  an alarm of its traffic went off: {it}" for it in alarms]
    lines += [f"  a task ended: {it}" for it in list(ends)[:_TASKS]]
    lines += [
        f"  the service said: {it.removeprefix(f'(service {service}) ')}"
        for it in said
        if _TROUBLE.search(it)
    ][:_EVENTS]
    return "\n".join([f"What ECS says of service {service}:", *lines]) if lines else ""


def _ends(task: Mapping[str, Any]) -> list[str]:
    """How a task ended, by the containers that are to blame, or without any when none is."""
    reason = str(task.get("stoppedReason") or "it was stopped")
    blamed = [
        f"{it['name']}: {reason}{_exit(it)}"
        for it in task.get("containers", [])
        if it.get("exitCode") or it.get("healthStatus") == "UNHEALTHY" or it.get("reason")
    ]
    return blamed or [reason]


def _exit(container: Mapping[str, Any]) -> str:
    return f" (exit code {container['exitCode']})" if container.get("exitCode") else ""


def reasons(region: str, cluster: str, service: str) -> str:
    """`told` of a service as it is now, asked with the AWS SDK's own credentials; empty if there is none.

    These may be missing where the provider has others: then where to look is told instead.
    """
    try:
        boto3 = cast("Any", import_module("boto3"))
        ecs = boto3.client("ecs", region_name=region)
        found = ecs.describe_services(cluster=cluster, services=[service])["services"]
        if not found:
            return ""
        described = found[0]
        arns = ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED")["taskArns"]
        stopped: list[Any] = ecs.describe_tasks(cluster=cluster, tasks=arns[:100])["tasks"] if arns else []
        return told(described["serviceName"], stopped, described["events"], _alarms(ecs, cluster, service))
    except Exception as error:  # noqa: BLE001 (a reason that can't be had must not hide the failure)
        command = f"aws ecs describe-services --cluster {cluster} --services {service}"
        return f"`{command}` shows why, in its events ({type(error).__name__} kept it from being shown here)."


def _alarms(ecs: Any, cluster: str, service: str) -> list[str]:
    """The alarms that went off in the last deployment."""
    found = ecs.list_service_deployments(cluster=cluster, service=service)["serviceDeployments"]
    last = max(found, key=lambda it: it["createdAt"], default=None)
    if last is None:
        return []
    arns = [last["serviceDeploymentArn"]]
    described = ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"][0]
    return list(described.get("alarms", {}).get("triggeredAlarmNames", []))


def stopped(region: str, cluster: str, service: str) -> str | None:
    """Has ECS take back the deployment that is still under way, and says so; None when there is none.

    Without it a deployment whose traffic isn't shifted goes on by itself for as long as a day in each stage
    (Amazon ECS API Reference, StopServiceDeployment).
    """
    try:
        boto3 = cast("Any", import_module("boto3"))
        ecs = boto3.client("ecs", region_name=region)
        found = ecs.list_service_deployments(cluster=cluster, service=service, status=list(_UNDER_WAY))
        arns = [it["serviceDeploymentArn"] for it in found["serviceDeployments"]]
        for arn in arns:
            ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    except Exception as error:  # noqa: BLE001 (what can't be stopped must not hide the failure)
        return (
            f"The deployment may still be under way ({type(error).__name__} kept it from being stopped): "
            f"`aws ecs list-service-deployments --cluster {cluster} --service {service}` shows it, "
            "`aws ecs stop-service-deployment` with stop type ROLLBACK takes it back."
        )
    if not arns:
        return None
    return f"The deployment of service {service} was still under way and is stopped: ECS takes it back."


def explained(name: str, region: str, *, stops: bool = False) -> pulumi.ResourceHookBinding:
    """Lets a service whose create or update fails tell why, beside the provider's own error.

    `stops`: a deployment that is still under way then, at its deadline, is taken back.
    """

    def tell(args: pulumi.ErrorHookArgs) -> bool:
        inputs = {**(args.old_inputs or {}), **(args.new_inputs or {})}
        service = args.id or str(inputs.get("name", name))
        cluster = str(inputs.get("cluster", "default"))
        taken_back = stopped(region, cluster, service) if stops else None
        said = "\n".join(filter(None, (reasons(region, cluster, service), taken_back)))
        if said:
            pulumi.log.error(said)
        return False

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{name}-deployment", tell)])
