"""The one typed model of what other teams may rely on: the stack's outputs, each with its meaning.

A name here is a contract with a version. docs/generate.py makes README.md's table of it, and the JSON Schema
and the typed class in reader/, which other teams install.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, get_args

import pulumi
from ecs_policies.checks.cost import MonthlyCost

VERSION = "1.0.0"
"""Of the contract, by semantic versioning. Minor: a new output, or an optional one that is always there from
now on. Major, because readers break: an output that is taken away, renamed, retyped, or may be absent now.
docs/generate.py refuses a version that says less than its change does (docs/compatibility.py)."""


# The account and the ids are those of AWS's own documentation.
_LOAD_BALANCING = "arn:aws:elasticloadbalancing:us-east-1:111122223333"
_ECS = "arn:aws:ecs:us-east-1:111122223333"
_IAM = "arn:aws:iam::111122223333"
_MONTHLY_COST: MonthlyCost = {
    "currency": "USD",
    "total": 16.43,
    "items": [{"name": "Application Load Balancer", "quantity": "1", "dollars": 16.43}],
    "assumptions": ["no traffic"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a stack exports, each with its meaning and an example. None of it is secret.

    With the examples the policies' gate answers for a stack that it can't read.
    """

    outputs_version: Annotated[str, "the version of this contract that the stack keeps", VERSION] = VERSION

    url: Annotated[pulumi.Input[str], "where the application answers", "https://www.example.com"]
    image: Annotated[
        pulumi.Input[str],
        "the application's image that runs, by digest where the registry is ECR",
        f"111122223333.dkr.ecr.us-east-1.amazonaws.com/web-application/rails@sha256:{'0' * 64}",
    ]

    vpc_id: Annotated[pulumi.Input[str], "the VPC", "vpc-1234567890abcdef0"]
    public_subnet_ids: Annotated[
        Sequence[pulumi.Input[str]],
        "public subnets, one in each zone",
        ["subnet-11111111111111111", "subnet-22222222222222222"],
    ]
    private_subnet_ids: Annotated[
        Sequence[pulumi.Input[str]],
        "private subnets, one in each zone, in the same order",
        ["subnet-33333333333333333", "subnet-44444444444444444"],
    ]

    load_balancer_arn: Annotated[
        pulumi.Input[str],
        "the Application Load Balancer",
        f"{_LOAD_BALANCING}:loadbalancer/app/web/50dc6c495c0c9188",
    ]
    load_balancer_dns_name: Annotated[
        pulumi.Input[str],
        "the load balancer's own name, for alias records",
        "web-1234567890.us-east-1.elb.amazonaws.com",
    ]
    load_balancer_zone_id: Annotated[
        pulumi.Input[str], "the load balancer's hosted zone, for alias records", "Z35SXDOTRQ7X7K"
    ]
    load_balancer_security_group_id: Annotated[
        pulumi.Input[str], "the only group that may reach a target", "sg-11111111111111111"
    ]
    listener_arn: Annotated[
        pulumi.Input[str],
        "the listener that a service's rule goes on",
        f"{_LOAD_BALANCING}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2",
    ]
    http_listener_arn: Annotated[
        pulumi.Input[str],
        "the listener on port 80",
        f"{_LOAD_BALANCING}:listener/app/web/50dc6c495c0c9188/0467ef3c8400ae65",
    ]
    https_listener_arn: Annotated[
        pulumi.Input[str] | None,
        "the listener on port 443; absent without a domain",
        f"{_LOAD_BALANCING}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2",
    ]
    target_group_arn: Annotated[
        pulumi.Input[str] | None,
        "the target group of the web service; absent where no listener leads to it",
        f"{_LOAD_BALANCING}:targetgroup/web/73e2d6bc24d8a067",
    ]

    cluster_name: Annotated[pulumi.Input[str], "the ECS cluster's name", "web-application-prod-web"]
    cluster_arn: Annotated[pulumi.Input[str], "the ECS cluster", f"{_ECS}:cluster/web-application-prod-web"]
    service_name: Annotated[pulumi.Input[str], "the web service's name", "web-1234567"]
    service_arn: Annotated[
        pulumi.Input[str],
        "the web service",
        f"{_ECS}:service/web-application-prod-web/web-1234567",
    ]
    task_definition_arn: Annotated[
        pulumi.Input[str],
        "the task definition's revision that this `up` asked for",
        f"{_ECS}:task-definition/web-application-prod-web:1",
    ]
    task_security_group_id: Annotated[pulumi.Input[str], "the tasks' security group", "sg-22222222222222222"]
    task_role_arn: Annotated[
        pulumi.Input[str],
        "what the application may call",
        f"{_IAM}:role/web-application-prod-web-task",
    ]
    execution_role_arn: Annotated[
        pulumi.Input[str],
        "what the ECS agent may call to start a task",
        f"{_IAM}:role/web-application-prod-web-execution",
    ]
    alarm_topic_arn: Annotated[
        pulumi.Input[str] | None,
        "the topic that alarms and failed deployments are told to; absent without alarms",
        "arn:aws:sns:us-east-1:111122223333:web-application-prod-web-alarms",
    ]
    dashboard_name: Annotated[
        str | None,
        "the service's dashboard in CloudWatch; absent without one",
        "web-application-prod-web",
    ]
    monthly_cost: Annotated[
        MonthlyCost,
        "what it costs a month without traffic: currency, total, items, assumptions",
        _MONTHLY_COST,
    ]
    log_group_names: Annotated[
        Sequence[str],
        "the containers' log groups",
        ["web-application-prod-web-application", "web-application-prod-web-sidecars"],
    ]

    def export(self) -> None:
        """Make these the running stack's outputs; what is None is left out."""
        for name in described():
            value = getattr(self, name)
            if value is not None:
                pulumi.export(name, value)


def described() -> dict[str, str]:
    """What each output means, in their order."""
    return {it.name: get_args(it.type)[1] for it in fields(Outputs)}
