"""Auto-scaling: how many tasks run, after the first `up`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import pulumi
import pulumi_aws as aws

from components.errors import InvalidSettingError
from components.metrics import load_balancer_dimension, target_group_dimension
from components.schedules import Schedule

_ConfigurationDict: TypeAlias = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgsDict


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingRange:
    """Between how many tasks a service scales, and what it holds steady.

    Each target adds tasks when its metric is above, and tasks go only when all are below (Application Auto
    Scaling User Guide, "Target tracking scaling policies"). What `schedules` change is theirs after the first
    `up`: no `up` pulls it back. Raises `InvalidSettingError`.
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
    schedules: tuple[Schedule, ...] = ()
    predictive: Literal["off", "forecast", "scale"] = "off"
    """Whether AWS forecasts the load of the next two days from that of the last two weeks, and whether it
    starts tasks ahead of it. It never takes any away. "Predictive scaling for Application Auto Scaling"."""

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
        names = [it.name for it in self.schedules]
        for schedule in self.schedules:
            if names.count(schedule.name) > 1:
                raise InvalidSettingError("scaling.schedules", schedule.name, "names two; rename one")
            minimum = self.minimum if schedule.minimum is None else schedule.minimum
            maximum = self.maximum if schedule.maximum is None else schedule.maximum
            if minimum > maximum:
                fix = f"is above the maximum of {maximum} at that time; lower it, or set both"
                raise InvalidSettingError(schedule.setting("minimum"), minimum, fix)

    @property
    def minima(self) -> tuple[int, ...]:
        """Every number of tasks that is ever the fewest."""
        scheduled = (it.minimum for it in self.schedules if it.minimum is not None)
        return tuple(sorted({self.minimum, *scheduled}))

    def scheduled_ends(self) -> list[str]:
        """The properties of the scalable target that schedules change."""
        ends = {"minCapacity": "minimum", "maxCapacity": "maximum"}
        return [
            name for name, end in ends.items() if any(getattr(it, end) is not None for it in self.schedules)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Where a service's requests are counted, by ARN."""

    load_balancer_arn: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    alternate_target_group_arn: pulumi.Input[str] | None = None
    """The other target group, if deployments shift the requests between two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingArgs:
    """The service to scale, and which load balancer and target groups count its requests."""

    range: ScalingRange
    cluster: pulumi.Input[str]
    """The cluster's name."""
    service: pulumi.Input[str]
    """The service's name."""
    requests: Requests | None = None
    """Whose requests are counted; None for a service behind no load balancer."""


def requests_label(load_balancer_arn: str, target_group_arn: str) -> str:
    """`app/<name>/<id>/targetgroup/<name>/<id>`, out of the two ARNs.

    Application Auto Scaling API Reference, "PredefinedMetricSpecification".
    """
    return f"{load_balancer_dimension(load_balancer_arn)}/{target_group_dimension(target_group_arn)}"


def _requests(
    load_balancer_arn: pulumi.Input[str], group_arn: pulumi.Input[str], target: int
) -> _ConfigurationDict:
    """So many requests a minute for each task in a target group."""
    both = pulumi.Output.all(load_balancer_arn, group_arn)
    return {
        "target_value": target,
        "predefined_metric_specification": {
            "predefined_metric_type": "ALBRequestCountPerTarget",
            "resource_label": both.apply(lambda arns: requests_label(*arns)),
        },
    }


class Scaling(pulumi.ComponentResource):
    """A scalable target with a target-tracking policy for CPU, for memory, and for requests if it has any,
    with its schedules, and with a forecast on demand."""

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
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=args.range.scheduled_ends()),
        )
        for metric, measured, target in (
            ("cpu", "ECSServiceAverageCPUUtilization", args.range.cpu),
            ("memory", "ECSServiceAverageMemoryUtilization", args.range.memory),
        ):
            predefined: _ConfigurationDict = {
                "target_value": target,
                "predefined_metric_specification": {"predefined_metric_type": measured},
            }
            self._track(f"{name}-{metric}", predefined)
        if args.requests is not None:
            self._follow_requests(name, args.requests)
        for schedule in args.range.schedules:
            self._schedule(f"{name}-{schedule.name}", schedule)
        if args.range.predictive != "off":
            self._forecast(f"{name}-predictive", scale=args.range.predictive == "scale")
        self.register_outputs({})

    def _follow_requests(self, name: str, counted: Requests) -> None:
        """Of two target groups one gets no requests, and so has no value.

        Tasks are removed only when each policy that may remove some agrees (Application Auto Scaling User
        Guide, "How target tracking scaling for Application Auto Scaling works"), which a policy without a
        value never does. So of two both only add tasks, and CPU and memory remove them.
        """
        target, balancer, other = self._range.requests, counted.load_balancer_arn, None
        if counted.alternate_target_group_arn is not None:
            other = _requests(balancer, counted.alternate_target_group_arn, target)
        own = _requests(balancer, counted.target_group_arn, target)
        if other is None:
            self._track(f"{name}-requests", own)
            return
        self._track(f"{name}-requests", {**own, "disable_scale_in": True})
        self._track(f"{name}-requests-green", {**other, "disable_scale_in": True})

    def _track(self, name: str, configuration: _ConfigurationDict) -> None:
        aws.appautoscaling.Policy(
            name,
            policy_type="TargetTrackingScaling",
            service_namespace=self._target.service_namespace,
            scalable_dimension=self._target.scalable_dimension,
            resource_id=self._target.resource_id,
            target_tracking_scaling_policy_configuration={
                **configuration,
                "scale_out_cooldown": self._range.scale_out_cooldown,
                "scale_in_cooldown": self._range.scale_in_cooldown,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _schedule(self, name: str, schedule: Schedule) -> None:
        action: aws.appautoscaling.ScheduledActionScalableTargetActionArgsDict = {}
        if schedule.minimum is not None:
            action["min_capacity"] = schedule.minimum
        if schedule.maximum is not None:
            action["max_capacity"] = schedule.maximum
        aws.appautoscaling.ScheduledAction(
            name,
            service_namespace=self._target.service_namespace,
            scalable_dimension=self._target.scalable_dimension,
            resource_id=self._target.resource_id,
            schedule=schedule.schedule,
            timezone=schedule.timezone,
            scalable_target_action=action,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _forecast(self, name: str, *, scale: bool) -> None:
        """A forecast of the CPU that is needed; each hour's tasks are started five minutes ahead of it."""
        aws.appautoscaling.Policy(
            name,
            policy_type="PredictiveScaling",
            service_namespace=self._target.service_namespace,
            scalable_dimension=self._target.scalable_dimension,
            resource_id=self._target.resource_id,
            predictive_scaling_policy_configuration={
                "mode": "ForecastAndScale" if scale else "ForecastOnly",
                "scheduling_buffer_time": 300,
                "max_capacity_breach_behavior": "HonorMaxCapacity",
                "metric_specifications": [
                    {
                        "target_value": str(self._range.cpu),
                        "predefined_metric_pair_specification": {
                            "predefined_metric_type": "ECSServiceCPUUtilization"
                        },
                    }
                ],
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
