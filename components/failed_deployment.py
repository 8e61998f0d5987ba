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
_SCALED = "Scaling activity initiated by"
_TROUBLE = re.compile(r"fail|unable|unhealthy|rolling back|error|insufficient", re.IGNORECASE)


def told(service: str, tasks: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]) -> str:
    """The reasons, a line each, from what DescribeTasks says of stopped tasks and DescribeServices of events.

    Only the deployment counts whose task failed last. Of each way in which its tasks ended one is told; those
    that ECS stopped because it needed fewer are no news, and neither are events of tasks that come and go.
    """
    failed = [it for it in tasks if not str(it.get("stoppedReason", "")).startswith(_SCALED)]
    last = max(failed, key=lambda it: it["createdAt"], default={"startedBy": None})["startedBy"]
    of_it = [it for it in failed if it["startedBy"] == last]
    ends = dict.fromkeys(end for task in of_it for end in _ends(task))
    began = min((it["createdAt"] for it in of_it), default=None)
    said = [str(it["message"]) for it in events if began is None or it["createdAt"] >= began]
    lines = [f"  a task ended: {it}" for it in list(ends)[:_TASKS]]
    lines += [
        f"  the service said: {it.removeprefix(f'(service {service}) ')}"
        for it in said
        if _TROUBLE.search(it)
    ][:_EVENTS]
    return "\n".join([f"What ECS says of service {service}:", *lines])


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
    """`told` of a service as it is now, asked with the AWS SDK's own credentials.

    These may be missing where the provider has others: then where to look is told instead.
    """
    try:
        boto3 = cast("Any", import_module("boto3"))
        ecs = boto3.client("ecs", region_name=region)
        described = ecs.describe_services(cluster=cluster, services=[service])["services"][0]
        arns = ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED")["taskArns"]
        stopped: list[Any] = ecs.describe_tasks(cluster=cluster, tasks=arns[:100])["tasks"] if arns else []
        return told(described["serviceName"], stopped, described["events"])
    except Exception as error:  # noqa: BLE001 (a reason that can't be had must not hide the failure)
        command = f"aws ecs describe-services --cluster {cluster} --services {service}"
        return f"`{command}` shows why, in its events ({type(error).__name__} kept it from being shown here)."


def explained(name: str, region: str) -> pulumi.ResourceHookBinding:
    """Lets a service whose create or update fails tell why, beside the provider's own error."""

    def tell(args: pulumi.ErrorHookArgs) -> bool:
        inputs = {**(args.old_inputs or {}), **(args.new_inputs or {})}
        service = args.id or str(inputs.get("name", name))
        pulumi.log.error(reasons(region, str(inputs.get("cluster", "default")), service))
        return False

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{name}-deployment", tell)])
