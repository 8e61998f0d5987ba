"""Failed deployments, told by EventBridge: no metric shows them, as the old revision serves on."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.alarms import RUNBOOK
from components.cluster import Cluster
from components.context import Context

SECTION = "failed-deployment"
"""Of the runbook."""

_SAID: aws.cloudwatch.EventTargetInputTransformerArgsDict = {
    "input_paths": {
        "deployment": "$.detail.deploymentId",
        "reason": "$.detail.reason",
        "service": "$.resources[0]",
        "time": "$.time",
    },
    "input_template": '"Deployment <deployment> of <service> failed at <time>: <reason> '
    f'Runbook: {RUNBOOK}#{SECTION}"',
}


def failed_deployments(context: Context, cluster: str) -> str:
    """The event pattern of a failed deployment of any service in the cluster.

    By the beginning of the ARN: a service has an automatic name, and the cluster is the stack's alone. Amazon
    ECS Developer Guide, "Amazon ECS service deployment state change events".
    """
    pattern = {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
        "resources": [{"prefix": context.arn("ecs", f"service/{cluster}/")}],
    }
    return json.dumps(pattern, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentEventsArgs:
    """The services' cluster, and the topic that is told."""

    context: Context
    cluster: Cluster
    topic_arn: pulumi.Input[str]
    topic_ready: list[pulumi.Resource]
    """What lets EventBridge publish to the topic."""


class DeploymentEvents(pulumi.ComponentResource):
    """A rule that tells a topic which deployment failed, and why."""

    def __init__(
        self, name: str, args: DeploymentEventsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("web-application:index:DeploymentEvents", name, {}, opts)
        logical = f"{name}-failed-deployment"
        rule = aws.cloudwatch.EventRule(
            logical,
            name=args.context.name(logical),
            description=f"Failed deployments of services in {args.cluster.name}",
            event_pattern=failed_deployments(args.context, args.cluster.name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=args.cluster.ready),
        )
        aws.cloudwatch.EventTarget(
            logical,
            rule=rule.name,
            target_id="alarms",
            arn=args.topic_arn,
            input_transformer=_SAID,
            opts=pulumi.ResourceOptions(parent=self, depends_on=args.topic_ready),
        )
        self.register_outputs({})
