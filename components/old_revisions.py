"""Old revisions of a task definition: all are kept unless a stack asks for the last few only."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any, cast

import pulumi

from components.context import Context


def superseded(revisions: Iterable[str], *, serving: str, keep: int) -> list[str]:
    """Of one family's revisions (ARNs), those that are neither among the newest `keep` nor serve."""
    newest = sorted(revisions, key=_number, reverse=True)
    return [it for it in newest[keep:] if it != serving]


def deregister(context: Context, *, serving: str, keep: int) -> list[str]:
    """Deregister what `superseded` names of the serving revision's family, and return it.

    No resource of the provider does this: the state knows the newest revision only. So it's done with the
    AWS SDK's own credentials, which have to be of the stack's account; else `pulumi.RunError`.
    """
    # Imported here, since only a stack that asks for it pays; `Any`, since boto3 has no types.
    boto3 = cast("Any", import_module("boto3"))
    account = boto3.client("sts", region_name=context.region).get_caller_identity()["Account"]
    if account != context.account:
        raise pulumi.RunError(
            f"keep_revisions: the AWS SDK's default credentials are of account {account}, and the stack is "
            f"in {context.account}; set AWS_PROFILE to a profile of that account, or unset keep_revisions"
        )
    ecs = boto3.client("ecs", region_name=context.region)
    family = serving.rpartition("/")[2].rpartition(":")[0]
    pages = ecs.get_paginator("list_task_definitions").paginate(familyPrefix=family, status="ACTIVE")
    registered = [
        str(arn)
        for page in pages
        for arn in page["taskDefinitionArns"]
        if arn.rpartition("/")[2].rpartition(":")[0] == family
    ]
    old = superseded(registered, serving=serving, keep=keep)
    for arn in old:
        ecs.deregister_task_definition(taskDefinition=arn)
    return old


def _number(arn: str) -> int:
    return int(arn.rpartition(":")[2])
