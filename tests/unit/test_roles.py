import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.context import Context
from components.grants import PublishTo, ReadObjects
from components.roles import ExecAudit, TaskRoles, TaskRolesArgs
from tests.unit.document_edges import mentions, undeclared_edges
from tests.unit.mocks import Recording, record

CONTEXT = Context(
    project="web-application", stack="dev", partition="aws", region="us-east-1", account="123456789012"
)
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/web"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:web/key-AbCdEf"


def args(**given: Any) -> TaskRolesArgs:
    return TaskRolesArgs(**{"context": CONTEXT, "service": "web", **given})


def roles(*, preview: bool = False, **given: Any) -> Recording:
    def build() -> Any:
        made = TaskRoles("web-roles", args(**given))
        return {"task": made.task_role_arn, "execution": made.execution_role_arn}

    return record(build, preview=preview)


def actions(recording: Recording, name: str) -> set[str]:
    policy = recording.one(aws.iam.RolePolicy, name)
    return {
        action
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        for action in statement["Action"]
    }


def test_the_two_roles_are_different_and_have_explicit_names():
    recording = roles()
    assert [it.inputs["name"] for it in recording.of(aws.iam.Role)] == [
        "web-application-dev-web-execution",
        "web-application-dev-web-task",
    ]
    assert recording.returned["task"] != recording.returned["execution"]


def test_a_task_role_starts_with_nothing():
    recording = roles(repositories=(REPOSITORY,))
    assert [it.name for it in recording.of(aws.iam.RolePolicy)] == ["web-roles-execution"]


def test_only_the_execution_role_pulls_and_reads_secrets():
    grant = PublishTo(topic="arn:aws:sns:us-east-1:123456789012:orders", reason="tells the shop")
    recording = roles(repositories=(REPOSITORY,), secrets=(SECRET,), log_groups=("router",), grants=(grant,))
    assert actions(recording, "web-roles-task") == {"sns:Publish"}
    assert actions(recording, "web-roles-execution") == {
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:GetSecretValue",
    }


def test_the_task_role_writes_logs_only_when_firelens_sends_them_to_cloudwatch():
    recording = roles(log_groups=("router",), router_log_groups=("nginx", "rails"))
    [statement] = json.loads(recording.one(aws.iam.RolePolicy, "web-roles-task").inputs["policy"])[
        "Statement"
    ]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == [
        "arn:aws:logs:us-east-1:123456789012:log-group:nginx:log-stream:*",
        "arn:aws:logs:us-east-1:123456789012:log-group:rails:log-stream:*",
    ]


def test_sessions_are_allowed_only_when_they_are_audited():
    without = roles(router_log_groups=("nginx",))
    audited = roles(audit=ExecAudit(log_group="audit", key_alias="alias/audit"))
    assert not any(it.startswith("ssmmessages:") for it in actions(without, "web-roles-task"))
    assert sum(it.startswith("ssmmessages:") for it in actions(audited, "web-roles-task")) == 4


def test_the_task_role_s_description_gives_the_reasons():
    grants = (
        ReadObjects(bucket="pictures", prefix="a/", reason="shown on every page"),
        PublishTo(topic="arn:aws:sns:us-east-1:123456789012:orders", reason="tells the shop"),
    )
    assert roles(grants=grants).one(aws.iam.Role, "web-roles-task").inputs["description"] == (
        "What the containers of web may call. PublishTo: tells the shop. ReadObjects: shown on every page"
    )


def test_no_document_is_unknown_at_a_first_preview():
    recording = roles(
        preview=True,
        repositories=(REPOSITORY,),
        router_log_groups=("nginx",),
        audit=ExecAudit(log_group="audit", key_alias="alias/audit"),
    )
    documents = [*recording.of(aws.iam.Role), *recording.of(aws.iam.RolePolicy)]
    assert len(documents) == 4
    assert [it.unknown_inputs() for it in documents] == [[], [], [], []]


def test_the_policies_come_after_what_they_name():
    def build() -> None:
        group = aws.cloudwatch.LogGroup("group", name="router")
        TaskRoles("web-roles", args(log_groups=("router",), named=(group,)))

    recording = record(build)
    assert ("web-roles-execution", "group") in mentions(recording)
    assert undeclared_edges(recording) == []


def test_roles_are_protected_on_demand():
    assert [it.protect for it in roles(protect=True).of(aws.iam.Role)] == [True, True]
    assert [it.protect for it in roles().of(aws.iam.Role)] == [False, False]


def test_a_role_name_that_is_too_long_says_what_to_shorten():
    with pytest.raises(ValueError, match=r"is 1 characters longer .* shorten .*stack 'dev', service 'x{35}'"):
        args(service="x" * 35)
    assert len(args(service="x" * 34).role_name("execution")) == 64


def test_a_policy_that_is_too_long_is_refused():
    many = tuple(f"{SECRET}{n}" for n in range(150))
    with pytest.raises(ValueError, match=r"execution role's policy: .* more than the 10240 characters"):
        args(secrets=many)


def test_reasons_that_are_too_long_are_refused():
    grant = PublishTo(topic="arn:aws:sns:us-east-1:123456789012:orders", reason="x" * 990)
    with pytest.raises(ValueError, match="grants: '1 grants' makes a role description of more than 1000"):
        args(grants=(grant,))


def test_a_key_of_a_secret_that_the_task_does_not_read_is_refused():
    with pytest.raises(ValueError, match=r"secret_keys: .* isn't a secret of the task"):
        args(secret_keys={SECRET: "arn:aws:kms:us-east-1:123456789012:key/1"})


def test_the_component_puts_its_children_below_itself():
    recording = roles(log_groups=("router",))
    component = recording.one("web-application:index:TaskRoles")
    assert len(recording.inside(component)) == 3
