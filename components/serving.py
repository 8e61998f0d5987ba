"""Does the revision that was asked for serve? An `up` after a silent rollback must not report success."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.failed_deployment import reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """How many tasks a service's present deployment wants, and how many of them run."""

    desired: int
    running: int


def unserved(service: str, *, asked: str, serving: str, running: Running) -> str | None:
    """What to tell the user when the revision that was asked for doesn't serve; None when it does.

    `asked` and `serving` are ARNs of task-definition revisions.
    """
    wanted, found = (arn.rpartition("/")[2] for arn in (asked, serving))
    again = f"to deploy {wanted} again run `pulumi up --refresh`, or change what made it fail"
    if asked != serving:
        return (
            f"service {service} serves {found} and not {wanted}, which was asked for: ECS rolled the "
            f"deployment back; {again}"
        )
    if running.desired and not running.running:
        return (
            f"service {service} runs none of the {running.desired} tasks of {wanted} that it wants: their "
            f"deployment has failed, or is still under way; {again}"
        )
    return None


def serving_revision(
    service: aws.ecs.Service, context: Context, *, cluster_arn: pulumi.Input[str], asked: pulumi.Output[str]
) -> pulumi.Output[str]:
    """The revision that was asked for, once it serves; fails every `up` that ends without it serving, with
    ECS's own reasons, whether or not it changed the service.

    In a preview it isn't compared: the service's present state would block the very `up` that mends it.
    """
    if pulumi.runtime.is_dry_run():
        return asked
    found = aws.ecs.get_service_output(
        cluster_arn=cluster_arn,
        service_name=service.name,
        opts=pulumi.InvokeOutputOptions(parent=service, depends_on=[service]),
    )

    def compare(values: dict[str, Any]) -> str:
        name, serving = str(values["name"]), str(values["serving"])
        problem = unserved(name, asked=values["asked"], serving=serving, running=values["running"])
        if problem:
            said = reasons(context, cluster=values["cluster"], service=name)
            raise pulumi.RunError("\n".join(filter(None, (problem, said))))
        return serving

    return pulumi.Output.all(
        name=service.name,
        cluster=cluster_arn,
        asked=asked,
        serving=found.task_definition,
        running=found.deployments.apply(primary),
    ).apply(compare)


def primary(deployments: Iterable[Any]) -> Running:
    """The tasks of the deployment that the service is in, as `aws.ecs.get_service` tells it."""
    for it in deployments:
        if it.status == "PRIMARY":
            return Running(desired=it.desired_count, running=it.running_count)
    return Running(desired=0, running=0)
