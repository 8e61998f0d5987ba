"""What `make backend` finds out before it makes anything, on moto in this process."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws
from moto.s3.models import s3_backends

from backend.names import Backend
from backend.setup.account import reach
from backend.setup.failure import BackendError

ROOT = Path(__file__).parents[2]
ACCOUNT, STRANGER, REGION = "123456789012", "222233334444", "eu-west-1"
BACKEND = Backend(stack="dev", account=ACCOUNT, region=REGION)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program whose stack dev is in moto's account, which the credentials are of."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    config = {"aws:region": REGION, "aws:allowedAccountIds": [ACCOUNT]}
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    with mock_aws():
        yield tmp_path


def client(service: str, *, region: str = REGION) -> Any:
    return boto3.client(service, region_name=region)


def make_bucket(*, region: str = REGION) -> None:
    client("s3", region=region).create_bucket(
        Bucket=BACKEND.bucket, CreateBucketConfiguration={"LocationConstraint": region}
    )


def make_key() -> str:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=BACKEND.key_alias, TargetKeyId=key)
    return key


def refusal(program: Path, stack: str = "dev") -> str:
    with pytest.raises(BackendError) as error:
        reach(program, stack)
    text = str(error.value)
    assert "\n" not in text
    return text


def test_nothing_stands_at_first(program: Path):
    reached = reach(program, "dev")
    assert reached.backend == BACKEND
    assert not reached.bucket_stands


def test_it_sees_that_the_bucket_and_its_key_stand(program: Path):
    make_bucket()
    make_key()
    assert reach(program, "dev").bucket_stands


def test_the_names_say_account_and_region():
    assert BACKEND.url == "s3://pulumi-state-dev-123456789012?region=eu-west-1"
    assert BACKEND.secrets_provider == "awskms://alias/pulumi-state-dev?region=eu-west-1"


def test_a_stack_without_a_file_is_refused_with_those_that_have_one(program: Path):
    assert re.search(r"STACK=prdo: .*Name one of dev, or add a file", refusal(program, "prdo"))


@pytest.mark.parametrize(
    "config", [{}, {"aws:region": REGION}, {"aws:region": REGION, "aws:allowedAccountIds": []}]
)
def test_a_file_that_does_not_say_where_is_refused(program: Path, config: dict[str, Any]):
    (program / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    assert "aws:allowedAccountIds" in refusal(program)


def test_a_file_that_is_no_yaml_is_refused(program: Path):
    (program / "Pulumi.dev.yaml").write_text("config: {")
    assert "Pulumi.dev.yaml isn't YAML" in refusal(program)


def test_a_stacks_name_that_makes_no_bucket_name_is_refused(program: Path):
    (program / "Pulumi.dev.yaml").rename(program / "Pulumi.Dev_1.yaml")
    assert "pulumi-state-Dev_1-123456789012" in refusal(program, "Dev_1")


def test_no_credentials_are_one_clear_error(program: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    assert re.search(rf"Give this shell credentials for account {ACCOUNT}, .*AWS_PROFILE", refusal(program))


def test_a_profile_that_does_not_exist_is_one_clear_error(program: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert re.search(r"nobody.*AWS_PROFILE", refusal(program))


def test_another_accounts_credentials_are_refused(program: Path, monkeypatch: pytest.MonkeyPatch):
    (program / "Pulumi.dev.yaml").write_text(
        yaml.safe_dump({"config": {"aws:region": REGION, "aws:allowedAccountIds": [STRANGER]}})
    )
    assert re.search(rf"of account {ACCOUNT}, .* allows {STRANGER}", refusal(program))


def test_a_bucket_that_another_account_has_is_never_used(program: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", "false")
    s3_backends[STRANGER]["aws"].create_bucket(BACKEND.bucket, REGION)
    assert "another account has taken the name" in refusal(program)


def test_the_bucket_is_asked_for_as_the_accounts_own(program: Path, monkeypatch: pytest.MonkeyPatch):
    """A stranger's bucket can be open to all: then only S3 can tell whose it is."""
    asked: list[dict[str, str]] = []

    class Session(boto3.Session):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.events.register(
                "before-call.s3.HeadBucket", lambda params, **_: asked.append(params["headers"])
            )

    monkeypatch.setattr(boto3, "Session", Session)
    make_bucket()
    assert reach(program, "dev").bucket_stands
    assert [it["x-amz-expected-bucket-owner"] for it in asked] == [ACCOUNT]


def test_a_bucket_in_another_region_is_refused_with_its_own(program: Path):
    make_bucket(region="ap-south-1")
    assert "set aws:region to ap-south-1" in refusal(program)


def test_a_key_that_waits_to_be_deleted_is_refused_with_the_way_back(program: Path):
    make_bucket()
    key = make_key()
    client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    text = refusal(program)
    assert f"aws kms cancel-key-deletion --region {REGION} --key-id {key}`" in text
    assert f"aws kms enable-key --region {REGION} --key-id {key}`" in text


def test_a_disabled_key_is_refused_with_the_way_back(program: Path):
    key = make_key()
    client("kms").disable_key(KeyId=key)
    text = refusal(program)
    assert "cancel-key-deletion" not in text
    assert f"aws kms enable-key --region {REGION} --key-id {key}`" in text


@pytest.mark.parametrize("stack", ["dev", "staging", "prod", "local"])
def test_the_backend_of_a_stack_is_in_the_stacks_account_and_region(stack: str):
    own, backends = (
        yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text())["config"]
        for folder in (ROOT, ROOT / "backend")
    )
    for key in ("aws:region", "aws:allowedAccountIds"):
        assert own[key] == backends[key]
