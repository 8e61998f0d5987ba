"""What CloudWatch measures of a service: its metrics, under the names and dimensions that AWS gives them.

User Guide for Application Load Balancers, "CloudWatch metrics for your Application Load Balancer"; Amazon ECS
Developer Guide, "Amazon ECS CloudWatch metrics"; CloudWatch User Guide, "Amazon ECS Container Insights
metrics".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import pulumi

Dimension: TypeAlias = Literal["ClusterName", "LoadBalancer", "ServiceName", "TargetGroup"]

PERIOD = 60
"""Seconds that make one value: all of these metrics come once a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric, whose it is, and which statistic of a minute is looked at."""

    namespace: str
    name: str
    statistic: str
    dimensions: tuple[Dimension, ...]

    @property
    def of_targets(self) -> bool:
        """Whether each target group has its own."""
        return "TargetGroup" in self.dimensions


def _of_load_balancer(name: str) -> Metric:
    return Metric(namespace="AWS/ApplicationELB", name=name, statistic="Sum", dimensions=("LoadBalancer",))


def of_targets(name: str, statistic: str) -> Metric:
    """A metric of the service's target group."""
    dimensions: tuple[Dimension, ...] = ("LoadBalancer", "TargetGroup")
    return Metric(namespace="AWS/ApplicationELB", name=name, statistic=statistic, dimensions=dimensions)


def of_service(name: str, statistic: str, *, namespace: str = "AWS/ECS") -> Metric:
    """A metric of the service itself."""
    dimensions: tuple[Dimension, ...] = ("ClusterName", "ServiceName")
    return Metric(namespace=namespace, name=name, statistic=statistic, dimensions=dimensions)


# Only of requests for which the load balancer found a target.
REQUESTS = _of_load_balancer("RequestCount")
LOAD_BALANCER_5XX = _of_load_balancer("HTTPCode_ELB_5XX_Count")
TARGET_REQUESTS = of_targets("RequestCount", "Sum")
TARGET_5XX = of_targets("HTTPCode_Target_5XX_Count", "Sum")
# In seconds.
LATENCY = of_targets("TargetResponseTime", "p99")
HEALTHY = of_targets("HealthyHostCount", "Minimum")
UNHEALTHY = of_targets("UnHealthyHostCount", "Maximum")
# In percent of what the tasks reserve.
CPU = of_service("CPUUtilization", "Average")
MEMORY = of_service("MemoryUtilization", "Average")
# Only of a cluster with Container Insights.
RUNNING = of_service("RunningTaskCount", "Average", namespace="ECS/ContainerInsights")
DESIRED = of_service("DesiredTaskCount", "Average", namespace="ECS/ContainerInsights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A service, and what stands before it unless it is a worker."""

    cluster: pulumi.Input[str]
    """The cluster's name."""
    service: pulumi.Input[str] | None = None
    """The service's name; None: only its traffic is looked at."""
    load_balancer_arn: pulumi.Input[str] | None = None
    target_group_arn: pulumi.Input[str] | None = None
    alternate_target_group_arn: pulumi.Input[str] | None = None
    """The other target group, if deployments shift traffic between two."""

    @property
    def two_groups(self) -> bool:
        """Whether targets are measured in two groups, of which a metric tells only one's."""
        return self.alternate_target_group_arn is not None

    def alternate(self) -> Measured:
        """The same with the other target group's targets."""
        return replace(self, target_group_arn=self.alternate_target_group_arn)

    def dimensions(self) -> Mapping[str, pulumi.Input[str]]:
        """The value of each dimension."""
        values: dict[str, pulumi.Input[str]] = {"ClusterName": self.cluster}
        if self.service is not None:
            values["ServiceName"] = self.service
        if self.load_balancer_arn is not None and self.target_group_arn is not None:
            balancer, group = map(pulumi.Output.from_input, (self.load_balancer_arn, self.target_group_arn))
            values["LoadBalancer"] = balancer.apply(load_balancer_dimension)
            values["TargetGroup"] = group.apply(target_group_dimension)
        return values


def load_balancer_dimension(arn: str) -> str:
    """`app/<name>/<id>`, out of a load balancer's ARN."""
    return arn.rpartition(":loadbalancer/")[2]


def target_group_dimension(arn: str) -> str:
    """`targetgroup/<name>/<id>`, out of a target group's ARN."""
    return arn.rpartition(":")[2]
