"""A service: tasks of one kind, kept running, replaced a few at a time, scaled with their load."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.alarms import Alarm, Alarms, AlarmsArgs
from components.failed_deployment import explained
from components.infrastructure_role import InfrastructureRole
from components.metrics import Measured
from components.notifications import Notifications
from components.old_revisions import deregister
from components.release import released_first
from components.routing import Routing, RoutingArgs
from components.scaling import Requests, Scaling, ScalingArgs, ScalingRange
from components.service_args import FargateServiceArgs
from components.serving import serving_revision
from components.task_definition import TaskDefinition
from components.task_security_group import TaskSecurityGroup, TaskSecurityGroupArgs

__all__ = ["FargateService", "FargateServiceArgs"]


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
    alarms: tuple[Alarm, ...]
    """All of its alarms: those of its traffic stand, the others are for `Monitoring`."""
    notifications: Notifications | None
    """Who is told of them."""
    judging_standing: list[pulumi.Resource]
    """The alarms of its traffic, which judge its deployments."""

    def __init__(
        self, name: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # All that can be refused is refused before the first registration.
        definition_args, warnings = args.definition(), args.warnings()
        definition_args.roles(name)
        shifter = args.shifter(name)
        for task in filter(None, (args.task, definition_args.release)):
            args.cluster.claims.take(task, service=name)
        priority = args.priority(name)
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
        judging = self._judging()
        self.alarms, self.notifications = args.alarms, args.notifications
        self.judging_standing = judging.standing if judging else []

        service = self._service(
            self._balancers(routing, role) if routing else None,
            judging.names if judging else [],
            [
                *definition.ready,
                *group.ready,
                *(routing.ready if routing else []),
                *(role.ready if role else []),
                *self.judging_standing,
                *args.cluster.ready,
                *args.network.ready,
            ],
        )
        self.name, self.arn = service.name, service.arn
        self._scaling(args.scaling)
        serving = serving_revision(service, args.context, cluster_arn=args.cluster.arn, asked=definition.arn)
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

    def _judging(self) -> Alarms | None:
        """The alarms of its traffic, which need no service yet."""
        args = self._args
        if not (args.judging() and args.notifications and args.load_balancer):
            return None
        traffic = Measured(
            cluster=args.cluster.name,
            load_balancer_arn=args.load_balancer.arn,
            target_group_arn=self.target_group_arn,
            alternate_target_group_arn=self.alternate_target_group_arn,
        )
        told = args.notifications
        return Alarms(
            self._name,
            AlarmsArgs(
                context=args.context,
                alarms=args.judging(),
                measured=traffic,
                topic_arn=told.topic_arn,
                topic_ready=told.ready,
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
        alarms: list[str],
        ready: list[pulumi.Resource],
    ) -> aws.ecs.Service:
        """The service, after all that its tasks need and no input of it refers to."""
        args, deadline = self._args, f"{self._args.deployment.deadline_minutes}m"
        rolls_back = bool(alarms) and args.deployment.rollback_on_alarms
        return aws.ecs.Service(
            self._name,
            cluster=args.cluster.arn,
            task_definition=self.task_definition_arn,
            desired_count=args.first_count(),
            capacity_provider_strategies=self._capacity(),
            # Other capacity providers would replace the service; with this they start a deployment instead.
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
            # Always said, since what is left out stays as it was.
            alarms={"alarm_names": alarms, "enable": rolls_back, "rollback": rolls_back},
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
        told = explained(self._name, args.context)
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
