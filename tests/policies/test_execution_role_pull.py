"""The pull of execution roles, of all other roles, and that task and execution role are two."""

import json

import pytest
from ecs_policies.model import UNKNOWN
from ecs_policies.reading.images import repository
from ecs_policies.rules.pull import (
    EXECUTION_ROLE_PULL,
    ONE_ROLE_FOR_BOTH,
    OTHER_ROLE_PULLS_IMAGES,
)

from tests.policies.stacks import (
    ACCOUNT,
    ATTACHMENT,
    CONTAINERS,
    REPOSITORY,
    ROLE,
    ROLE_POLICY,
    TASK,
    Web,
    allow,
    document,
    judged,
    resource,
    unverified,
    violations,
)


@pytest.fixture(params=[False, True], ids=["first preview", "deployed"])
def web(request: pytest.FixtureRequest) -> Web:
    return Web(deployed=request.param)


def execution_policy(web: Web, *statements):
    return web.on_role(web.execution_role, *statements, name="execution-policy")


TOKEN, LAYERS = allow("ecr:GetAuthorizationToken"), ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


@pytest.mark.parametrize(
    "resources",
    ["*", "arn:aws:ecr:*:*:repository/*", f"{REPOSITORY}*", [REPOSITORY, f"{REPOSITORY}-admin"]],
    ids=str,
)
def test_an_execution_role_that_pulls_more_than_its_tasks_images_is_found(web: Web, resources):
    stack = web.stack(execution_policy(web, TOKEN, allow(LAYERS, resources)))
    assert violations(judged(EXECUTION_ROLE_PULL, stack)) == [("execution-policy", "policy.Statement[1]")]


def test_the_managed_execution_role_policy_is_wider_than_the_tasks_images(web: Web):
    arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    attachment = resource(ATTACHMENT, "attachment", {"role": "web-execution", "policyArn": arn})
    found = judged(EXECUTION_ROLE_PULL, web.stack(attachment))
    assert violations(found) == [("attachment", "policyArn.Statement[0]")]


def test_an_execution_role_with_another_ecr_action_is_found(web: Web):
    stack = web.stack(execution_policy(web, TOKEN, allow([*LAYERS, "ecr:PutImage"], REPOSITORY)))
    found = judged(EXECUTION_ROLE_PULL, stack)
    assert violations(found) == [("execution-policy", "policy.Statement[1]")]
    assert "ecr:PutImage" in found[0].message
    assert "BatchGetImage" not in found[0].message


@pytest.mark.parametrize(
    ("statements", "missing"),
    [
        ([allow(LAYERS, REPOSITORY)], ["ecr:GetAuthorizationToken"]),
        ([TOKEN, allow(LAYERS[:1], REPOSITORY)], ["ecr:GetDownloadUrlForLayer"]),
        (
            [TOKEN, allow(LAYERS, REPOSITORY), {"Effect": "Deny", "Action": "ecr:Batch*", "Resource": "*"}],
            ["ecr:BatchGetImage"],
        ),
    ],
)
def test_an_execution_role_that_can_not_pull_its_tasks_images_is_found(web: Web, statements, missing):
    found = judged(EXECUTION_ROLE_PULL, web.stack(execution_policy(web, *statements)))
    assert violations(found) == [("execution", "name")] * len(missing)
    assert all(action in it.message for action, it in zip(missing, found, strict=True))


def test_an_execution_role_of_a_task_with_public_images_only_has_no_pull_at_all(web: Web):
    public = web.with_containers([{"name": "nginx", "image": "public.ecr.aws/nginx/nginx:1.29.3"}])
    found = judged(EXECUTION_ROLE_PULL, web.stack(public))
    assert violations(found) == [
        ("execution-policy", "policy.Statement[1]"),
        ("execution-policy", "policy.Statement[0]"),
    ]


def test_extra_repositories_are_allowed_by_the_config_alone(web: Web):
    more = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/cache"
    stack = web.stack(execution_policy(web, TOKEN, allow(LAYERS, [REPOSITORY, more])))
    assert violations(judged(EXECUTION_ROLE_PULL, stack)) == [("execution-policy", "policy.Statement[1]")]
    assert judged(EXECUTION_ROLE_PULL, stack, extra_repositories=[more]) == []


def test_an_execution_role_shared_by_two_tasks_needs_both_repositories(web: Web):
    other = resource(
        TASK,
        "worker",
        {
            "containerDefinitions": json.dumps(
                [{"name": "w", "image": CONTAINERS[0]["image"].replace("/web", "/worker")}]
            ),
            "executionRoleArn": web.reference(web.execution_role),
        },
        executionRoleArn=web.execution_role,
    )
    found = judged(EXECUTION_ROLE_PULL, web.stack(other))
    assert violations(found) == [("execution", "name")] * 2
    assert all("repository/worker" in it.message for it in found)


def test_a_task_with_an_ecr_image_and_no_execution_role_is_found(web: Web):
    definition = resource(TASK, "lonely", {"containerDefinitions": json.dumps(CONTAINERS)})
    assert violations(judged(EXECUTION_ROLE_PULL, web.stack(definition))) == [("lonely", "executionRoleArn")]


@pytest.mark.parametrize("containers", [UNKNOWN, "{", "[]", "[1]", "{}", [{"name": "rails"}]], ids=str)
def test_an_execution_role_whose_tasks_images_can_not_be_read_is_reported(web: Web, containers):
    found = judged(EXECUTION_ROLE_PULL, web.stack(web.with_containers(containers)))
    assert violations(found) == []
    assert [name for name, _ in unverified(found)] == ["task-definition"]


def test_another_role_that_may_pull_is_found_until_the_config_names_it(web: Web):
    builder = web.made(ROLE, "builder", name="builder")
    stack = web.stack(builder, web.on_role(builder, allow(LAYERS, REPOSITORY)))
    assert violations(judged(OTHER_ROLE_PULLS_IMAGES, stack)) == [("extra", "policy.Statement[0]")]
    assert judged(OTHER_ROLE_PULLS_IMAGES, stack, pulling_roles=["builder"]) == []


def test_another_role_that_pushes_only_is_left_alone(web: Web):
    builder = web.made(ROLE, "builder", name="builder")
    push = allow(["ecr:BatchCheckLayerAvailability", "ecr:PutImage"], REPOSITORY)
    assert judged(OTHER_ROLE_PULLS_IMAGES, web.stack(builder, web.on_role(builder, TOKEN, push))) == []


def test_a_pull_for_a_role_that_can_not_be_told_is_found():
    web = Web()
    stray = resource(ROLE_POLICY, "stray", {"role": UNKNOWN, "policy": document(allow("ecr:*"))})
    found = judged(OTHER_ROLE_PULLS_IMAGES, web.stack(stray))
    assert violations(found) == [("stray", "policy.Statement[0]")]


def test_another_roles_document_that_can_not_be_read_is_reported(web: Web):
    builder = web.made(ROLE, "builder", name="builder", inlinePolicies=[{"name": "x", "policy": "{"}])
    found = judged(OTHER_ROLE_PULLS_IMAGES, web.stack(builder))
    assert unverified(found) == [("builder", "inlinePolicies[0].policy")]


def test_one_role_for_both_is_found(web: Web):
    properties = {**web.definition.properties, "taskRoleArn": web.reference(web.execution_role)}
    definition = resource(
        TASK,
        "task-definition",
        properties,
        taskRoleArn=web.execution_role,
        executionRoleArn=web.execution_role,
    )
    found = judged(ONE_ROLE_FOR_BOTH, web.stack(definition))
    assert violations(found) == [("task-definition", "taskRoleArn")]
    assert "web-execution" in found[0].message


def test_a_task_role_that_is_another_tasks_execution_role_is_found(web: Web):
    other = resource(
        TASK, "worker", {"executionRoleArn": web.reference(web.task_role)}, executionRoleArn=web.task_role
    )
    found = judged(ONE_ROLE_FOR_BOTH, web.stack(other))
    assert violations(found) == [("task-definition", "taskRoleArn")]


def test_one_role_of_another_stack_for_both_is_found_by_its_arn_and_two_are_left_alone():
    roles = [f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("one", "two")]
    web = Web()
    same = resource(TASK, "task-definition", {"taskRoleArn": roles[0], "executionRoleArn": roles[0]})
    two = resource(TASK, "task-definition", {"taskRoleArn": roles[0], "executionRoleArn": roles[1]})
    assert violations(judged(ONE_ROLE_FOR_BOTH, web.stack(same))) == [("task-definition", "taskRoleArn")]
    assert judged(ONE_ROLE_FOR_BOTH, web.stack(two)) == []


@pytest.mark.parametrize(
    ("image", "arn"),
    [
        (f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web", REPOSITORY),
        (f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web:1.2", REPOSITORY),
        (f"{ACCOUNT}.dkr-ecr.us-east-1.on.aws/web:1.2", REPOSITORY),
        (
            f"{ACCOUNT}.dkr.ecr-fips.us-east-1.amazonaws.com/team/web@sha256:0",
            REPOSITORY.replace("web", "team/web"),
        ),
        (
            f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/web",
            f"arn:aws-cn:ecr:cn-north-1:{ACCOUNT}:repository/web",
        ),
        (
            f"{ACCOUNT}.dkr.ecr.us-gov-west-1.amazonaws.com/web",
            f"arn:aws-us-gov:ecr:us-gov-west-1:{ACCOUNT}:repository/web",
        ),
        ("public.ecr.aws/nginx/nginx:1", None),
        ("nginx", None),
        ("", None),
    ],
)
def test_the_repository_of_an_image(image, arn):
    assert repository(image) == arn
