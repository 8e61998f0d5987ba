"""What AWS's own managed policies let a role do with images."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, cast

from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.values import Unreadable

_MARK = ":iam::aws:policy/"


@cache
def _table() -> dict[str, list[Any]]:
    text = files("ecs_policies.reading").joinpath("managed_policies.json").read_text(encoding="utf-8")
    return cast("dict[str, list[Any]]", json.loads(text))


def statements(arn: str) -> tuple[Statement, ...] | Unreadable:
    """The statements about pulling images of the AWS-managed policy with this ARN.

    AWS Managed Policy Reference Guide. The table keeps of each policy the statements that concern the pull,
    and a test checks it against a full copy. A name that the table lacks is unreadable, and so is any other
    policy: its document isn't in the stack.
    """
    _, mark, name = arn.partition(_MARK)
    if not mark:
        return Unreadable(f"the policy {arn} isn't part of the stack")
    if name not in _table():
        return Unreadable(f"the AWS-managed policy {name} isn't known to the pack")
    document = {"Statement": _table()[name]}
    if not document["Statement"]:
        return ()
    return read(document)
