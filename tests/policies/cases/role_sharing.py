"""Roles that do for more than one."""

import json
from collections.abc import Callable
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, CONTAINERS, IMAGE, TASK, Web, resource

RULE = "role.shared-by-families"
BOTH = "iam.one-role-for-both"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-AbCdEf"
ELSEWHERE = f"arn:aws:iam::{ACCOUNT}:role/elsewhere"
OTHER_IMAGE = [{"name": "worker", "image": IMAGE.replace("/web", "/worker")}]
RELEASE = [{"name": "rails", "image": IMAGE, "command": ["bin/rails", "db:migrate"]}]
NEWER = [{"name": "rails", "image": IMAGE.replace("0" * 64, "1" * 64)}]
WITH_SECRET = [{"name": "rails", "image": IMAGE, "secrets": [{"name": "DB", "valueFrom": SECRET}]}]


def worker(
    web: Web, *, family: Any = "worker", containers: Any = CONTAINERS, roles: tuple[str, ...] = ()
) -> Resource:
    """A second task definition, with these of the first one's roles."""
    of_web = {"taskRoleArn": web.task_role, "executionRoleArn": web.execution_role}
    text = containers if containers is UNKNOWN or isinstance(containers, str) else json.dumps(containers)
    properties = {"family": family, "containerDefinitions": text}
    return resource(
        TASK,
        "worker",
        {**properties, **{name: web.reference(of_web[name]) for name in roles}},
        **{name: of_web[name] for name in roles},
    )


def with_worker(says: str, *roles: str, expected: Any = None, **of_worker: Any) -> tuple[Case, ...]:
    return on_web(RULE, says, lambda web: [worker(web, roles=roles, **of_worker)], **(expected or {}))


def by_arn(name: str, arn: Any, says: str, **expected: Any) -> tuple[Case, ...]:
    """Both tasks with one role that stands elsewhere."""

    first = {"family": "web", "containerDefinitions": json.dumps(CONTAINERS), name: arn}
    second = {"family": "worker", "containerDefinitions": json.dumps(OTHER_IMAGE), name: arn}
    tasks = [resource(TASK, "task-definition", first), resource(TASK, "worker", second)]
    return on_web(RULE, says, lambda _: tasks, **expected)


AT_TASK_ROLE = {"finds": (("worker", "taskRoleArn"),)}
AT_EXECUTION_ROLE = {"finds": (("worker", "executionRoleArn"),)}

OF_FAMILIES = (
    *on_web(RULE, "takes a stack with one task", lambda _: []),
    *with_worker("takes a task without roles"),
    *with_worker(
        "finds a task role of two families that run different images",
        "taskRoleArn",
        containers=OTHER_IMAGE,
        expected={
            **AT_TASK_ROLE,
            "told": ("the task role web-task is also that of the family web, which runs other images",),
        },
    ),
    *with_worker(
        "finds a task role of two families that have some of their images in common",
        "taskRoleArn",
        containers=[*RELEASE, *OTHER_IMAGE],
        expected=AT_TASK_ROLE,
    ),
    *with_worker(
        "finds a task role of a family that runs another build of the same image",
        "taskRoleArn",
        containers=NEWER,
        expected=AT_TASK_ROLE,
    ),
    *with_worker(
        "takes a task role of two definitions of one family",
        "taskRoleArn",
        family="web",
        containers=OTHER_IMAGE,
    ),
    *with_worker("takes a task role of two families that run the same images", "taskRoleArn"),
    *with_worker(
        "takes a task role of a family that runs one of the other's images, its release",
        "taskRoleArn",
        family="web-release",
        containers=RELEASE,
    ),
    *on_web(
        RULE,
        "takes a task role of a release that is registered before what it releases",
        lambda web: [
            web.with_containers(RELEASE),
            worker(web, family="whole", roles=("taskRoleArn",)),
        ],
    ),
    *with_worker(
        "is unsure of a task role of a family whose images aren't known",
        "taskRoleArn",
        containers=UNKNOWN,
        expected={"unsure": (("worker", "containerDefinitions"),)},
    ),
    *with_worker("takes an execution role of families that need the same", "executionRoleArn"),
    *with_worker(
        "finds an execution role of families with different images",
        "executionRoleArn",
        containers=OTHER_IMAGE,
        expected={
            **AT_EXECUTION_ROLE,
            "told": ("web-execution is also that of the family web, which needs other",),
        },
    ),
    *with_worker(
        "finds an execution role of families with different secrets",
        "executionRoleArn",
        containers=WITH_SECRET,
        expected=AT_EXECUTION_ROLE,
    ),
    *on_web(
        RULE,
        "takes an execution role of a release that needs a part of what the application does",
        lambda web: [
            web.with_containers([*CONTAINERS, *OTHER_IMAGE, *WITH_SECRET]),
            worker(web, family="web-release", containers=RELEASE, roles=("executionRoleArn",)),
        ],
    ),
    *with_worker(
        "is unsure once of a family whose images aren't known and that shares both roles",
        "taskRoleArn",
        "executionRoleArn",
        containers=UNKNOWN,
        expected={"unsure": (("worker", "containerDefinitions"),)},
    ),
    *with_worker(
        "takes an execution role of different definitions of one family",
        "executionRoleArn",
        containers=OTHER_IMAGE,
        family="web",
    ),
    *by_arn(
        "taskRoleArn",
        ELSEWHERE,
        "finds a task role of another stack on two families",
        **AT_TASK_ROLE,
        told=(ELSEWHERE,),
    ),
    *by_arn(
        "executionRoleArn",
        ELSEWHERE,
        "finds an execution role of another stack on two families",
        **AT_EXECUTION_ROLE,
    ),
    *on_web(
        RULE,
        "is unsure of roles that aren't known",
        lambda web: [
            worker(web),
            resource(TASK, "task-definition", {"family": "web", "taskRoleArn": UNKNOWN}),
        ],
        unsure=(("task-definition", "taskRoleArn"),),
    ),
    *on_web(
        RULE,
        "takes a role that isn't known where there is one task",
        lambda _: [resource(TASK, "task-definition", {"family": "web", "taskRoleArn": UNKNOWN})],
    ),
    *with_worker(
        "is unsure of a family that isn't known",
        "taskRoleArn",
        family=UNKNOWN,
        expected={"unsure": (("worker", "family"),)},
    ),
    *with_worker(
        "is unsure of a family that is no text",
        "executionRoleArn",
        family=7,
        expected={"unsure": (("worker", "family"),), "malformed": True},
    ),
    *with_worker(
        "is unsure of what a family needs that isn't known",
        "executionRoleArn",
        containers=UNKNOWN,
        expected={"unsure": (("worker", "containerDefinitions"),)},
    ),
    *with_worker(
        "is unsure of a secret that names nothing",
        "executionRoleArn",
        containers=[{"name": "rails", "image": IMAGE, "secrets": [{"name": "DB"}]}],
        expected={"unsure": (("worker", "containerDefinitions[rails].secrets[DB]"),), "malformed": True},
    ),
    *on_web(
        RULE,
        "is unsure of what the first family needs",
        lambda web: [web.with_containers(UNKNOWN), worker(web, roles=("executionRoleArn",))],
        unsure=(("task-definition", "containerDefinitions"),),
    ),
)


def definition(web: Web, **properties: Any) -> Resource:
    return resource(TASK, "task-definition", {**web.definition.properties, **properties})


def one_role(web: Web) -> list[Resource]:
    role = web.reference(web.execution_role)
    return [
        resource(
            TASK,
            "task-definition",
            {**web.definition.properties, "taskRoleArn": role, "executionRoleArn": role},
            taskRoleArn=web.execution_role,
            executionRoleArn=web.execution_role,
        )
    ]


def with_arns(task: Any, execution: Any) -> Callable[[Web], list[Resource]]:
    def spoil(web: Web) -> list[Resource]:
        return [definition(web, taskRoleArn=task, executionRoleArn=execution)]

    return spoil


OF_FIRST = (("task-definition", "taskRoleArn"),)
OTHERS_ARN = ELSEWHERE.replace("elsewhere", "other")

OF_BOTH = (
    *on_web(BOTH, "takes two roles", lambda _: []),
    *on_web(BOTH, "finds one role for both", one_role, finds=OF_FIRST, told=("web-execution",)),
    *on_web(
        BOTH,
        "finds a task role that is another task's execution role",
        lambda web: [
            resource(
                TASK,
                "worker",
                {"executionRoleArn": web.reference(web.task_role)},
                executionRoleArn=web.task_role,
            )
        ],
        finds=OF_FIRST,
        told=("execution role of worker",),
    ),
    *on_web(
        BOTH,
        "finds one role of another stack for both",
        with_arns(ELSEWHERE, ELSEWHERE),
        finds=OF_FIRST,
        told=(ELSEWHERE,),
    ),
    *on_web(BOTH, "takes two roles of another stack", with_arns(ELSEWHERE, OTHERS_ARN)),
    *on_web(
        BOTH,
        "is unsure of roles that aren't known",
        with_arns(UNKNOWN, UNKNOWN),
        unsure=(*OF_FIRST, ("task-definition", "executionRoleArn")),
    ),
    *on_web(
        BOTH,
        "is unsure of a role that is no text",
        with_arns(7, OTHERS_ARN),
        unsure=OF_FIRST,
        malformed=True,
    ),
)

CASES = (*OF_BOTH, *OF_FAMILIES)
