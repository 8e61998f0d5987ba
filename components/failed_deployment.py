"""Why a deployment failed, in ECS's own words: how its tasks ended, and what the service said.

Amazon ECS Developer Guide: "Amazon ECS stopped tasks error messages", "Viewing Amazon ECS service event
messages".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi

from components import aws_sdk
from components.alarms import RUNBOOK
from components.context import Context
from components.deployment_events import SECTION
from components.stop_deployment import take_back

_TASKS, _EVENTS = 3, 5
_DECIDED = "deployment"
_SCALED = "Scaling activity initiated by"
_TROUBLE = re.compile(r"fail|unable|unhealthy|rolling back|error|insufficient", re.IGNORECASE)


def told(
    service: str,
    tasks: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]],
    alarms: Iterable[str] = (),
) -> str:
    """The reasons, a line each and in their order; empty when there is nothing to tell.

    They are of what DescribeTasks says of stopped tasks, DescribeServices of events, and
    DescribeServiceDeployments of alarms. Only the deployment counts whose task failed last. Of each way in
    which its tasks ended one is told; those that ECS stopped because it needed fewer are no news, and neither
    are events of tasks that come and go.
    """
    failed = [it for it in tasks if not str(it.get("stoppedReason", "")).startswith(_SCALED)]
    last = max(failed, key=lambda it: it["createdAt"], default={"startedBy": None})["startedBy"]
    of_it = [it for it in failed if it["startedBy"] == last]
    ends = dict.fromkeys(end for task in of_it for end in _ends(task))
    began = min((it["createdAt"] for it in of_it), default=None)
    # ECS gives the latest first, and several may be of one moment.
    of_events = [it for it in reversed(list(events)) if began is None or it["createdAt"] >= began]
    said = [
        str(it["message"]).removeprefix(f"(service {service}) ")
        for it in sorted(of_events, key=lambda it: it["createdAt"])
    ]
    lines = [f"  an alarm of its traffic went off: {it}" for it in alarms]
    lines += [f"  a task ended: {it}" for it in list(ends)[:_TASKS]]
    lines += [f"  the service said: {it}" for it in _of_interest(said)]
    return "\n".join([f"What ECS says of service {service}:", *lines]) if lines else ""


def _of_interest(said: list[str]) -> list[str]:
    """What troubled tasks at first, and then what ECS made of it, however many tasks were still to end."""
    trouble = [it for it in said if _TROUBLE.search(it)]
    decided = [it for it in trouble if _DECIDED in it][-_EVENTS:]
    others = [it for it in trouble if _DECIDED not in it]
    return others[: _EVENTS - len(decided)] + decided


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


class History:
    """A service's events, stopped tasks and deployments, as ECS keeps them."""

    def __init__(self, context: Context, *, cluster: str, service: str) -> None:
        """Asks ECS with the AWS SDK's own credentials; raises what the SDK raises, or `pulumi.RunError`."""
        self._ecs = aws_sdk.client("ecs", context, setting="the reasons of a failed deployment")
        self._cluster = cluster
        services = self._ecs.describe_services(cluster=cluster, services=[service])["services"]
        self.service = str(services[0]["serviceName"]) if services else service
        self.serves = bool(services and services[0]["runningCount"])
        self.events: list[Any] = services[0]["events"] if services else []
        self.tasks: list[str] = []
        self.deployments: list[str] = []
        if services:
            pages = self._ecs.get_paginator("list_tasks").paginate(
                cluster=cluster, serviceName=service, desiredStatus="STOPPED"
            )
            self.tasks = [arn for page in pages for arn in page["taskArns"]]
            found = self._ecs.list_service_deployments(cluster=cluster, service=service)
            self.deployments = [it["serviceDeploymentArn"] for it in found["serviceDeployments"]]

    def identities(self) -> set[str]:
        """What tells its parts from those that come later."""
        return {*(it["id"] for it in self.events), *self.tasks, *self.deployments}

    def told(self, known: Iterable[str] = ()) -> str:
        """`told` of what isn't known already."""
        known = set(known)
        return told(
            self.service,
            self._described([it for it in self.tasks if it not in known]),
            [it for it in self.events if it["id"] not in known],
            self._triggered([it for it in self.deployments if it not in known]),
        )

    def _described(self, tasks: Sequence[str]) -> list[Any]:
        """The tasks; ECS describes a hundred at a time (API Reference, DescribeTasks)."""
        chunks = [tasks[at : at + 100] for at in range(0, len(tasks), 100)]
        return [
            task
            for chunk in chunks
            for task in self._ecs.describe_tasks(cluster=self._cluster, tasks=chunk)["tasks"]
        ]

    def _triggered(self, deployments: Sequence[str]) -> list[str]:
        """The alarms that went off in the latest of the deployments, of which ECS describes twenty at a time
        (API Reference, DescribeServiceDeployments)."""
        if not deployments:
            return []
        described = self._ecs.describe_service_deployments(serviceDeploymentArns=list(deployments[:20]))
        last = max(described["serviceDeployments"], key=lambda it: it["createdAt"])
        return list(last.get("alarms", {}).get("triggeredAlarmNames", []))


def reasons(context: Context, *, cluster: str, service: str, known: Iterable[str] = ()) -> str:
    """`told` of a service as it is now, but for what was `known` before; empty if there is nothing.

    The SDK's credentials may be missing where the provider has others: then where to look is told instead.
    """
    try:
        return History(context, cluster=cluster, service=service).told(known)
    except Exception as error:  # noqa: BLE001 (a reason that can't be had must not hide the failure)
        command = (
            f"aws ecs describe-services --region {context.region} --cluster {cluster} --services {service}"
        )
        return f"`{command}` shows why, in its events ({type(error).__name__} kept it from being shown here)."


def explained(name: str, context: Context) -> pulumi.ResourceHookBinding:
    """Lets a service whose create or update fails tell why, beside the provider's own error.

    Only what came with that operation is told, and a deployment of it that is still under way then, at its
    deadline, is taken back.
    """
    known: set[str] = set()
    served: list[bool] = []

    def remember(args: pulumi.ResourceHookArgs) -> None:
        try:
            before = History(context, cluster=_cluster(args), service=args.id)
            known.update(before.identities())
            served.append(before.serves)
        except Exception as error:  # noqa: BLE001 (what can't be remembered must not hold up the update)
            pulumi.log.debug(f"{type(error).__name__} kept {name}'s history from being read")

    def tell(args: pulumi.ErrorHookArgs) -> bool:
        service, cluster = args.id or str((args.new_inputs or {}).get("name", name)), _cluster(args)
        said = [
            reasons(context, cluster=cluster, service=service, known=known),
            take_back(context, cluster=cluster, service=service, known=known),
        ]
        if any(said):
            first = not args.old_inputs or served == [False]
            serves = "No revision serves yet" if first else "The revision before it serves on"
            way = f"mend what failed and `pulumi up` again ({RUNBOOK}#{SECTION} goes on from here)."
            pulumi.log.error("\n".join([*filter(None, said), f"{serves}; {way}"]))
        return False

    return pulumi.ResourceHookBinding(
        before_update=[pulumi.ResourceHook(f"{name}-before-deployment", remember)],
        on_error=[pulumi.ErrorHook(f"{name}-deployment", tell)],
    )


def _cluster(args: pulumi.ResourceHookArgs | pulumi.ErrorHookArgs) -> str:
    inputs = {**(args.old_inputs or {}), **(args.new_inputs or {})}
    return str(inputs.get("cluster", "default"))
