"""What a service is made of, and what can't work together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.alarms import Alarm
from components.cluster import Cluster
from components.containers.model import Task
from components.containers.release import Release, release_task
from components.context import Context
from components.deployment import Deployment, check_spot_weight
from components.errors import InvalidSettingError
from components.grants import Grant
from components.infrastructure_role import InfrastructureRoleArgs
from components.load_balancer import LoadBalancer
from components.network import Network
from components.notifications import Notifications
from components.reach import check_endpoints, check_private_reach
from components.routing import Route, check_name
from components.scaling import ScalingRange
from components.shared import SharedCluster, SharedLoadBalancer, SharedNetwork
from components.task_definition import TaskDefinitionArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class FargateServiceArgs:
    """A task and where it runs. `load_balancer` and `route` come together, or neither for a worker.

    Network, cluster and load balancer are this stack's own, or shared by another one.
    Raises `InvalidSettingError` or `InvalidTaskError` for what can't work, before anything is registered.
    """

    context: Context
    network: Network | SharedNetwork
    cluster: Cluster | SharedCluster
    task: Task
    load_balancer: LoadBalancer | SharedLoadBalancer | None = None
    route: Route | None = None
    desired_count: int | None = None
    """Tasks at first; afterwards auto-scaling owns the number. None: the fewest of `scaling`, or two."""
    scaling: ScalingRange | None = field(default_factory=ScalingRange)
    """None: the program owns the number of tasks."""
    deployment: Deployment = field(default_factory=Deployment)
    alarms: tuple[Alarm, ...] = ()
    """Those of its traffic are registered before it and judge its deployments, the others by `Monitoring`."""
    notifications: Notifications | None = None
    """Who is told of the alarms; needed with them."""
    release: Release | None = None
    """A command that ends well before each new revision of the task serves; None: there is none."""
    spot_weight: int = 0
    """Parts of Fargate Spot against one part of Fargate; the first task is never on Spot."""
    exec: bool = False
    """Allow sessions into containers; the cluster has to audit them."""
    grants: tuple[Grant, ...] = ()
    granted: tuple[pulumi.Resource, ...] = ()
    """The stack's own resources that the grants name."""
    secret_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """ARN of the customer's KMS key by the secret's ARN; secrets under AWS's own key aren't in it."""
    log_retention_days: int = 30
    log_key_arn: pulumi.Input[str] | None = None
    """The key of the containers' log groups; None: CloudWatch Logs' own."""
    keep_revisions: int | None = None
    """How many revisions of the task definition stay registered after an `up`; None: all."""
    protect: bool = False

    def __post_init__(self) -> None:
        if (self.load_balancer is None) != (self.route is None):
            given = "route" if self.load_balancer is None else "load_balancer"
            raise InvalidSettingError(
                "service", given, "is given alone; give load_balancer and route, or none"
            )
        if self.route and self.task.routed is None:
            raise InvalidSettingError(
                "task.routed", None, "has to name the container that takes the requests"
            )
        if isinstance(self.network, Network) and self.network.nat == "none":
            check_private_reach(self.task)
            check_endpoints(self.task, self.network.endpoints, exec=self.exec)
        if self.alarms and self.notifications is None:
            fix = "are told to nobody; give notifications too"
            raise InvalidSettingError("alarms", [it.name for it in self.alarms], fix)
        if self.exec and self.cluster.audit is None:
            raise InvalidSettingError("exec", self.exec, "needs a cluster with exec, where it is audited")
        if self.exec and not any(it.exec or not it.read_only_root for it in self.task.containers):
            raise InvalidSettingError("exec", self.exec, "opens no container; set exec on one of the task's")
        check_spot_weight(self.spot_weight)
        if self.keep_revisions is not None and self.keep_revisions < 2:
            fix = "has to be 2 or more: a rollback needs the revision before"
            raise InvalidSettingError("service.keep_revisions", self.keep_revisions, fix)
        tasks = self.first_count()
        if tasks < 0:
            raise InvalidSettingError("service.desired_count", tasks, "has to be 0 or more")
        if self.scaling and not self.scaling.minimum <= tasks <= self.scaling.maximum:
            fix = f"is outside scaling.minimum ({self.scaling.minimum}) to maximum ({self.scaling.maximum})"
            raise InvalidSettingError("service.desired_count", tasks, fix)
        for fewest in self.scaling.minima if self.scaling else (tasks,):
            self.deployment.check_moves(fewest)
        if self.deployment.shifts and self.route is None:
            fix = "shifts traffic, and a service without a load balancer has none; use rolling"
            raise InvalidSettingError("deployment.strategy", self.deployment.strategy, fix)

    def judging(self) -> tuple[Alarm, ...]:
        """The alarms of its traffic."""
        return tuple(it for it in self.alarms if it.of_traffic)

    def first_count(self) -> int:
        """How many tasks the service is created with."""
        if self.desired_count is not None:
            return self.desired_count
        return self.scaling.minimum if self.scaling else 2

    def health_check_grace(self) -> int:
        """Seconds in which failing health checks of a new task don't count."""
        given = self.deployment.health_check_grace
        return self.task.minimum_grace if given is None else given

    def definition(self) -> TaskDefinitionArgs:
        """The task definition's settings."""
        return TaskDefinitionArgs(
            context=self.context,
            task=self.task,
            release=release_task(self.task, self.release) if self.release else None,
            grants=self.grants,
            secret_keys=self.secret_keys,
            audit=self.cluster.audit if self.exec else None,
            named=(*self.granted, *(self.cluster.audited if self.exec else [])),
            log_retention_days=self.log_retention_days,
            log_key_arn=self.log_key_arn,
            protect=self.protect,
        )

    def priority(self, name: str) -> int | None:
        """The priority of its rule, beside those that services have put on the listener so far; None without.

        Raises `InvalidSettingError` for a rule that would be in another's way, or no target group's name.
        """
        if not (self.load_balancer and self.route):
            return None
        check_name(name, shifts=self.deployment.shifts)
        route = self.route
        return self.load_balancer.rules.take(
            name, hosts=route.hosts, paths=route.paths, priority=route.priority
        )

    def shifter(self, name: str) -> InfrastructureRoleArgs | None:
        """The settings of the role with which ECS shifts traffic; None where it doesn't."""
        if not self.deployment.shifts:
            return None
        return InfrastructureRoleArgs(context=self.context, service=name, protect=self.protect)

    def warnings(self) -> list[str]:
        """What is legal but rarely wanted; raises `InvalidTaskError` for clocks that can't work together."""
        if self.route is None:
            return []
        problems = self.task.fit_service(
            health_check_grace=self.health_check_grace(),
            deregistration_delay=self.route.deregistration_delay,
            spot=self.spot_weight > 0,
        )
        return [str(problem) for problem in problems]
