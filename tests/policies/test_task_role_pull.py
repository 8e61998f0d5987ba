"""That a task role can't pull images, however a program writes it."""

import json

import pytest
from ecs_policies.model import UNKNOWN
from ecs_policies.rules.pull import (
    EXECUTION_ROLE_PULL,
    ONE_ROLE_FOR_BOTH,
    OTHER_ROLE_PULLS_IMAGES,
    TASK_ROLE_PULLS_IMAGES,
)

from tests.policies.stacks import (
    ACCOUNT,
    ATTACHMENT,
    CONTAINERS,
    POLICY,
    REPOSITORY,
    REPOSITORY_POLICY,
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

ROLE_RULES = (
    TASK_ROLE_PULLS_IMAGES,
    EXECUTION_ROLE_PULL,
    OTHER_ROLE_PULLS_IMAGES,
    ONE_ROLE_FOR_BOTH,
)
ANY_PULL = allow("ecr:*")
MANAGED_PULL = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"


@pytest.fixture(params=[False, True], ids=["first preview", "deployed"])
def web(request: pytest.FixtureRequest) -> Web:
    return Web(deployed=request.param)


@pytest.mark.parametrize("rule", ROLE_RULES, ids=lambda it: it.id)
def test_the_web_application_is_as_every_rule_wants_it(web: Web, rule):
    assert judged(rule, web.stack()) == []


@pytest.mark.parametrize(
    "statement",
    [
        allow("ecr:*"),
        allow("*"),
        allow("ECR:batchGET*", REPOSITORY),
        allow("ecr:GetDownloadUrlForLaye?", "arn:aws:ecr:*:*:repository/*"),
        allow(["s3:GetObject", "ecr:GetAuthorizationToken"]),
        {"NotAction": "s3:*", "Resource": "*"},
        {"Action": "ecr:BatchGetImage", "NotResource": "arn:aws:s3:::bucket"},
        allow("ecr:BatchGetImage", REPOSITORY, Condition={"Bool": {"aws:SecureTransport": "true"}}),
    ],
    ids=str,
)
def test_a_task_role_that_may_pull_is_found_however_the_statement_is_written(web: Web, statement):
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(web.on_role(web.task_role, statement)))
    assert violations(found) == [("extra", "policy.Statement[0]")]
    assert "web-task" in found[0].message
    assert unverified(found) == []


@pytest.mark.parametrize(
    "statements",
    [
        [allow("s3:GetObject", "arn:aws:s3:::bucket/*")],
        [allow("ecr:DescribeImages", REPOSITORY)],
        [allow("*", "arn:aws:s3:::bucket/*")],
        [{"NotAction": "ecr:*", "Resource": "*"}],
        [allow("ecr:*"), {"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}],
        [allow("*"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}],
        [
            allow("ecr:BatchGetImage"),
            {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:ecr:*:*:repository/*"},
        ],
        [
            allow("ecr:BatchGetImage", REPOSITORY),
            {"Effect": "Deny", "Action": "ecr:Batch*", "NotResource": "arn:aws:s3:::b"},
        ],
    ],
    ids=str,
)
def test_a_task_role_that_can_not_pull_in_the_end_is_left_alone(web: Web, statements):
    assert judged(TASK_ROLE_PULLS_IMAGES, web.stack(web.on_role(web.task_role, *statements))) == []


@pytest.mark.parametrize(
    "denial",
    [
        {"Effect": "Deny", "Action": "ecr:*", "Resource": REPOSITORY},
        {
            "Effect": "Deny",
            "Action": "ecr:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
        },
        {"Effect": "Deny", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {"Effect": "Deny", "NotAction": "ecr:BatchGetImage", "Resource": "*"},
    ],
    ids=str,
)
def test_a_deny_of_a_part_leaves_the_rest_allowed(web: Web, denial):
    stack = web.stack(web.on_role(web.task_role, allow("ecr:BatchGetImage"), denial))
    assert violations(judged(TASK_ROLE_PULLS_IMAGES, stack)) == [("extra", "policy.Statement[0]")]


def test_a_pull_in_an_inline_policy_of_the_role_itself_is_found(web: Web):
    inline = {**web.task_role.properties, "inlinePolicies": [{"name": "pull", "policy": document(ANY_PULL)}]}
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(resource(ROLE, "task", inline)))
    assert violations(found) == [("task", "inlinePolicies[0].policy.Statement[0]")]


def test_a_pull_in_an_aws_managed_policy_of_the_role_itself_is_found(web: Web):
    managed = {**web.task_role.properties, "managedPolicyArns": [MANAGED_PULL]}
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(resource(ROLE, "task", managed)))
    assert violations(found) == [("task", "managedPolicyArns.Statement[0]")]


def test_a_pull_in_an_attached_policy_of_the_stack_is_found_where_it_is_written(web: Web):
    policy = web.made(POLICY, "shared", policy=document(ANY_PULL))
    attachment = resource(
        ATTACHMENT,
        "attachment",
        {"role": web.reference(web.task_role), "policyArn": web.reference(policy)},
        role=web.task_role,
        policyArn=policy,
    )
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(policy, attachment))
    assert violations(found) == [("shared", "policy.Statement[0]")]


@pytest.mark.parametrize(
    ("type_", "roles", "policies"),
    [
        (ATTACHMENT, "role", "policyArn"),
        ("aws:iam/policyAttachment:PolicyAttachment", "roles", "policyArn"),
        ("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "roleName", "policyArns"),
    ],
)
def test_a_pull_in_an_attached_aws_managed_policy_is_found_by_every_way_to_attach_it(
    web: Web, type_, roles, policies
):
    listed = [MANAGED_PULL] if policies.endswith("s") else MANAGED_PULL
    role = ["web-task"] if roles == "roles" else "web-task"
    attachment = resource(type_, "attachment", {roles: role, policies: listed})
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(attachment))
    assert violations(found) == [("attachment", f"{policies}.Statement[0]")]


def test_an_aws_managed_policy_without_a_pull_is_left_alone(web: Web):
    attachment = resource(
        ATTACHMENT, "x", {"role": "web-task", "policyArn": "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"}
    )
    assert judged(TASK_ROLE_PULLS_IMAGES, web.stack(attachment)) == []


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::aws:policy/OfTomorrow", f"arn:aws:iam::{ACCOUNT}:policy/of-another-stack"]
)
def test_a_managed_policy_that_nobody_can_look_into_is_reported(web: Web, arn):
    attachment = resource(ATTACHMENT, "attachment", {"role": "web-task", "policyArn": arn})
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(attachment))
    assert unverified(found) == [("attachment", "policyArn")]


@pytest.mark.parametrize(
    "policy", [UNKNOWN, "{", "[]", "{}", '{"Statement": [7]}', '{"Statement": {"Effect": "Allow"}}', 7]
)
def test_a_document_of_the_task_role_that_can_not_be_read_is_reported(web: Web, policy):
    spoilt = resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": policy})
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(spoilt))
    assert violations(found) == []
    assert [name for name, _ in unverified(found)] == ["extra"]


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/web-task"]},
        {"aws": f"arn:aws:iam::{ACCOUNT}:role/services/web-task"},
    ],
    ids=str,
)
def test_a_repository_that_lets_the_task_role_in_is_found(web: Web, principal):
    statement = {"Principal": principal, "Action": "ecr:BatchGetImage"}
    repository_policy = resource(REPOSITORY_POLICY, "repository", {"policy": document(statement)})
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(repository_policy))
    assert violations(found) == [("repository", "policy.Statement[0]")]


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/web-execution"}, "Action": "ecr:BatchGetImage"},
        {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "ecr:*"},
        {"Principal": "*", "Action": "ecr:BatchGetImage", "Effect": "Deny"},
        {"Principal": "*", "Action": "ecr:DescribeImages"},
    ],
    ids=str,
)
def test_a_repository_that_lets_others_in_is_left_alone(web: Web, statement):
    repository_policy = resource(REPOSITORY_POLICY, "repository", {"policy": document(statement)})
    assert judged(TASK_ROLE_PULLS_IMAGES, web.stack(repository_policy)) == []


def test_a_repository_policy_that_is_unknown_is_reported(web: Web):
    repository_policy = resource(REPOSITORY_POLICY, "repository", {"policy": UNKNOWN})
    found = judged(TASK_ROLE_PULLS_IMAGES, web.stack(repository_policy))
    assert unverified(found) == [("repository", "policy")]


@pytest.mark.parametrize(
    ("rule", "name"), [(TASK_ROLE_PULLS_IMAGES, "taskRoleArn"), (EXECUTION_ROLE_PULL, "executionRoleArn")]
)
def test_a_role_of_another_stack_is_reported_until_the_config_says_where_it_is_judged(web: Web, rule, name):
    arn = f"arn:aws:iam::{ACCOUNT}:role/elsewhere"
    definition = resource(TASK, "task-definition", {**web.definition.properties, name: arn})
    stack = web.stack(definition)
    assert ("task-definition", name) in unverified(judged(rule, stack))
    assert ("task-definition", name) not in unverified(judged(rule, stack, outside_roles=[arn]))


@pytest.mark.parametrize(
    "rule", [TASK_ROLE_PULLS_IMAGES, EXECUTION_ROLE_PULL, ONE_ROLE_FOR_BOTH], ids=lambda it: it.id
)
def test_a_role_that_is_unknown_and_made_from_nothing_in_the_stack_is_reported(rule):
    web = Web()
    unknown = {
        "taskRoleArn": UNKNOWN,
        "executionRoleArn": UNKNOWN,
        "containerDefinitions": json.dumps(CONTAINERS),
    }
    found = judged(rule, web.stack(resource(TASK, "task-definition", unknown)))
    assert violations(found) == []
    assert {name for name, _ in unverified(found)} == {"task-definition"}
