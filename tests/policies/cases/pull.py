"""Who may pull images."""

import json
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import (
    ACCOUNT,
    ATTACHMENT,
    CONTAINERS,
    REPOSITORY,
    REPOSITORY_POLICY,
    ROLE_POLICY,
    TASK,
    Web,
    allow,
    document,
    resource,
)

TASK_ROLE = "iam.task-role-pulls-images"
EXECUTION = "iam.execution-role-pull"
OTHER = "iam.other-role-pulls-images"
BOTH = "iam.one-role-for-both"

TOKEN = allow("ecr:GetAuthorizationToken")
LAYERS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
ELSEWHERE = f"arn:aws:iam::{ACCOUNT}:role/elsewhere"
DENY = {"Effect": "Deny", "Resource": "*"}
PUBLIC = [{"name": "nginx", "image": "public.ecr.aws/nginx/nginx:1.29.3"}]


def on_task_role(says: str, *statements: dict[str, Any], **expected: Any) -> tuple[Case, ...]:
    return on_web(TASK_ROLE, says, lambda web: [web.on_role(web.task_role, *statements)], **expected)


def on_execution_role(says: str, *statements: dict[str, Any], **expected: Any) -> tuple[Case, ...]:
    return on_web(
        EXECUTION,
        says,
        lambda web: [web.on_role(web.execution_role, *statements, name="execution-policy")],
        **expected,
    )


def definition(web: Web, **properties: Any) -> Resource:
    return resource(TASK, "task-definition", {**web.definition.properties, **properties})


def repository_policy(says: str, statement: dict[str, Any], **expected: Any) -> tuple[Case, ...]:
    policy = resource(REPOSITORY_POLICY, "repository", {"policy": document(statement)})
    return on_web(TASK_ROLE, says, lambda _: [policy], **expected)


FIRST = (("extra", "policy.Statement[0]"),)
SECOND = (("execution-policy", "policy.Statement[1]"),)
IN_REPOSITORY = (("repository", "policy.Statement[0]"),)

OF_TASK_ROLES = (
    *on_web(TASK_ROLE, "takes a task role without permissions", lambda _: []),
    *on_task_role(
        "finds every ECR action", allow("ecr:*"), finds=FIRST, told=("web-task", "ecr:BatchGetImage")
    ),
    *on_task_role("finds every action", allow("*"), finds=FIRST),
    *on_task_role("finds a wildcard in any case", allow("ECR:batchGET*", REPOSITORY), finds=FIRST),
    *on_task_role(
        "finds a wildcard for one character",
        allow("ecr:GetDownloadUrlForLaye?", "arn:aws:ecr:*:*:repository/*"),
        finds=FIRST,
    ),
    *on_task_role("finds the log-in", allow(["s3:GetObject", TOKEN["Action"]]), finds=FIRST),
    *on_task_role("finds all but some actions", {"NotAction": "s3:*", "Resource": "*"}, finds=FIRST),
    *on_task_role(
        "finds all but some resources",
        {"Action": "ecr:BatchGetImage", "NotResource": "arn:aws:s3:::bucket"},
        finds=FIRST,
    ),
    *on_task_role(
        "finds a pull under a condition",
        allow("ecr:BatchGetImage", REPOSITORY, Condition={"Bool": {"aws:SecureTransport": "true"}}),
        finds=FIRST,
    ),
    *on_task_role("takes other permissions", allow("s3:GetObject", "arn:aws:s3:::bucket/*")),
    *on_task_role("takes a look at images' descriptions", allow("ecr:DescribeImages", REPOSITORY)),
    *on_task_role("takes every action on other resources", allow("*", "arn:aws:s3:::bucket/*")),
    *on_task_role("takes all but ECR", {"NotAction": "ecr:*", "Resource": "*"}),
    *on_task_role("takes a pull that is denied", allow("ecr:*"), {**DENY, "Action": "ecr:*"}),
    *on_task_role(
        "finds a pull of which a part is denied",
        allow("ecr:BatchGetImage"),
        {**DENY, "Action": "ecr:*", "Resource": REPOSITORY},
        finds=FIRST,
    ),
    *on_web(
        TASK_ROLE,
        "takes an AWS-managed policy without a pull",
        lambda _: [
            resource(
                ATTACHMENT,
                "x",
                {"role": "web-task", "policyArn": "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"},
            )
        ],
    ),
    *repository_policy(
        "finds a repository that lets everyone in",
        {"Principal": "*", "Action": "ecr:BatchGetImage"},
        finds=IN_REPOSITORY,
        told=("web-task",),
    ),
    *repository_policy(
        "finds a repository that lets all but some in",
        {"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}, "NotAction": "ecr:PutImage"},
        finds=IN_REPOSITORY,
    ),
    *repository_policy(
        "finds a repository that names the task role",
        {
            "Principal": {"aws": [f"arn:aws:iam::{ACCOUNT}:role/services/web-task"]},
            "Action": "ecr:GetDownloadUrlForLayer",
        },
        finds=IN_REPOSITORY,
    ),
    *repository_policy(
        "takes a repository that lets the execution role in",
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/web-execution"}, "Action": "ecr:BatchGetImage"},
    ),
    *repository_policy(
        "takes a repository that lets a service in",
        {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "ecr:*"},
    ),
    *repository_policy(
        "takes a repository that keeps everyone out",
        {"Principal": "*", "Action": "ecr:BatchGetImage", "Effect": "Deny"},
    ),
    *repository_policy(
        "takes a repository that lets everyone look", {"Principal": "*", "Action": "ecr:DescribeImages"}
    ),
    *on_web(
        TASK_ROLE,
        "is unsure of a repository's policy that isn't known",
        lambda _: [resource(REPOSITORY_POLICY, "repository", {"policy": UNKNOWN})],
        unsure=(("repository", "policy"),),
    ),
    *on_web(
        TASK_ROLE,
        "is unsure of a document that isn't known",
        lambda web: [resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": UNKNOWN})],
        unsure=(("extra", "policy"),),
    ),
    *on_web(
        TASK_ROLE,
        "is unsure of a document that isn't JSON",
        lambda web: [resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": "{"})],
        unsure=(("extra", "policy"),),
        malformed=True,
    ),
    *on_web(
        TASK_ROLE,
        "is unsure of a role that isn't known",
        lambda web: [definition(web, taskRoleArn=UNKNOWN, executionRoleArn=None)],
        unsure=(("task-definition", "taskRoleArn"),),
    ),
    *on_web(
        TASK_ROLE,
        "is unsure of a role of another stack",
        lambda web: [definition(web, taskRoleArn=ELSEWHERE)],
        unsure=(("task-definition", "taskRoleArn"),),
        told=(ELSEWHERE, "outside_roles"),
    ),
    *on_web(
        TASK_ROLE,
        "takes a role of another stack that the config names",
        lambda web: [definition(web, taskRoleArn=ELSEWHERE)],
        options={"outside_roles": [ELSEWHERE]},
    ),
)


def wider(says: str, resources: Any) -> tuple[Case, ...]:
    return on_execution_role(says, TOKEN, allow(LAYERS, resources), finds=SECOND)


def cache_policy(web: Web) -> list[Resource]:
    more = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/cache"
    return [
        web.on_role(web.execution_role, TOKEN, allow(LAYERS, [REPOSITORY, more]), name="execution-policy")
    ]


def worker(web: Web) -> Resource:
    image = str(CONTAINERS[0]["image"]).replace("/web", "/worker")
    return resource(
        TASK,
        "worker",
        {
            "containerDefinitions": json.dumps([{"name": "w", "image": image}]),
            "executionRoleArn": web.reference(web.execution_role),
        },
        executionRoleArn=web.execution_role,
    )


def lonely(containers: Any, **properties: Any) -> Resource:
    """A task without roles."""
    return resource(TASK, "lonely", {"containerDefinitions": json.dumps(containers), **properties})


def images_unreadable(says: str, containers: Any, path: str, **more: Any) -> tuple[Case, ...]:
    return on_web(
        EXECUTION,
        f"is unsure of {says}",
        lambda web: [web.with_containers(containers)],
        unsure=(("task-definition", path),),
        **more,
    )


OF_EXECUTION_ROLES = (
    *on_web(EXECUTION, "takes exactly the pull of the task's images", lambda _: []),
    *wider("finds a pull from everywhere", "*"),
    *wider("finds a pull from every repository", "arn:aws:ecr:*:*:repository/*"),
    *wider("finds a pull from repositories with the same beginning", f"{REPOSITORY}*"),
    *wider("finds a pull from one more repository", [REPOSITORY, f"{REPOSITORY}-admin"]),
    *on_web(
        EXECUTION,
        "finds AWS's own policy for execution roles, which pulls from everywhere",
        lambda _: [
            resource(
                ATTACHMENT,
                "attachment",
                {
                    "role": "web-execution",
                    "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
                },
            )
        ],
        finds=(("attachment", "policyArn.Statement[0]"),),
    ),
    *on_execution_role(
        "finds an ECR action that no pull needs",
        TOKEN,
        allow([*LAYERS, "ecr:PutImage"], REPOSITORY),
        finds=SECOND,
        told=("may call ecr:PutImage on",),
    ),
    *on_execution_role(
        "takes the import of an upstream's image into the task's repository",
        TOKEN,
        allow([*LAYERS, "ecr:BatchImportUpstreamImage"], REPOSITORY),
    ),
    *on_execution_role(
        "finds a role that can't log in",
        allow(LAYERS, REPOSITORY),
        finds=(("execution", "pull"),),
        told=("ecr:GetAuthorizationToken",),
    ),
    *on_execution_role(
        "finds a role that can't read layers",
        TOKEN,
        allow(LAYERS[:1], REPOSITORY),
        finds=(("execution", f"pull[{REPOSITORY}]"),),
        told=("may not call ecr:GetDownloadUrlForLayer",),
    ),
    *on_execution_role(
        "finds a pull that is denied again",
        TOKEN,
        allow(LAYERS, REPOSITORY),
        {**DENY, "Action": "ecr:Batch*"},
        finds=(("execution", f"pull[{REPOSITORY}]"),),
        told=("may not call ecr:BatchGetImage",),
    ),
    *on_web(
        EXECUTION,
        "finds a pull and a log-in of a task with public images only",
        lambda web: [web.with_containers(PUBLIC)],
        finds=(("execution-policy", "policy.Statement[0]"), *SECOND),
        told=("none, as no image of its tasks is in ECR",),
    ),
    *on_web(EXECUTION, "finds one more repository", cache_policy, finds=SECOND),
    *on_web(
        EXECUTION,
        "takes one more repository that the config names",
        cache_policy,
        options={"extra_repositories": [f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/cache"]},
    ),
    *on_web(
        EXECUTION,
        "finds that a role of two tasks lacks an image of one",
        lambda web: [worker(web)],
        finds=(("execution", f"pull[{REPOSITORY.replace('/web', '/worker')}]"),),
    ),
    *on_web(
        EXECUTION,
        "finds a task with an image in ECR and no execution role",
        lambda _: [lonely(CONTAINERS, requiresCompatibilities=["FARGATE"])],
        finds=(("lonely", "executionRoleArn"),),
    ),
    *on_web(
        EXECUTION,
        "takes a task with public images and no execution role",
        lambda _: [lonely(PUBLIC, requiresCompatibilities=["FARGATE"])],
    ),
    *on_web(EXECUTION, "takes an instance that pulls with its own role", lambda _: [lonely(CONTAINERS)]),
    *on_web(
        EXECUTION,
        "finds an image in ECR without execution role where it isn't known what runs it",
        lambda _: [lonely(CONTAINERS, requiresCompatibilities=UNKNOWN)],
        finds=(("lonely", "executionRoleArn"),),
        unsure=(("lonely", "requiresCompatibilities"),),
    ),
    *images_unreadable("containers that aren't known", UNKNOWN, "containerDefinitions"),
    *images_unreadable("containers that aren't JSON", "{", "containerDefinitions", malformed=True),
    *images_unreadable("no containers", [], "containerDefinitions", malformed=True),
    *images_unreadable(
        "a container without an image",
        [{"name": "rails"}],
        "containerDefinitions[rails].image",
        malformed=True,
    ),
    *on_web(
        EXECUTION,
        "is unsure of a document that isn't known",
        lambda web: [resource(ROLE_POLICY, "execution-policy", {"role": "web-execution", "policy": UNKNOWN})],
        unsure=(("execution-policy", "policy"),),
    ),
    *on_web(
        EXECUTION,
        "is unsure of a role that isn't known",
        lambda web: [definition(web, taskRoleArn=None, executionRoleArn=UNKNOWN)],
        unsure=(("task-definition", "executionRoleArn"),),
    ),
    *on_web(
        EXECUTION,
        "is unsure of a role of another stack",
        lambda web: [definition(web, executionRoleArn=ELSEWHERE)],
        unsure=(("task-definition", "executionRoleArn"),),
    ),
    *on_web(
        EXECUTION,
        "takes a role of another stack that the config names",
        lambda web: [definition(web, executionRoleArn=ELSEWHERE)],
        options={"outside_roles": [ELSEWHERE]},
    ),
)


CASES = (*OF_TASK_ROLES, *OF_EXECUTION_ROLES)
