"""A service: tasks of one kind, kept running, replaced a few at a time, scaled with their load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.cluster import Cluster
from components.containers.model import Task
from components.containers.release import Release, release_task
from components.context import Context
from components.deployment import Deployment, check_spot_weight
from components.errors import InvalidSettingError
from components.failed_deployment import explained
from components.grants import Grant
from components.infrastructure_role import InfrastructureRole, InfrastructureRoleArgs
from components.load_balancer import LoadBalancer
from components.network import Network
from components.old_revisions import deregister
from components.reach import check_endpoints, check_private_reach
from components.release import released_first
from components.routing import Route, Routing, RoutingArgs
from components.scaling import Requests, Scaling, ScalingArgs, ScalingRange
from components.serving import serving_revision
from components.task_definition import TaskDefinition, TaskDefinitionArgs
from components.task_security_group import TaskSecurityGroup, TaskSecurityGroupArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class FargateServiceArgs:
    """A task and where it runs. `load_balancer` and `route` come together, or neither for a worker.

    Raises `InvalidSettingError` or `InvalidTaskError` for what can't work, before anything is registered.
    """

    context: Context
    network: Network
    cluster: Cluster
    task: Task
    load_balancer: LoadBalancer | None = None
    route: Route | None = None
    desired_count: int | None = None
    """Tasks at first; afterwards auto-scaling owns the number. None: the fewest of `scaling`, or two."""
    scaling: ScalingRange | None = field(default_factory=ScalingRange)
    """None: the program owns the number of tasks."""
    deployment: Deployment = field(default_factory=Deployment)
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
        if self.network.nat == "none":
            check_private_reach(self.task)
            check_endpoints(self.task, self.network.endpoints, exec=self.exec)
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


class FargateService(pulumi.ComponentResource):
    """A Fargate service in private subnets, with its log groups, roles, security group and task definition.

    Behind a load balancer it has a target group and a listener rule too. What may be replaced (service,
    security group, target group) has an automatic name, so that its replacement stands first; what documents
    name (roles, log groups, family) has an explicit one. An `up` ends when the revision asked for serves, or
    it fails.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]
    """Of the revision that this program asked for."""
    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    """The tasks' group: a database's ingress rule refers to it."""
    target_group_arn: pulumi.Output[str] | None
    alternate_target_group_arn: pulumi.Output[str] | None
    """The other target group that traffic is shifted to and from; None with a rolling deployment."""
    log_groups: tuple[str, ...]
    """Names of the containers' log groups."""

    def __init__(
        self, name: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # All that can be refused is refused before the first registration.
        definition_args, warnings = args.definition(), args.warnings()
        definition_args.roles(name)
        shifter = args.shifter(name)
        for task in filter(None, (args.task, definition_args.release)):
            args.cluster.claims.take(task, service=name)
        priority = args.load_balancer.place(name, args.route) if args.load_balancer and args.route else None
        super().__init__("web-application:index:FargateService", name, {}, opts)
        for warning in warnings:
            pulumi.log.warn(warning, self)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)

        definition = TaskDefinition(name, definition_args, self._child)
        self.task_definition_arn, self.log_groups = definition.arn, definition.log_groups
        self._release_arn = definition.release_arn
        self.execution_role_arn, self.task_role_arn = definition.execution_role_arn, definition.task_role_arn
        groups = tuple(it.security_group for it in args.task.file_systems)
        group = TaskSecurityGroup(
            name, TaskSecurityGroupArgs(network=args.network, file_systems=groups), self._child
        )
        self.security_group_id = group.id
        routing = self._routing(priority)
        self.target_group_arn = routing.target_group_arn if routing else None
        self.alternate_target_group_arn = routing.alternate_target_group_arn if routing else None
        role = InfrastructureRole(name, shifter, self._child) if shifter else None

        service = self._service(
            self._balancers(routing, role) if routing else None,
            [
                *definition.ready,
                *group.ready,
                *(routing.ready if routing else []),
                *(role.ready if role else []),
                *args.cluster.ready,
                *args.network.ready,
            ],
        )
        self.name, self.arn = service.name, service.arn
        self._scaling(args.scaling)
        serving = serving_revision(service, cluster_arn=args.cluster.arn, asked=definition.arn)
        keep = args.keep_revisions
        if keep and not pulumi.runtime.is_dry_run():
            serving.apply(lambda arn: deregister(args.context, serving=arn, keep=keep))
        self.register_outputs({"arn": self.arn, "task_definition_arn": self.task_definition_arn})

    def _routing(self, priority: int | None) -> Routing | None:
        args = self._args
        if not (args.load_balancer and args.route and args.task.routed and priority):
            return None
        return Routing(
            self._name,
            RoutingArgs(
                route=args.route,
                priority=priority,
                port=args.task.routed.port,
                vpc_id=args.network.vpc_id,
                listener_arn=args.load_balancer.listener_arn,
                load_balancer_security_group_id=args.load_balancer.security_group_id,
                task_security_group_id=self.security_group_id,
                shifts=args.deployment.shifts,
            ),
            self._child,
        )

    def _balancers(
        self, routing: Routing, role: InfrastructureRole | None
    ) -> list[aws.ecs.ServiceLoadBalancerArgsDict]:
        """Which container takes the requests, and how ECS shifts them from one target group to the other."""
        routed = self._args.task.routed
        if routed is None:
            return []
        balancer: aws.ecs.ServiceLoadBalancerArgsDict = {
            "target_group_arn": routing.target_group_arn,
            "container_name": routed.container,
            "container_port": routed.port,
        }
        if role and routing.alternate_target_group_arn:
            balancer["advanced_configuration"] = {
                "alternate_target_group_arn": routing.alternate_target_group_arn,
                "production_listener_rule": routing.rule_arn,
                "role_arn": role.arn,
            }
        return [balancer]

    def _service(
        self,
        load_balancers: list[aws.ecs.ServiceLoadBalancerArgsDict] | None,
        ready: list[pulumi.Resource],
    ) -> aws.ecs.Service:
        """The service, after all that its tasks need and no input of it refers to."""
        args, deadline = self._args, f"{self._args.deployment.deadline_minutes}m"
        return aws.ecs.Service(
            self._name,
            cluster=args.cluster.arn,
            task_definition=self.task_definition_arn,
            desired_count=args.first_count(),
            capacity_provider_strategies=self._capacity(),
            # A changed strategy would replace the service; with this it starts a deployment instead.
            force_new_deployment=True,
            platform_version="LATEST",
            network_configuration={
                "subnets": args.network.private_subnet_ids,
                "security_groups": [self.security_group_id],
                "assign_public_ip": False,
            },
            load_balancers=load_balancers,
            health_check_grace_period_seconds=args.health_check_grace() if load_balancers else None,
            deployment_controller={"type": "ECS"},
            deployment_minimum_healthy_percent=args.deployment.minimum_healthy_percent,
            deployment_maximum_percent=args.deployment.maximum_percent,
            deployment_configuration=args.deployment.configuration(),
            # Of every strategy: Amazon ECS Developer Guide, "Amazon ECS deployment failure detection".
            deployment_circuit_breaker={"enable": True, "rollback": True},
            availability_zone_rebalancing="ENABLED",
            enable_execute_command=args.exec,
            propagate_tags="SERVICE",
            enable_ecs_managed_tags=True,
            wait_for_steady_state=True,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=ready,
                custom_timeouts=pulumi.CustomTimeouts(create=deadline, update=deadline, delete="20m"),
                hooks=self._hooks(),
                # Auto-scaling owns the number from the second `up` on.
                ignore_changes=["desiredCount"] if args.scaling else [],
            ),
        )

    def _hooks(self) -> pulumi.ResourceHookBinding | None:
        """What an `up` does around a deployment; a preview deploys nothing."""
        args, release, definition = self._args, self._args.release, self._release_arn
        if pulumi.runtime.is_dry_run():
            return None
        told = explained(self._name, args.context.region, stops=args.deployment.shifts)
        if not (release and definition):
            return told
        output = next(it.log.place for it in args.task.containers if it.name == release.container)
        first = released_first(self._name, args.context, release, definition=definition, output=output)
        return pulumi.ResourceHookBinding.merge(told, first)

    def _capacity(self) -> list[aws.ecs.ServiceCapacityProviderStrategyArgsDict]:
        on_demand: aws.ecs.ServiceCapacityProviderStrategyArgsDict = {
            "capacity_provider": "FARGATE",
            "base": 1,
            "weight": 1,
        }
        spot: aws.ecs.ServiceCapacityProviderStrategyArgsDict = {
            "capacity_provider": "FARGATE_SPOT",
            "weight": self._args.spot_weight,
        }
        return [on_demand, spot] if self._args.spot_weight else [on_demand]

    def _scaling(self, scaling: ScalingRange | None) -> None:
        if scaling is None:
            return
        requests = None
        if self._args.load_balancer and self.target_group_arn:
            requests = Requests(
                load_balancer_arn=self._args.load_balancer.arn,
                target_group_arn=self.target_group_arn,
                alternate_target_group_arn=self.alternate_target_group_arn,
            )
        cluster = self._args.cluster.name
        Scaling(
            self._name,
            ScalingArgs(range=scaling, cluster=cluster, service=self.name, requests=requests),
            self._child,
        )
