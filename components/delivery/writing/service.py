"""Cluster, service, task definitions and auto-scaling, and the roles that tasks have."""

from __future__ import annotations

from components.delivery.environment import Environment
from components.delivery.statements import ANY, allow
from components.documents import Statement

_TASKS = (
    "CreateCluster",
    "CreateService",
    "DeleteCluster",
    "DeleteService",
    "PutClusterCapacityProviders",
    "RegisterTaskDefinition",
    "RunTask",
    "StopServiceDeployment",
    "StopTask",
    "TagResource",
    "UntagResource",
    "UpdateCluster",
    "UpdateClusterSettings",
    "UpdateService",
)
_SCALING = (
    "DeleteScalingPolicy",
    "DeleteScheduledAction",
    "DeregisterScalableTarget",
    "PutScalingPolicy",
    "PutScheduledAction",
    "RegisterScalableTarget",
    "UntagResource",
)
_ROLES = (
    "DeleteRole",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateRole",
    "UpdateRoleDescription",
)
_BOUNDED = ("CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "UpdateAssumeRolePolicy")
_PASSED_TO = ("ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "vpc-flow-logs.amazonaws.com")
_SERVICE_LINKED = (
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "wafv2.amazonaws.com",
)
_OF_ECS = "AmazonECSInfrastructureRolePolicyForLoadBalancers"


def service(environment: Environment) -> list[Statement]:
    """ECS by the names that the program gives, auto-scaling by the environment's tags."""
    scaling = "application-autoscaling"
    targets = environment.arns(scaling, "scalable-target/*")
    new = ("RegisterScalableTarget", "TagResource")
    return [
        allow("Tasks", "ecs", _TASKS, environment.tasks),
        # AWS knows no narrower one.
        allow("OldRevisions", "ecs", ("DeregisterTaskDefinition",), ANY),
        allow("NewScaling", scaling, new, targets, environment.new),
        allow("OwnScaling", scaling, _SCALING, targets, environment.own),
    ]


def roles(environment: Environment) -> list[Statement]:
    """The program's roles, each under the boundary, and what they are passed to.

    Who may write a role's policies, or say who takes it, may do whatever that role may. So a role is made,
    and both are written, only while the boundary holds it, and nothing here takes the boundary off (IAM User
    Guide, "Permissions boundaries for IAM entities").
    """
    context, own = environment.context, environment.roles
    bounded = {"iam:PermissionsBoundary": environment.boundary}
    of_ecs = f"arn:{context.partition}:iam::aws:policy/{_OF_ECS}"
    linked = context.arn("iam", "role/aws-service-role/*", region="")
    return [
        allow("Roles", "iam", _ROLES, own),
        allow("BoundedRoles", "iam", _BOUNDED, own, {"StringEquals": bounded}),
        allow(
            "AttachToRoles",
            "iam",
            ("AttachRolePolicy",),
            own,
            {"StringEquals": bounded, "ArnEquals": {"iam:PolicyARN": of_ecs}},
        ),
        allow("PassRoles", "iam", ("PassRole",), own, {"StringEquals": {"iam:PassedToService": _PASSED_TO}}),
        # AWS's services make roles for themselves when an account uses them for the first time.
        allow(
            "ServiceLinkedRoles",
            "iam",
            ("CreateServiceLinkedRole",),
            (linked,),
            {"StringEquals": {"iam:AWSServiceName": _SERVICE_LINKED}},
        ),
    ]
