"""What a stack of the web application exports, typed. Made by docs/generate.py from outputs.py."""

from pathlib import Path
from typing import Final, TypedDict

import pulumi

from web_application_outputs.stack import Stack

VERSION: Final = "1.0.0"
"""Of the outputs' contract that this reader knows."""

SCHEMA: Final = Path(__file__).with_name("v1.schema.json")
"""The JSON Schema of the outputs, which answers for a stack where there is none (see README.md)."""


class CostItem(TypedDict):
    """Of `monthly_cost`."""

    name: str
    quantity: str
    dollars: float


class MonthlyCost(TypedDict):
    """Of `monthly_cost`."""

    currency: str
    total: float
    items: list[CostItem]
    assumptions: list[str]


class WebApplication:
    """The outputs of a stack of the web application, as its last `up` left them.

    `stack` is organization/project/stack. Raises `pulumi.RunError` for any other name, and, once the engine
    has read the stack (a preview reads it too), for a version of its outputs that this reader can't read, and
    for an output that isn't there.
    """

    def __init__(self, stack: str, opts: pulumi.ResourceOptions | None = None) -> None:
        self._stack = Stack(stack, wanted=VERSION, opts=opts)

    @property
    def outputs_version(self) -> pulumi.Output[str]:
        """The version of this contract that the stack keeps."""
        return self._stack.required("outputs_version")

    @property
    def url(self) -> pulumi.Output[str]:
        """Where the application answers."""
        return self._stack.required("url")

    @property
    def image(self) -> pulumi.Output[str]:
        """The application's image that runs, by digest where the registry is ECR."""
        return self._stack.required("image")

    @property
    def vpc_id(self) -> pulumi.Output[str]:
        """The VPC."""
        return self._stack.required("vpc_id")

    @property
    def public_subnet_ids(self) -> pulumi.Output[list[str]]:
        """Public subnets, one in each zone."""
        return self._stack.required("public_subnet_ids")

    @property
    def private_subnet_ids(self) -> pulumi.Output[list[str]]:
        """Private subnets, one in each zone, in the same order."""
        return self._stack.required("private_subnet_ids")

    @property
    def load_balancer_arn(self) -> pulumi.Output[str]:
        """The Application Load Balancer."""
        return self._stack.required("load_balancer_arn")

    @property
    def load_balancer_dns_name(self) -> pulumi.Output[str]:
        """The load balancer's own name, for alias records."""
        return self._stack.required("load_balancer_dns_name")

    @property
    def load_balancer_zone_id(self) -> pulumi.Output[str]:
        """The load balancer's hosted zone, for alias records."""
        return self._stack.required("load_balancer_zone_id")

    @property
    def load_balancer_security_group_id(self) -> pulumi.Output[str]:
        """The only group that may reach a target."""
        return self._stack.required("load_balancer_security_group_id")

    @property
    def listener_arn(self) -> pulumi.Output[str]:
        """The listener that a service's rule goes on."""
        return self._stack.required("listener_arn")

    @property
    def http_listener_arn(self) -> pulumi.Output[str]:
        """The listener on port 80."""
        return self._stack.required("http_listener_arn")

    @property
    def https_listener_arn(self) -> pulumi.Output[str | None]:
        """The listener on port 443; absent without a domain."""
        return self._stack.optional("https_listener_arn")

    @property
    def target_group_arn(self) -> pulumi.Output[str | None]:
        """The target group of the web service; absent where no listener leads to it."""
        return self._stack.optional("target_group_arn")

    @property
    def cluster_name(self) -> pulumi.Output[str]:
        """The ECS cluster's name."""
        return self._stack.required("cluster_name")

    @property
    def cluster_arn(self) -> pulumi.Output[str]:
        """The ECS cluster."""
        return self._stack.required("cluster_arn")

    @property
    def service_name(self) -> pulumi.Output[str]:
        """The web service's name."""
        return self._stack.required("service_name")

    @property
    def service_arn(self) -> pulumi.Output[str]:
        """The web service."""
        return self._stack.required("service_arn")

    @property
    def task_definition_arn(self) -> pulumi.Output[str]:
        """The task definition's revision that this `up` asked for."""
        return self._stack.required("task_definition_arn")

    @property
    def task_security_group_id(self) -> pulumi.Output[str]:
        """The tasks' security group."""
        return self._stack.required("task_security_group_id")

    @property
    def task_role_arn(self) -> pulumi.Output[str]:
        """What the application may call."""
        return self._stack.required("task_role_arn")

    @property
    def execution_role_arn(self) -> pulumi.Output[str]:
        """What the ECS agent may call to start a task."""
        return self._stack.required("execution_role_arn")

    @property
    def alarm_topic_arn(self) -> pulumi.Output[str | None]:
        """The topic that alarms and failed deployments are told to; absent without alarms."""
        return self._stack.optional("alarm_topic_arn")

    @property
    def dashboard_name(self) -> pulumi.Output[str | None]:
        """The service's dashboard in CloudWatch; absent without one."""
        return self._stack.optional("dashboard_name")

    @property
    def monthly_cost(self) -> pulumi.Output[MonthlyCost]:
        """What it costs a month without traffic: currency, total, items, assumptions."""
        return self._stack.required("monthly_cost")

    @property
    def log_group_names(self) -> pulumi.Output[list[str]]:
        """The containers' log groups."""
        return self._stack.required("log_group_names")
