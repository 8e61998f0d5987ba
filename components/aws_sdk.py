"""The AWS SDK, for the little that no resource of the provider does."""

from importlib import import_module
from typing import Any, cast

import pulumi

from components.context import Context


def client(service: str, context: Context, *, setting: str) -> Any:
    """A client with the SDK's default credentials, which have to be of the stack's account.

    Raises `pulumi.RunError` otherwise; `setting` is what asks for the client.
    """
    # Imported here, since only a stack that asks for it pays; `Any`, since boto3 has no types.
    boto3, errors = cast("Any", import_module("boto3")), cast("Any", import_module("botocore.exceptions"))
    fix = f"set AWS_PROFILE to a profile of {context.account}, or unset {setting}"
    try:
        account = boto3.client("sts", region_name=context.region).get_caller_identity()["Account"]
    except errors.NoCredentialsError:
        raise pulumi.RunError(
            f"{setting}: the AWS SDK finds no credentials, and what the provider is configured with isn't "
            f"its own; {fix}"
        ) from None
    if account != context.account:
        raise pulumi.RunError(
            f"{setting}: the AWS SDK's default credentials are of account {account}, and the stack is in "
            f"{context.account}; {fix}"
        )
    return boto3.client(service, region_name=context.region)
