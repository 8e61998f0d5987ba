"""The helper that finds undeclared edges finds them."""

import json

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.document_edges import mentions, undeclared_edges
from tests.unit.mocks import record


def program(*, declared: bool, name: str = "web-logs") -> None:
    group = aws.cloudwatch.LogGroup("group", name="web-logs")
    role = aws.iam.Role("role", name="web-role", assume_role_policy="{}")
    text = json.dumps({"Resource": f"arn:aws:logs:us-east-1:123456789012:log-group:{name}:log-stream:*"})
    opts = pulumi.ResourceOptions(depends_on=[group] if declared else [])
    aws.iam.RolePolicy("policy", role=role.name, policy=text, opts=opts)


def test_an_undeclared_edge_is_found():
    found = undeclared_edges(record(lambda: program(declared=False)))
    assert found == ["policy.policy names aws:cloudwatch/logGroup:LogGroup 'web-logs' (group)"]


def test_a_declared_edge_is_fine():
    recording = record(lambda: program(declared=True))
    assert mentions(recording) == {("policy", "group")}
    assert undeclared_edges(recording) == []


@pytest.mark.parametrize("name", ["web-logs-more", "more-web-logs"])
def test_part_of_another_name_is_no_mention(name: str):
    assert mentions(record(lambda: program(declared=False, name=name))) == set()
