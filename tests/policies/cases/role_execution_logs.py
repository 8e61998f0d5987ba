"""The logs that an execution role writes for its tasks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, ATTACHMENT, IMAGE, TASK, Web, allow, resource

RULE = "role.execution-logs"

PLACE = (("task-definition", "containerDefinitions[rails].logConfiguration.options[awslogs-group]"),)
WRITE = ["logs:CreateLogStream", "logs:PutLogEvents"]
READ = allow("logs:GetLogEvents")
PLATFORM = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def group(name: str = "/web") -> str:
    return f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}:*"


def logging(driver: Any = "awslogs", **options: Any) -> dict[str, Any]:
    given = {"awslogs-group": "/web", **{key.replace("_", "-"): it for key, it in options.items()}}
    return {
        "name": "rails",
        "image": IMAGE,
        "logConfiguration": {"logDriver": driver, "options": {k: it for k, it in given.items() if it}},
    }


def execution(
    container: Any, *statements: dict[str, Any], more: Callable[[Web], list[Resource]] = lambda _: []
) -> Callable[[Web], list[Resource]]:
    """The task with this container, and the execution role with these statements."""

    def spoil(web: Web) -> list[Resource]:
        policy = web.on_role(web.execution_role, *statements, name="execution-policy")
        return [web.with_containers(container if container is UNKNOWN else [container]), policy, *more(web)]

    return spoil


def on_instances(web: Web) -> list[Resource]:
    task = web.with_containers([logging()])
    return [replace(task, properties={**task.properties, "requiresCompatibilities": ["EC2"]})]


def without_role(web: Web) -> list[Resource]:
    task = web.with_containers([logging()])
    properties = {key: it for key, it in task.properties.items() if key != "executionRoleArn"}
    return [resource(TASK, task.name, properties)]


CASES = (
    *on_web(
        RULE, "takes a role that may write its tasks' group", execution(logging(), allow(WRITE, group()))
    ),
    *on_web(
        RULE,
        "finds a role that may write another group only",
        execution(logging(), allow(WRITE, group("/other"))),
        finds=PLACE,
        told=("web-execution may not call logs:CreateLogStream, logs:PutLogEvents on /web",),
    ),
    *on_web(
        RULE,
        "finds a role that may do one half of it",
        execution(logging(), allow(WRITE[0], group())),
        finds=PLACE,
        told=("may not call logs:PutLogEvents on /web",),
    ),
    *on_web(
        RULE,
        "finds a role that is denied to write",
        execution(logging(), allow(WRITE, "*"), {"Effect": "Deny", "Action": "logs:*", "Resource": "*"}),
        finds=PLACE,
    ),
    *on_web(
        RULE,
        "takes a role with AWS's policy for the agent",
        execution(
            logging(),
            allow("ecr:GetAuthorizationToken"),
            more=lambda web: [
                resource(
                    ATTACHMENT,
                    "platform",
                    {"role": web.reference(web.execution_role), "policyArn": PLATFORM},
                    role=web.execution_role,
                )
            ],
        ),
    ),
    *on_web(
        RULE,
        "finds a role that may write and not create the group that its driver creates",
        execution(logging(awslogs_create_group="true"), allow(WRITE, group())),
        finds=PLACE,
        told=("may not call logs:CreateLogGroup on /web",),
    ),
    *on_web(
        RULE,
        "takes a role that may create it",
        execution(logging(awslogs_create_group="true"), allow([*WRITE, "logs:CreateLogGroup"], group())),
    ),
    *on_web(RULE, "takes another driver", execution(logging("splunk"), READ)),
    *on_web(
        RULE,
        "leaves a group that isn't set to the rule about logs",
        execution(logging(awslogs_group=""), READ),
    ),
    *on_web(
        RULE,
        "takes tasks on instances, whose driver has the instance's role",
        lambda web: [*execution(logging(), READ)(web), *on_instances(web)],
    ),
    *on_web(
        RULE,
        "finds a task without an execution role",
        without_role,
        finds=PLACE,
        told=("without an execution role nothing may call logs:CreateLogStream, logs:PutLogEvents on /web",),
    ),
    *on_web(
        RULE,
        "is unsure of containers that aren't known",
        execution(UNKNOWN, READ),
        unsure=(("task-definition", "containerDefinitions"),),
    ),
    *on_web(
        RULE,
        "is unsure of containers that are no JSON",
        lambda web: [web.with_containers("{")],
        unsure=(("task-definition", "containerDefinitions"),),
        malformed=True,
    ),
    *on_web(
        RULE,
        "is unsure of a role's document that isn't known",
        lambda web: [
            web.with_containers([logging()]),
            resource(
                web.execution_policy.type,
                "execution-policy",
                {"role": web.reference(web.execution_role), "policy": UNKNOWN},
                role=web.execution_role,
            ),
        ],
        unsure=(("execution-policy", "policy"),),
    ),
    *on_web(
        RULE,
        "is unsure of a role that isn't known",
        lambda _: [resource(TASK, "task-definition", {"executionRoleArn": UNKNOWN})],
        unsure=(("task-definition", "executionRoleArn"),),
    ),
)
