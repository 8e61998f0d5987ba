"""The pack's table of AWS-managed policies."""

import pytest
from ecs_policies.reading import managed
from ecs_policies.reading.managed import ManagedPolicy
from ecs_policies.reading.values import Unreadable

from tests.policies.managed_table import TABLE, rendered


def test_the_table_is_what_the_full_copy_says():
    assert TABLE.read_text(encoding="utf-8") == rendered(), (
        "python tests/policies/managed_table.py writes it anew"
    )


def known(name: str) -> ManagedPolicy:
    found = managed.policy(f"arn:aws:iam::aws:policy/{name}")
    assert isinstance(found, ManagedPolicy)
    return found


def test_every_entry_can_be_read():
    for name in managed._table():
        assert known(name).name == name.rpartition("/")[2]


def test_an_entry_is_found_in_every_partition():
    assert managed.statements("arn:aws-cn:iam::aws:policy/AdministratorAccess")


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::aws:policy/OfTomorrow", "arn:aws:iam::123456789012:policy/AdministratorAccess", ""]
)
def test_what_the_table_lacks_is_unreadable(arn):
    assert isinstance(managed.policy(arn), Unreadable)
    assert isinstance(managed.statements(arn), Unreadable)


def test_the_kept_actions_are_shown_and_of_the_rest_examples():
    for_execution = known("service-role/AmazonECSTaskExecutionRolePolicy")
    assert {action for it in for_execution.statements for action in it.actions} == {
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
    assert for_execution.others == ()
    assert "ecr:BatchGetImage" in for_execution.wide
    assert known("AmazonS3ReadOnlyAccess").others[0] == "s3:Get*"


def test_a_policy_whose_actions_take_no_resource_is_not_wide():
    assert known("AWSXRayDaemonWriteAccess").wide == ()
    assert known("AWSXRayDaemonWriteAccess").others


def test_policies_that_only_aws_attaches_are_left_out():
    service_linked = managed.policy("arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy")
    assert isinstance(service_linked, Unreadable)
