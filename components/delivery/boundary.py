"""The most that a role of the program may ever do, whatever its own policies say: a permissions boundary.

It grants nothing. A role may do what both it and the role's policies allow (IAM User Guide, "Permissions
boundaries for IAM entities").
"""

from __future__ import annotations

from components.delivery.environment import Environment
from components.delivery.statements import ANY, allow, with_resources
from components.documents import Statement

_PULL = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
_LOGS = ("CreateLogStream", "DescribeLogStreams", "PutLogEvents")
_SESSIONS = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
# How ECS moves traffic between two target groups: AmazonECSInfrastructureRolePolicyForLoadBalancers.
_SHIFT = ("DeregisterTargets", "ModifyListener", "ModifyRule", "RegisterTargets")
_SHIFT_LOOKS = ("DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth")
_GRANTED = {
    "s3": ("AbortMultipartUpload", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
    "sns": ("Publish",),
    "sqs": (
        "ChangeMessageVisibility",
        "DeleteMessage",
        "GetQueueAttributes",
        "GetQueueUrl",
        "ReceiveMessage",
        "SendMessage",
    ),
    "kms": ("Decrypt", "GenerateDataKey"),
    "elasticfilesystem": ("ClientMount", "ClientWrite"),
}
"""What components/grants.py knows to grant, and the keys of secrets."""


def boundary(environment: Environment) -> list[Statement]:
    """What starting a task, writing its logs, a session into it and a shift of its traffic need.

    Beyond that the application reaches what `environment.reach` names. Nothing of IAM or STS is in it, so no
    role of the program ever gets hold of another.
    """
    key = {"ForAnyValue:StringLike": {"kms:ResourceAliases": f"alias/{environment.name}"}}
    balancing = "elasticloadbalancing"
    kinds = environment.arns(balancing, "targetgroup/*", "listener/app/*", "listener-rule/app/*")
    streams = tuple(f"{it}:*" for it in environment.log_groups)
    return with_resources(
        [
            allow("LogInToEcr", "ecr", ("GetAuthorizationToken",), ANY),
            allow("PullImages", "ecr", _PULL, environment.images),
            allow("FindLogs", "logs", ("DescribeLogGroups",), ANY),
            allow("WriteLogs", "logs", _LOGS, (*environment.log_groups, *streams)),
            allow("ReadSecrets", "secretsmanager", ("GetSecretValue",), environment.secrets),
            allow("Sessions", "ssmmessages", _SESSIONS, ANY),
            allow("SessionKey", "kms", ("Decrypt",), environment.arns("kms", "key/*"), key),
            allow("ShiftLooks", balancing, _SHIFT_LOOKS, ANY),
            allow("Shift", balancing, _SHIFT, kinds, environment.own),
            *(
                allow(f"Granted{service.capitalize()}", service, calls, environment.reached(service))
                for service, calls in _GRANTED.items()
            ),
        ]
    )
