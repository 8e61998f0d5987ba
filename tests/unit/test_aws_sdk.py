from collections.abc import Iterator

import pulumi
import pytest
from moto import mock_aws

from components import aws_sdk
from components.context import Context

CONTEXT = Context(
    project="web-application", stack="dev", partition="aws", region="eu-west-1", account="123456789012"
)


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.mark.usefixtures("aws")
def test_a_client_is_of_the_stacks_account_and_region():
    ecs = aws_sdk.client("ecs", CONTEXT, setting="service.keep_revisions")
    assert ecs.meta.region_name == "eu-west-1"
    assert ecs.list_clusters()["clusterArns"] == []


@pytest.mark.usefixtures("aws")
def test_credentials_of_another_account_are_refused():
    elsewhere = Context(
        project="web-application", stack="dev", partition="aws", region="eu-west-1", account="999999999999"
    )
    with pytest.raises(pulumi.RunError) as refused:
        aws_sdk.client("ecs", elsewhere, setting="service.keep_revisions")
    assert str(refused.value) == (
        "service.keep_revisions: the AWS SDK's default credentials are of account 123456789012, and the "
        "stack is in 999999999999; set AWS_PROFILE to a profile of 999999999999, or unset "
        "service.keep_revisions"
    )


def test_missing_credentials_are_told_with_what_would_give_them(monkeypatch: pytest.MonkeyPatch):
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(variable, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # A session that remembers other tests' credentials would find them.
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    with pytest.raises(pulumi.RunError, match=r"rails\.release_command: the AWS SDK finds no credentials"):
        aws_sdk.client("ecs", CONTEXT, setting="rails.release_command")
