"""Does the revision that was asked for serve? An `up` after a silent rollback must not report success."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


def rolled_back(service: str, *, asked: str, serving: str) -> str | None:
    """What to tell the user when another revision serves than the one asked for; None when all is well.

    Both are ARNs of task-definition revisions.
    """
    if asked == serving:
        return None
    wanted, running = (arn.rpartition("/")[2] for arn in (asked, serving))
    return (
        f"service {service} serves {running} and not {wanted}, which was asked for: ECS rolled the "
        f"deployment back. Its events say why (`aws ecs describe-services`); to deploy {wanted} again run "
        "`pulumi up --refresh`, or change what made it fail"
    )


def serving_revision(
    service: aws.ecs.Service, *, cluster_arn: pulumi.Input[str], asked: pulumi.Output[str]
) -> pulumi.Output[str]:
    """The revision that was asked for, once it serves; fails every `up` that ends with another one serving,
    whether or not it changed the service.

    In a preview it isn't compared: the service's present state would block the very `up` that mends it.
    """
    if pulumi.runtime.is_dry_run():
        return asked
    found = aws.ecs.get_service_output(
        cluster_arn=cluster_arn,
        service_name=service.name,
        opts=pulumi.InvokeOutputOptions(parent=service, depends_on=[service]),
    )

    def compare(values: list[str]) -> str:
        name, wanted, running = values
        problem = rolled_back(name, asked=wanted, serving=running)
        if problem:
            raise pulumi.RunError(problem)
        return running

    return pulumi.Output.all(service.name, asked, found.task_definition).apply(compare)
