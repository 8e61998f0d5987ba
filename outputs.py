"""The one typed model of what other teams may rely on: the stack's outputs, each with its meaning.

A name here is a contract. README.md's table is generated from this module (docs/generate.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a stack exports. None of it is secret."""

    url: Annotated[pulumi.Input[str], "where the application answers"]
    image: Annotated[
        pulumi.Input[str], "the application's image that runs, by digest where the registry is ECR"
    ]

    vpc_id: Annotated[pulumi.Input[str], "the VPC"]
    public_subnet_ids: Annotated[Sequence[pulumi.Input[str]], "public subnets, one in each zone"]
    private_subnet_ids: Annotated[
        Sequence[pulumi.Input[str]], "private subnets, one in each zone, in the same order"
    ]

    load_balancer_arn: Annotated[pulumi.Input[str], "the Application Load Balancer"]
    load_balancer_dns_name: Annotated[pulumi.Input[str], "the load balancer's own name, for alias records"]
    load_balancer_zone_id: Annotated[pulumi.Input[str], "the load balancer's hosted zone, for alias records"]
    load_balancer_security_group_id: Annotated[pulumi.Input[str], "the only group that may reach a target"]
    listener_arn: Annotated[pulumi.Input[str], "the listener that a service's rule goes on"]
    http_listener_arn: Annotated[pulumi.Input[str], "the listener on port 80"]
    https_listener_arn: Annotated[
        pulumi.Input[str] | None, "the listener on port 443; absent without a domain"
    ]
    target_group_arn: Annotated[pulumi.Input[str] | None, "the target group of the web service"]

    cluster_name: Annotated[pulumi.Input[str], "the ECS cluster's name"]
    cluster_arn: Annotated[pulumi.Input[str], "the ECS cluster"]
    service_name: Annotated[pulumi.Input[str], "the web service's name"]
    service_arn: Annotated[pulumi.Input[str], "the web service"]
    task_definition_arn: Annotated[
        pulumi.Input[str], "the task definition's revision that this `up` asked for"
    ]
    task_security_group_id: Annotated[pulumi.Input[str], "the tasks' security group"]
    task_role_arn: Annotated[pulumi.Input[str], "what the application may call"]
    execution_role_arn: Annotated[pulumi.Input[str], "what the ECS agent may call to start a task"]
    alarm_topic_arn: Annotated[
        pulumi.Input[str] | None,
        "the topic that alarms and failed deployments are told to; absent without alarms",
    ]
    dashboard_name: Annotated[str | None, "the service's dashboard in CloudWatch; absent without one"]
    monthly_cost: Annotated[
        Mapping[str, object],
        "what it costs a month without traffic: currency, total, items, assumptions",
    ]
    log_group_names: Annotated[Sequence[str], "the containers' log groups"]

    def export(self) -> None:
        """Make these the running stack's outputs; what is None is left out."""
        for name in described():
            value = getattr(self, name)
            if value is not None:
                pulumi.export(name, value)


def described() -> dict[str, str]:
    """What each output means, in their order."""
    return {name: hint.__metadata__[0] for name, hint in Outputs.__annotations__.items()}
