import pytest

from components.context import Context


@pytest.fixture
def context() -> Context:
    return Context(
        project="web-application",
        stack="dev",
        partition="aws-cn",
        region="cn-north-1",
        account="210987654321",
        dns_suffix="amazonaws.com.cn",
    )


def test_a_name_starts_with_the_project_and_the_stack(context: Context) -> None:
    assert context.name("web", "task") == "web-application-dev-web-task"


def test_a_name_without_parts_is_the_prefix(context: Context) -> None:
    assert context.name() == "web-application-dev"


def test_an_arn_takes_partition_region_and_account_from_the_stack(context: Context) -> None:
    assert context.arn("logs", "log-group:/x") == "arn:aws-cn:logs:cn-north-1:210987654321:log-group:/x"


def test_an_empty_region_or_account_leaves_its_field_empty(context: Context) -> None:
    assert context.arn("iam", "role/x", region="") == "arn:aws-cn:iam::210987654321:role/x"
    assert context.arn("s3", "bucket/key", region="", account="") == "arn:aws-cn:s3:::bucket/key"


def test_another_account_can_be_named(context: Context) -> None:
    assert context.arn("ecr", "repository/web", region="cn-northwest-1", account="123456789012") == (
        "arn:aws-cn:ecr:cn-northwest-1:123456789012:repository/web"
    )
