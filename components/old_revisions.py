"""Old revisions of a task definition: all are kept unless a stack asks for the last few only."""

from collections.abc import Iterable

from components import aws_sdk
from components.context import Context


def superseded(revisions: Iterable[str], *, serving: str, keep: int) -> list[str]:
    """Of one family's revisions (ARNs), those that are neither among the newest `keep` nor serve."""
    newest = sorted(revisions, key=_number, reverse=True)
    return [it for it in newest[keep:] if it != serving]


def deregister(context: Context, *, serving: str, keep: int) -> list[str]:
    """Deregister what `superseded` names of the serving revision's family, and return it.

    No resource of the provider does this: the state knows the newest revision only. Raises what
    `aws_sdk.client` raises.
    """
    ecs = aws_sdk.client("ecs", context, setting="service.keep_revisions")
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
