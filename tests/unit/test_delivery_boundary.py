"""The boundary of the program's roles: wide enough for each of them, and no wider than what they are for."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from ecs_policies.reading.actions import expand
from moto.iam.aws_managed_policies import aws_managed_policies_data

from components.context import Context
from components.delivery.boundary import boundary
from components.documents import document
from components.grants import ConsumeFrom, Grant, ObjectAccess, PublishTo, SendTo, UseKey
from settings import PROJECT
from tests.unit.access import Values, allowed_somewhere, allows
from tests.unit.delivery import ENVIRONMENT
from tests.unit.program import ACCOUNT, run_program, stack_config, wire

PROGRAM = Context(
    project="web-application", stack="prod", partition="aws", region="us-east-1", account=ACCOUNT
)
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/12345678"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:orders"
FILES = {
    "file_system": "fs-0123456789abcdef0",
    "access_point": "fsap-0123456789abcdef0",
    "security_group": "sg-0123456789abcdef0",
}
PROD = replace(ENVIRONMENT, context=PROGRAM, reach=())
GRANTS: tuple[Grant, ...] = (
    ObjectAccess(bucket="uploads", prefix="", reason="pictures"),
    PublishTo(topic=TOPIC, reason="tells the shop"),
    SendTo(queue=QUEUE, reason="orders"),
    ConsumeFrom(queue=QUEUE, reason="orders"),
    UseKey(key=KEY, through="s3", reason="pictures"),
)
REACH = ("arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*", TOPIC, QUEUE, KEY)


def calls(text: str) -> Iterator[tuple[str, str, Values]]:
    """Each call that a role's policy allows, as a request that fits it: action, ARN, values of its keys."""
    for statement in json.loads(text)["Statement"]:
        values = {
            key: tuple(it) if isinstance(it, list) else (it,) if operator.startswith("ForAny") else it
            for operator, keys in statement.get("Condition", {}).items()
            for key, it in keys.items()
        }
        for action in statement["Action"]:
            for resource in statement["Resource"]:
                yield action, resource.replace("*", "any") if resource != "*" else "*", values


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def document_arn(stack: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy/web-application-{stack}-boundary"


def outside(texts: list[str], bounds: str) -> list[tuple[str, str]]:
    return [
        (action, arn)
        for text in texts
        for action, arn, values in calls(text)
        if not allows([bounds], action, arn, values)
    ]


def role_policies(**settings: Any) -> list[str]:
    """The policies of every role that the program makes with these settings laid over prod's."""
    held = stack_config("prod")
    for key, value in settings.items():
        full = f"{PROJECT}:{key}"
        laid_over = {**json.loads(held.get(full, "{}")), **value} if isinstance(value, dict) else value
        if value is None:
            held.pop(full, None)
        else:
            held |= wire({full: laid_over})
    recording = run_program(held, stack="prod")
    return [it.inputs["policy"] for it in recording.of("aws:iam/rolePolicy:RolePolicy")]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"datadog": None},
        {"exec": "true"},
        {"deployment": {"strategy": "canary"}},
        {"rails": {"release_command": ["bin/rails", "db:migrate"]}},
    ],
    ids=lambda it: "-".join(it) or "as committed",
)
def test_no_role_of_the_program_needs_more(settings: dict[str, Any]):
    texts = role_policies(**settings)
    assert len(texts) >= 2
    assert outside(texts, document(boundary(PROD))) == []


def test_every_role_of_the_program_is_bounded_where_the_settings_name_a_boundary():
    for stack, bounds in (("prod", document_arn("prod")), ("local", None)):
        held = {**stack_config(stack), f"{PROJECT}:deployment": json.dumps({"strategy": "linear"})}
        roles = run_program(held, stack=stack).of("aws:iam/role:Role")
        assert len(roles) == 4
        assert {it.inputs.get("permissionsBoundary") for it in roles} == {bounds}


def test_what_aws_lets_ecs_do_to_shift_traffic_is_within_it():
    policy = json.loads(aws_managed_policies_data)["AmazonECSInfrastructureRolePolicyForLoadBalancers"]
    actions = {
        action
        for statement in policy["Document"]["Statement"]
        for pattern in _listed(statement["Action"])
        for action in expand(pattern)
    }
    assert "elasticloadbalancing:ModifyListener" in actions
    bounds = document(boundary(PROD))
    assert [it for it in sorted(actions) if not allowed_somewhere([bounds], it)] == []


def test_the_applications_grants_are_within_it_once_their_resources_are_named():
    texts = [document(it.statements(PROGRAM)) for it in GRANTS]
    assert outside(texts, document(boundary(replace(PROD, reach=REACH)))) == []
    assert {arn for _, arn in outside(texts, document(boundary(PROD)))} == {
        it.replace("*", "any") for it in REACH
    }


def test_files_on_a_file_system_are_within_it_once_that_is_named():
    texts = role_policies(volumes={"uploads": {"path": "/rails/storage", "efs": FILES}})
    file_system = f"arn:aws:elasticfilesystem:us-east-1:{ACCOUNT}:file-system/{FILES['file_system']}"
    assert {arn for _, arn in outside(texts, document(boundary(PROD)))} == {file_system}
    assert outside(texts, document(boundary(replace(PROD, reach=(file_system,))))) == []


def test_no_role_of_the_program_gets_hold_of_another_whatever_its_policies_say():
    bounds = document(boundary(replace(PROD, reach=REACH)))
    for action in (*expand("iam:*"), *expand("sts:*")):
        assert not allowed_somewhere([bounds], action)


@pytest.mark.parametrize(
    ("action", "ours", "theirs"),
    [
        (
            "secretsmanager:GetSecretValue",
            "secretsmanager:us-east-1:{}:secret:web-application/x-AbCdEf",
            "secretsmanager:us-east-1:{}:secret:other/x-AbCdEf",
        ),
        (
            "logs:PutLogEvents",
            "logs:us-east-1:{}:log-group:web-application-prod-web-sidecars:log-stream:x",
            "logs:us-east-1:{}:log-group:web-application-staging-web-sidecars:log-stream:x",
        ),
        (
            "s3:GetObject",
            "s3:::uploads/x",
            "s3:::pulumi-state-prod-{}/.pulumi/stacks/web-application/prod.json",
        ),
    ],
)
def test_another_ones_secrets_logs_and_objects_are_beyond_it(action: str, ours: str, theirs: str):
    bounds = document(boundary(replace(PROD, reach=REACH)))
    assert allows([bounds], action, f"arn:aws:{ours.format(ACCOUNT)}")
    assert not allows([bounds], action, f"arn:aws:{theirs.format(ACCOUNT)}")
