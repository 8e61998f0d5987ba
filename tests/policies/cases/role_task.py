"""Administrators and AWS's own policies on the roles of tasks."""

from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import (
    ACCOUNT,
    ATTACHMENT,
    ROLE,
    ROLE_POLICY,
    TASK,
    allow,
    document,
    resource,
)

ADMINISTRATOR = "role.administrator"
MANAGED = "role.task-role-managed-policy"
TRUST = "role.task-role-trust"

CLUSTER = "aws:ecs/cluster:Cluster"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
UNKNOWN_ROLES = resource(TASK, "task-definition", {"taskRoleArn": UNKNOWN, "executionRoleArn": UNKNOWN})
BAD_POLICY = resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": "{"})
FIRST = (("extra", "policy.Statement[0]"),)
DENY = {"Effect": "Deny", "Resource": "*"}


def attached(name: str, role: str = "web-task", account: str = "aws") -> Resource:
    arn = f"arn:aws:iam::{account}:policy/{name}"
    return resource(ATTACHMENT, "attachment", {"role": role, "policyArn": arn})


def administrator(says: str, *statements: dict[str, Any], **expected: Any) -> tuple[Case, ...]:
    return on_web(ADMINISTRATOR, says, lambda web: [web.on_role(web.task_role, *statements)], **expected)


AT_TASK_ROLE = (("task-definition", "taskRoleArn"),)

OF_ADMINISTRATORS = (
    *on_web(ADMINISTRATOR, "takes roles with a few permissions", lambda _: []),
    *administrator(
        "finds every action on every resource",
        allow("*"),
        finds=AT_TASK_ROLE,
        told=("the task role web-task may call every action, or nearly: extra (policy.Statement[0])",),
    ),
    *administrator("finds all but some actions", {"NotAction": "iam:*", "Resource": "*"}, finds=AT_TASK_ROLE),
    *administrator("takes every action on a bucket", allow("*", "arn:aws:s3:::bucket/*")),
    *administrator("takes every action of a service", allow("s3:*")),
    *administrator("takes what is denied again", allow("*"), {**DENY, "NotAction": "s3:GetObject"}),
    *on_web(
        ADMINISTRATOR,
        "finds AWS's policy for administrators on an execution role",
        lambda _: [attached("AdministratorAccess", role="web-execution")],
        finds=(("task-definition", "executionRoleArn"),),
        told=("the execution role web-execution may call every action",),
    ),
    *on_web(
        ADMINISTRATOR,
        "is unsure of roles that aren't known",
        lambda _: [UNKNOWN_ROLES],
        unsure=(*AT_TASK_ROLE, ("task-definition", "executionRoleArn")),
    ),
    *on_web(
        ADMINISTRATOR,
        "is unsure of a document that isn't JSON",
        lambda _: [BAD_POLICY],
        unsure=(("extra", "policy"),),
        malformed=True,
    ),
)


def managed(says: str, *more: Resource, **expected: Any) -> tuple[Case, ...]:
    return on_web(MANAGED, says, lambda _: more, **expected)


OF_MANAGED = (
    *managed("takes a task role without AWS's policies"),
    *managed("takes a policy whose actions take no resource", attached("AWSXRayDaemonWriteAccess")),
    *managed(
        "finds a policy for every bucket",
        attached("AmazonS3ReadOnlyAccess"),
        finds=(("attachment", "policyArn"),),
        told=("AmazonS3ReadOnlyAccess lets the task role web-task call, among others, s3:Get",),
    ),
    *on_web(
        MANAGED,
        "finds a policy that the role itself names",
        lambda web: [
            resource(
                ROLE,
                "task",
                {
                    **web.task_role.properties,
                    "managedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"],
                },
            )
        ],
        finds=(("task", "managedPolicyArns[AmazonSQSFullAccess]"),),
    ),
    *managed(
        "leaves the execution role to other rules", attached("AmazonSQSFullAccess", role="web-execution")
    ),
    *managed("leaves an administrator to the rule about them", attached("PowerUserAccess")),
    *managed(
        "is unsure of a policy of AWS's that the pack doesn't know",
        attached("OfTomorrow"),
        unsure=(("attachment", "policyArn"),),
        malformed=True,
    ),
    *managed(
        "is unsure of a policy of another stack",
        attached("shared", account=ACCOUNT),
        unsure=(("attachment", "policyArn"),),
    ),
    *managed("leaves other documents that can't be read to other rules", BAD_POLICY),
    *managed("is unsure of roles that aren't known", UNKNOWN_ROLES, unsure=AT_TASK_ROLE),
)


def trusting(says: str, policy: Any, **expected: Any) -> tuple[Case, ...]:
    """A task role with that trust, as a document or as a principal."""
    trust = policy
    if isinstance(policy, dict):
        trust = document({"Action": "sts:AssumeRole", "Principal": policy})
    return on_web(
        TRUST,
        says,
        lambda web: [resource(ROLE, "task", {**web.task_role.properties, "assumeRolePolicy": trust})],
        **expected,
    )


AT_TRUST = (("task", "assumeRolePolicy"),)
OF_TRUST = (
    *trusting("takes a role that trusts ECS's tasks", {"Service": ["ecs-tasks.amazonaws.com"]}),
    *trusting(
        "leaves others besides to the rule about trust", {"Service": ["ecs-tasks.amazonaws.com", "ec2"]}
    ),
    *trusting(
        "finds a role that trusts ECS's own service, which tasks aren't",
        {"Service": "ecs.amazonaws.com"},
        finds=AT_TRUST,
        told=("ECS can't take over the task role web-task, which trusts ecs.amazonaws.com",),
    ),
    *trusting(
        "finds a role that lets ECS tag a session and not begin one",
        document({"Action": "sts:TagSession", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}),
        finds=AT_TRUST,
    ),
    *trusting("is unsure of a trust that isn't known", UNKNOWN, unsure=AT_TRUST),
    *trusting("is unsure of a trust that isn't JSON", "{", unsure=AT_TRUST, malformed=True),
    *on_web(TRUST, "is unsure of roles that aren't known", lambda _: [UNKNOWN_ROLES], unsure=AT_TASK_ROLE),
)

CASES = (*OF_ADMINISTRATORS, *OF_MANAGED, *OF_TRUST)
