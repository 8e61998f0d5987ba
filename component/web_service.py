"""The web application as one component, for programs elsewhere in any of Pulumi's languages."""

import pulumi
from ecs_policies.checks.cost import MonthlyCost

from application import application
from architecture import register
from component.args import WebServiceArgs
from component.given import UnfitArgsError, settings_of
from components.context import Context
from components.name_tags import named
from outputs import described
from standing import Standing


class WebService(pulumi.ComponentResource):
    """A web application on ECS Fargate with its own network: load balancer, cluster, service, alarms."""

    # outputs: made by docs/generate.py
    outputs_version: pulumi.Output[str]
    """the version of this contract that the stack keeps"""
    url: pulumi.Output[str]
    """where the application answers"""
    image: pulumi.Output[str]
    """the application's image that runs, by digest where the registry is ECR"""
    vpc_id: pulumi.Output[str]
    """the VPC"""
    public_subnet_ids: pulumi.Output[list[str]]
    """public subnets, one in each zone"""
    private_subnet_ids: pulumi.Output[list[str]]
    """private subnets, one in each zone, in the same order"""
    load_balancer_arn: pulumi.Output[str]
    """the Application Load Balancer"""
    load_balancer_dns_name: pulumi.Output[str]
    """the load balancer's own name, for alias records"""
    load_balancer_zone_id: pulumi.Output[str]
    """the load balancer's hosted zone, for alias records"""
    load_balancer_security_group_id: pulumi.Output[str]
    """the only group that may reach a target"""
    listener_arn: pulumi.Output[str]
    """the listener that a service's rule goes on"""
    http_listener_arn: pulumi.Output[str]
    """the listener on port 80"""
    https_listener_arn: pulumi.Output[str] | None
    """the listener on port 443; absent without a domain"""
    target_group_arn: pulumi.Output[str] | None
    """the target group of the web service; absent where no listener leads to it"""
    cluster_name: pulumi.Output[str]
    """the ECS cluster's name"""
    cluster_arn: pulumi.Output[str]
    """the ECS cluster"""
    service_name: pulumi.Output[str]
    """the web service's name"""
    service_arn: pulumi.Output[str]
    """the web service"""
    task_definition_arn: pulumi.Output[str]
    """the task definition's revision that this `up` asked for"""
    task_security_group_id: pulumi.Output[str]
    """the tasks' security group"""
    task_role_arn: pulumi.Output[str]
    """what the application may call"""
    execution_role_arn: pulumi.Output[str]
    """what the ECS agent may call to start a task"""
    alarm_topic_arn: pulumi.Output[str] | None
    """the topic that alarms and failed deployments are told to; absent without alarms"""
    dashboard_name: pulumi.Output[str] | None
    """the service's dashboard in CloudWatch; absent without one"""
    monthly_cost: pulumi.Output[MonthlyCost]
    """what it costs a month without traffic: currency, total, items, assumptions"""
    log_group_names: pulumi.Output[list[str]]
    """the containers' log groups"""
    # end of outputs

    def __init__(self, name: str, args: WebServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Raises `UnfitArgsError`, `InvalidSettingError` or `InvalidTaskError` for what can't work, before
        anything is registered."""
        _refuse_provider(opts)
        settings = settings_of(args)
        context = Context.current(
            pulumi.get_project(), pulumi.get_stack(), permissions_boundary=settings.permissions_boundary
        )
        standing = Standing.look_up(name, settings, context)
        app = application(name, settings, context, standing)
        tagged = pulumi.ResourceOptions(transformations=[named(context)])
        super().__init__(
            "web-application:index:WebService", name, {}, pulumi.ResourceOptions.merge(opts, tagged)
        )
        child = pulumi.ResourceOptions(parent=self)
        outputs = register(name, settings, app, context, standing, child)
        values = {output: getattr(outputs, output) for output in described()}
        for output, value in values.items():
            setattr(self, output, value)
        self.register_outputs(values)


def _refuse_provider(opts: pulumi.ResourceOptions | None) -> None:
    """What is looked up, account and region too, is looked up with the stack's own provider."""
    providers = opts.providers if opts else None
    if isinstance(providers, dict) and "aws" in providers:
        raise UnfitArgsError(
            [
                "the option providers: names one for aws, and this component uses the stack's own; leave it "
                "out, and set aws:region and aws:allowedAccountIds in the stack's config"
            ]
        )
