from collections.abc import Iterator
from typing import Any

import boto3
import pulumi
import pytest
from moto import mock_aws

from components.context import Context
from components.old_revisions import deregister, superseded

CONTEXT = Context(
    project="web-application", stack="dev", partition="aws", region="us-east-1", account="123456789012"
)
ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/"


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("ecs", region_name="us-east-1")


def register(ecs: Any, *families: str) -> None:
    for family in families:
        ecs.register_task_definition(
            family=family, containerDefinitions=[{"name": "app", "image": "app", "memory": 64}]
        )


def active(ecs: Any) -> list[str]:
    found = ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
    return sorted(it.removeprefix(ARN) for it in found)


def test_the_newest_revisions_are_kept_by_number_and_not_by_text():
    revisions = [f"{ARN}web:{number}" for number in (9, 10, 11, 8)]
    assert superseded(revisions, serving=f"{ARN}web:11", keep=2) == [f"{ARN}web:9", f"{ARN}web:8"]


def test_the_serving_revision_is_kept_however_old():
    revisions = [f"{ARN}web:{number}" for number in range(1, 6)]
    assert superseded(revisions, serving=f"{ARN}web:1", keep=2) == [f"{ARN}web:3", f"{ARN}web:2"]


def test_only_old_revisions_of_the_serving_family_are_deregistered(ecs: Any):
    register(ecs, "web", "web", "web", "web", "web-worker", "web-worker")
    gone = deregister(CONTEXT, serving=f"{ARN}web:4", keep=2)
    assert sorted(gone) == [f"{ARN}web:1", f"{ARN}web:2"]
    assert active(ecs) == ["web-worker:1", "web-worker:2", "web:3", "web:4"]
    assert deregister(CONTEXT, serving=f"{ARN}web:4", keep=2) == []


def test_credentials_of_another_account_deregister_nothing(ecs: Any):
    register(ecs, "web", "web", "web")
    elsewhere = Context(
        project="web-application", stack="dev", partition="aws", region="us-east-1", account="999999999999"
    )
    with pytest.raises(
        pulumi.RunError, match=r"are of account 123456789012, and the stack is in 999999999999"
    ):
        deregister(elsewhere, serving=f"{ARN}web:3", keep=2)
    assert active(ecs) == ["web:1", "web:2", "web:3"]
