"""A service that policies and schedules scale, under a clock that the test moves."""

import itertools
from typing import Any

from moto.applicationautoscaling.models import FakeScalableTarget, applicationautoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends

import emulator.aws.patches.autoscaling
import emulator.aws.patches.cloudwatch  # noqa: F401 - what they change is what is tried here
from emulator.aws.scaling import activities
from emulator.aws.scaling.scaler import DIMENSION, Scaler
from tests.emulator.aws.world import ACCOUNT, REGION, TIMING, World, make_world

SCALING: Any = applicationautoscaling_backends[ACCOUNT][REGION]
CLOUDWATCH: Any = cloudwatch_backends[ACCOUNT][REGION]
NUMBERS = itertools.count()
CPU = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
MEMORY = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"}}


class Scaled:
    """A service of two tasks that may have two to six."""

    def __init__(self) -> None:
        # What other tests have left would be scaled too.
        SCALING.targets.clear()
        SCALING.policies.clear()
        SCALING.scheduled_actions.clear()
        self.world: World = make_world()
        self.service = self.world.service
        self.resource = f"service/{self.service.cluster_name}/web"
        self.scaler = Scaler(ACCOUNT, REGION, clock=self.world.clock, timing=TIMING)
        # moto looks the service up by a table of its own, which the patches of ECS replace.
        self.target: Any = SCALING._add_scalable_target(self.make_target(2, 6))
        self.world.pass_time(60)

    def make_target(self, least: int, most: int) -> Any:
        return FakeScalableTarget(SCALING, "ecs", self.resource, DIMENSION, least, most, "", "")

    def limit(self, least: int, most: int) -> None:
        """RegisterScalableTarget of a known target."""
        self.target.update(least, most, None)
        self.target.registered = True

    def follow(self, target: float, metric: dict[str, Any], **more: Any) -> Any:
        """Puts a target tracking policy."""
        return self.put_policy("TargetTrackingScaling", {"TargetValue": target, **metric, **more})

    def put_policy(self, kind: str, body: dict[str, Any], *, name: str = "") -> Any:
        return SCALING.put_scaling_policy(
            policy_name=name or f"policy-{next(NUMBERS)}",
            service_namespace="ecs",
            resource_id=self.resource,
            scalable_dimension=DIMENSION,
            policy_body=body,
            policy_type=kind,
        )

    def schedule(self, expression: str, **limits: int) -> None:
        SCALING.put_scheduled_action(
            service_namespace="ecs",
            schedule=expression,
            timezone=None,
            scheduled_action_name="night",
            resource_id=self.resource,
            scalable_dimension=DIMENSION,
            start_time=None,
            end_time=None,
            scalable_target_action=limits,
        )

    def put(self, name: str, value: float) -> None:
        """Puts a metric of the service, and lets a second pass."""
        dimensions = {"ClusterName": self.service.cluster_name, "ServiceName": "web"}
        self.put_metric("AWS/ECS", name, value, **dimensions)

    def put_metric(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        shown = [{"Name": key, "Value": it} for key, it in dimensions.items()]
        datum = {"MetricName": name, "Dimensions": shown, "Value": value}
        CLOUDWATCH.put_metric_data(namespace, [datum])
        self.pass_time(1)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.world.pass_time(1)
            self.scaler.tick()

    @property
    def capacity(self) -> int:
        return self.service.desired_count

    def causes(self) -> list[str]:
        """The causes of the activities, oldest first."""
        return [it.cause for it in reversed(activities.of(SCALING)) if it.target[1] == self.resource]
