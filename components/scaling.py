"""Auto-scaling: how many tasks run, after the first `up`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import pulumi
import pulumi_aws as aws

from components.errors import InvalidSettingError

_MetricDict: TypeAlias = (
    aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgsDict
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingRange:
    """Between how many tasks a service scales, and what it holds steady.

    Each target adds tasks when its metric is above, and tasks go only when all are below (Application Auto
    Scaling User Guide, "Target tracking scaling policies"). Raises `InvalidSettingError`.
    """

    minimum: int = 2
    maximum: int = 10
    cpu: int = 60
    """Average CPU of the service, percent of what its tasks reserve."""
    memory: int = 70
    """Average memory of the service, percent."""
    requests: int = 1000
    """Requests a minute that each task takes; only behind a load balancer."""
    scale_out_cooldown: int = 60
    """Seconds before more tasks are added again."""
    scale_in_cooldown: int = 300
    """Seconds before more tasks are taken away again."""

    def __post_init__(self) -> None:
        if self.minimum < 1:
            raise InvalidSettingError("scaling.minimum", self.minimum, "has to be 1 or more")
        if self.minimum > self.maximum:
            fix = f"is above scaling.maximum ({self.maximum}); lower it, or raise the maximum"
            raise InvalidSettingError("scaling.minimum", self.minimum, fix)
        for setting, value in (("cpu", self.cpu), ("memory", self.memory)):
            if not 1 <= value <= 100:
                raise InvalidSettingError(f"scaling.{setting}", value, "has to be a percentage, 1 to 100")
        if self.requests < 1:
            raise InvalidSettingError("scaling.requests", self.requests, "has to be 1 a minute or more")
        for setting, value in (
            ("scale_out_cooldown", self.scale_out_cooldown),
            ("scale_in_cooldown", self.scale_in_cooldown),
        ):
            if not 0 <= value <= 3600:
                raise InvalidSettingError(f"scaling.{setting}", value, "has to be 0 to 3600 seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingArgs:
    """The service to scale; `requests_label` says which load balancer and target group count its requests."""

    range: ScalingRange
    cluster: str
    """The cluster's name."""
    service: pulumi.Input[str]
    """The service's name."""
    requests_label: pulumi.Input[str] | None = None
    """Made by `requests_label`; None for a service behind no load balancer."""


def requests_label(load_balancer_arn: str, target_group_arn: str) -> str:
    """`app/<name>/<id>/targetgroup/<name>/<id>`, out of the two ARNs.

    Application Auto Scaling API Reference, "PredefinedMetricSpecification".
    """
    load_balancer = load_balancer_arn.rpartition(":loadbalancer/")[2]
    return f"{load_balancer}/{target_group_arn.rpartition(':')[2]}"


class Scaling(pulumi.ComponentResource):
    """A scalable target with a target-tracking policy for CPU, for memory, and for requests if it has any."""

    def __init__(self, name: str, args: ScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Scaling", name, {}, opts)
        self._range = args.range
        self._target = aws.appautoscaling.Target(
            name,
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", args.cluster, "/", args.service),
            min_capacity=args.range.minimum,
            max_capacity=args.range.maximum,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._track(f"{name}-cpu", "ECSServiceAverageCPUUtilization", args.range.cpu)
        self._track(f"{name}-memory", "ECSServiceAverageMemoryUtilization", args.range.memory)
        if args.requests_label is not None:
            label = args.requests_label
            self._track(f"{name}-requests", "ALBRequestCountPerTarget", args.range.requests, label)
        self.register_outputs({})

    def _track(self, name: str, metric: str, target: int, label: pulumi.Input[str] | None = None) -> None:
        measured: _MetricDict = {"predefined_metric_type": metric}
        if label is not None:
            measured["resource_label"] = label
        aws.appautoscaling.Policy(
            name,
            policy_type="TargetTrackingScaling",
            service_namespace=self._target.service_namespace,
            scalable_dimension=self._target.scalable_dimension,
            resource_id=self._target.resource_id,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": measured,
                "target_value": target,
                "scale_out_cooldown": self._range.scale_out_cooldown,
                "scale_in_cooldown": self._range.scale_in_cooldown,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
