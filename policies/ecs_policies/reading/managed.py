"""What AWS's own managed policies let a role do, as far as rules judge it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.values import Unreadable

KEPT: Final = (
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetAuthorizationToken",
    "iam:PassRole",
    "kms:Decrypt",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "s3:GetBucketLocation",
    "s3:GetEncryptionConfiguration",
    "s3:GetObject",
    "s3:PutObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "sts:AssumeRole",
)
"""The actions that rules ask for one by one: what the table keeps of each policy."""

_MARK = ":iam::aws:policy/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPolicy:
    """What the pack knows of one of AWS's own policies.

    `statements` are what it says about the actions in `KEPT`. `others` are a few of the actions that it
    allows besides; `wide` a few that it allows on every resource although AWS lets them be limited to some.
    """

    name: str
    statements: tuple[Statement, ...]
    others: tuple[str, ...]
    wide: tuple[str, ...]


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    text = files("ecs_policies.reading").joinpath("managed_policies.json").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, Any]]", json.loads(text))


def policy(arn: str) -> ManagedPolicy | Unreadable:
    """The AWS-managed policy with this ARN.

    AWS Managed Policy Reference Guide. A test checks the table against a full copy of the policies. A name
    that the table lacks is unreadable, and so is any other policy: its document isn't in the stack.
    """
    _, mark, name = arn.partition(_MARK)
    if not mark:
        return Unreadable(f"the policy {arn} isn't part of the stack")
    entry = _table().get(name)
    if entry is None:
        return Unreadable(f"the AWS-managed policy {name} isn't known to the pack")
    statements = read({"Statement": entry["says"]}) if "says" in entry else ()
    if isinstance(statements, Unreadable):
        return statements
    others, wide = (tuple(cast("list[str]", entry.get(key, []))) for key in ("others", "wide"))
    return ManagedPolicy(name=name.rpartition("/")[2], statements=statements, others=others, wide=wide)


def statements(arn: str) -> tuple[Statement, ...] | Unreadable:
    """The statements of `policy` alone."""
    found = policy(arn)
    return found if isinstance(found, Unreadable) else found.statements
