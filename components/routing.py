"""Which requests reach a service: a listener rule, a target group, and the way between security groups."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.errors import InvalidSettingError
from components.priorities import HIGHEST, LOWEST, Rule, taken

# Elastic Load Balancing, "Quotas for your Application Load Balancers": condition values per rule.
MAX_CONDITION_VALUES = 5
MAX_CONDITION_LENGTH = 128
# Elastic Load Balancing, "Condition types for listener rules": host conditions and path conditions.
_HOST = re.compile(r"[A-Za-z0-9*?.-]*\.[A-Za-z]+")
_PATH = re.compile(r"[/*][A-Za-z0-9_.$/~\"'@:+&*?-]*")
# A target group's name has at most 32 characters, and an automatic one ends in eight of its own.
MAX_NAME = 24
_ALTERNATE = "-green"
# ECS moves them in a deployment (Amazon ECS Developer Guide, "Application Load Balancer resources for
# blue/green, linear, and canary deployments").
_WEIGHTS = [f"actions[0].forward.targetGroups[{it}].weight" for it in (0, 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The requests a service takes, by host and path, and when one of its targets is healthy.

    Times are seconds. Raises `InvalidSettingError` for what a listener rule or target group can't hold
    (Elastic Load Balancing, "Listener rules" and "Health checks for your target groups").
    """

    hosts: tuple[str, ...] = ()
    """Host names, with * and ? as wildcards; none: any host."""
    paths: tuple[str, ...] = ("/*",)
    priority: int | None = None
    """Rules are tried from the lowest number; None: one that lets the more exact rules come first."""
    health_path: str = "/up"
    health_interval: int = 15
    health_timeout: int = 5
    healthy_threshold: int = 2
    unhealthy_threshold: int = 3
    deregistration_delay: int = 30

    def __post_init__(self) -> None:
        values = (*self.hosts, *self.paths)
        if not 1 <= len(values) <= MAX_CONDITION_VALUES:
            fix = f"have to be 1 to {MAX_CONDITION_VALUES} together; use wildcards, or a second service"
            raise InvalidSettingError("routing.hosts and routing.paths", list(values), fix)
        for setting, given, pattern, example in (
            ("routing.hosts", self.hosts, _HOST, "*.example.com"),
            ("routing.paths", self.paths, _PATH, "/api/*"),
        ):
            for value in given:
                if len(value) > MAX_CONDITION_LENGTH or not pattern.fullmatch(value):
                    fix = f"has to look like {example}, with at most {MAX_CONDITION_LENGTH} characters"
                    raise InvalidSettingError(setting, value, fix)
        if not self.health_path.startswith("/"):
            raise InvalidSettingError("health_path", self.health_path, "has to begin with a slash")
        for setting, value, lowest, highest in (
            ("priority", LOWEST if self.priority is None else self.priority, LOWEST, HIGHEST),
            ("health_interval", self.health_interval, 5, 300),
            ("health_timeout", self.health_timeout, 2, 120),
            ("healthy_threshold", self.healthy_threshold, 2, 10),
            ("unhealthy_threshold", self.unhealthy_threshold, 2, 10),
            ("deregistration_delay", self.deregistration_delay, 0, 3600),
        ):
            if not lowest <= value <= highest:
                raise InvalidSettingError(f"routing.{setting}", value, f"has to be {lowest} to {highest}")
        if self.health_timeout >= self.health_interval:
            fix = f"has to be shorter than health_interval ({self.health_interval} s)"
            raise InvalidSettingError("routing.health_timeout", self.health_timeout, fix)

    def conditions(self) -> list[aws.lb.ListenerRuleConditionArgsDict]:
        """The listener rule's conditions; all of them have to hold."""
        hosts: aws.lb.ListenerRuleConditionArgsDict = {"host_header": {"values": sorted(self.hosts)}}
        paths: aws.lb.ListenerRuleConditionArgsDict = {"path_pattern": {"values": sorted(self.paths)}}
        return [*([hosts] if self.hosts else []), *([paths] if self.paths else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingArgs:
    """Where the rule attaches, and between which security groups the requests pass."""

    route: Route
    priority: int
    """The rule's place among the listener's others: the route's, or the one it was given."""
    port: int
    """The port of the task that takes the requests."""
    vpc_id: pulumi.Input[str]
    listener_arn: pulumi.Input[str]
    load_balancer_security_group_id: pulumi.Input[str]
    task_security_group_id: pulumi.Input[str]
    shifts: bool = False
    """Whether deployments shift the traffic between two target groups."""


def check_name(name: str, *, shifts: bool = False) -> None:
    """Raises `InvalidSettingError` if no target group could be named after `name`."""
    most = MAX_NAME - (len(_ALTERNATE) if shifts else 0)
    if len(name) > most:
        raise InvalidSettingError("service name", name, f"has to have at most {most} characters")


class Routing(pulumi.ComponentResource):
    """A target group behind a listener rule, reached from the load balancer's security group only.

    The target group has an automatic name, so that a replacement stands before the rule lets go of the old
    one. Produces `target_group_arn`, and `ready`, which must stand before the service: ECS refuses a target
    group that no rule leads to. If deployments shift traffic there is another target group, and the rule
    leads to both: at first all requests go to the former, and afterwards where ECS sends them.
    """

    target_group_arn: pulumi.Output[str]
    alternate_target_group_arn: pulumi.Output[str] | None
    """None unless deployments shift traffic."""
    rule_arn: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: RoutingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_name(name, shifts=args.shifts)
        super().__init__("web-application:index:Routing", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = _target_group(name, args, child)
        alternate = _target_group(f"{name}{_ALTERNATE}", args, child) if args.shifts else None
        rule = aws.lb.ListenerRule(
            name,
            listener_arn=args.listener_arn,
            priority=args.priority,
            conditions=args.route.conditions(),
            actions=[_forward(group, alternate)],
            opts=pulumi.ResourceOptions(
                parent=self,
                ignore_changes=_WEIGHTS if alternate else [],
                hooks=_refusal_explained(name, args),
            ),
        )
        to_tasks = aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-tasks",
            security_group_id=args.load_balancer_security_group_id,
            referenced_security_group_id=args.task_security_group_id,
            description=f"From the load balancer to tasks of {name}",
            ip_protocol="tcp",
            from_port=args.port,
            to_port=args.port,
            opts=child,
        )
        from_load_balancer = aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-load-balancer",
            security_group_id=args.task_security_group_id,
            referenced_security_group_id=args.load_balancer_security_group_id,
            description=f"To tasks of {name} from the load balancer only",
            ip_protocol="tcp",
            from_port=args.port,
            to_port=args.port,
            opts=child,
        )
        self.target_group_arn, self.rule_arn = group.arn, rule.arn
        self.alternate_target_group_arn = alternate.arn if alternate else None
        self.ready = [rule, to_tasks, from_load_balancer]
        self.register_outputs({"target_group_arn": self.target_group_arn})


def _refusal_explained(name: str, args: RoutingArgs) -> pulumi.ResourceHookBinding | None:
    """Lets a rule whose priority is taken tell what to do, beside AWS's own error; a preview can't know."""
    if pulumi.runtime.is_dry_run():
        return None
    route = args.route
    rule = Rule(service=name, hosts=route.hosts, paths=route.paths, priority=args.priority)

    def tell(failed: pulumi.ErrorHookArgs) -> bool:
        # Elastic Load Balancing API Reference, CreateRule and SetRulePriorities.
        if any("PriorityInUse" in it for it in failed.errors):
            inputs = failed.new_inputs or {}
            pulumi.log.error(taken(rule, listener=str(inputs.get("listenerArn", "LISTENER"))))
        return False

    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{name}-priority", tell)])


def _target_group(name: str, args: RoutingArgs, opts: pulumi.ResourceOptions) -> aws.lb.TargetGroup:
    route = args.route
    return aws.lb.TargetGroup(
        name,
        target_type="ip",
        protocol="HTTP",
        protocol_version="HTTP1",
        port=args.port,
        vpc_id=args.vpc_id,
        deregistration_delay=route.deregistration_delay,
        load_balancing_algorithm_type="least_outstanding_requests",
        slow_start=0,
        stickiness={"type": "lb_cookie", "enabled": False},
        health_check={
            "enabled": True,
            "path": route.health_path,
            "port": "traffic-port",
            "protocol": "HTTP",
            "matcher": "200",
            "interval": route.health_interval,
            "timeout": route.health_timeout,
            "healthy_threshold": route.healthy_threshold,
            "unhealthy_threshold": route.unhealthy_threshold,
        },
        opts=opts,
    )


def _forward(
    group: aws.lb.TargetGroup, alternate: aws.lb.TargetGroup | None
) -> aws.lb.ListenerRuleActionArgsDict:
    if alternate is None:
        return {"type": "forward", "target_group_arn": group.arn}
    both: list[aws.lb.ListenerRuleActionForwardTargetGroupArgsDict] = [
        {"arn": group.arn, "weight": 100},
        {"arn": alternate.arn, "weight": 0},
    ]
    # Without stickiness: a user would stay on old tasks, and the new ones' share wouldn't be what it says.
    return {
        "type": "forward",
        "forward": {"target_groups": both, "stickiness": {"enabled": False, "duration": 3600}},
    }
