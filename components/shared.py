"""What a service needs of a network, a cluster and a load balancer that stand in another stack.

A program that builds on another stack's outputs gives these to a service, in place of the components that
made them there. Outputs of a stack reference are known at preview.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi

from components.claims import Claims
from components.priorities import ListenerRules
from components.roles import ExecAudit


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedNetwork:
    """A network whose private subnets reach what a task calls: the internet, or endpoints for all of it.

    Which of the two isn't known here. Without NAT an image of a public registry fails only when tasks start.
    """

    vpc_id: pulumi.Input[str]
    private_subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    ready: Sequence[pulumi.Resource] = ()
    """This stack's own resources that a task waits for, such as an endpoint that it adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCluster:
    """A Fargate cluster. Its own stack hears of failed deployments of every service in it."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    audit: ExecAudit | None = None
    """Where sessions into containers are recorded, if the cluster allows any."""
    audited: Sequence[pulumi.Resource] = ()
    ready: Sequence[pulumi.Resource] = ()
    claims: Claims = field(default_factory=Claims)
    """Families and log groups of this stack's services so far; those of others have other names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLoadBalancer:
    """An Application Load Balancer, and the one listener of it that this stack's rules go on."""

    arn: pulumi.Input[str]
    listener_arn: pulumi.Input[str]
    security_group_id: pulumi.Input[str]
    """Its own group, which gets a rule that leads to the tasks."""
    rules: ListenerRules = field(default_factory=ListenerRules)
    """This stack's own so far. AWS refuses a priority that a rule of another stack has."""
