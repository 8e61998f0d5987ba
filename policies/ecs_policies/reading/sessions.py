"""ECS Exec: which services allow sessions into their containers, and where the cluster records them.

Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec".
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

from ecs_policies.kinds import BUCKET, CLUSTER, LOG_GROUP
from ecs_policies.model import Problem, Resource, Stack, Value
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.settings import at, word_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, flag, text

SWITCH: Final = "enableExecuteCommand"
"""The property of a service that allows sessions."""

CHANNELS: Final = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
"""What the agent inside the container calls for a session, with the task role."""

_CONFIGURATION = "configuration"
_EXEC = f"{_CONFIGURATION}.executeCommandConfiguration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Where a cluster records sessions: names of log groups and buckets ("*" where one is automatic).

    `by_driver` says that the containers' own awslogs groups are used. `key` is the KMS key that sessions are
    encrypted with, as an ARN or a pattern of ARNs.
    """

    groups: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    by_driver: bool = False
    key: str | None = None

    def permissions(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What a task role needs for it: each action, with the ARNs of which one has to be allowed."""
        for name in self.groups:
            group = group_arns(name)
            yield "logs:DescribeLogGroups", ("arn:*:logs:*:*:log-group:*",)
            yield from (
                (it, group) for it in ("logs:DescribeLogStreams", "logs:CreateLogStream", "logs:PutLogEvents")
            )
        for name in self.buckets:
            yield "s3:GetEncryptionConfiguration", (f"arn:*:s3:::{name}",)
            yield "s3:PutObject", (f"arn:*:s3:::{name}/*",)
        if self.key:
            yield "kms:Decrypt", (self.key,)


def group_arns(name: str) -> tuple[str, ...]:
    """How policies name a log group: itself, and its streams."""
    return (f"arn:*:logs:*:*:log-group:{name}", f"arn:*:logs:*:*:log-group:{name}:*")


def is_on(service: Resource) -> bool | Unreadable:
    """Whether a service allows sessions; unset is off."""
    return flag(service.properties.get(SWITCH), default=False)


def audit(stack: Stack, service: Resource) -> Generator[Problem, None, Audit | None]:
    """Where the sessions of a service are recorded; None if its cluster isn't part of the stack.

    Yields the problem that it can't be told.
    """
    clusters = resolve(stack, service, "cluster", (CLUSTER,))
    if clusters.lost:
        yield unverifiable(service, "cluster", Unreadable(f"which cluster it is: {IS_UNKNOWN}"))
    if not clusters.found:
        return None
    cluster = clusters.found[0]
    key, logging = at(cluster, f"{_EXEC}.kmsKeyId"), word_at(cluster, f"{_EXEC}.logging", default="DEFAULT")
    if isinstance(key, Unreadable) or isinstance(logging, Unreadable):
        reason = next(it.reason for it in (key, logging) if isinstance(it, Unreadable))
        yield unverifiable(cluster, _EXEC, Unreadable(f"where sessions are recorded: {reason}"))
        return None
    override = logging == "OVERRIDE"
    groups = (yield from _names(stack, cluster, "cloudWatchLogGroupName", LOG_GROUP)) if override else ()
    buckets = (yield from _names(stack, cluster, "s3BucketName", BUCKET)) if override else ()
    return Audit(
        groups=groups,
        buckets=buckets,
        by_driver=logging == "DEFAULT",
        key=None if key is None else _key_arn(text(key)),
    )


def _names(
    stack: Stack, cluster: Resource, name: str, kind: str
) -> Generator[Problem, None, tuple[str, ...]]:
    path = f"{_EXEC}.logConfiguration.{name}"
    value = at(cluster, path)
    if value is None:
        return ()
    if isinstance(value, Unreadable):
        yield unverifiable(cluster, path, value)
        return ()
    found = resolve(stack, cluster, _CONFIGURATION, (kind,), value)
    if found.lost:
        yield unverifiable(cluster, path, Unreadable(IS_UNKNOWN))
    return (*(_physical(it) for it in found.found), *found.outside)


def _physical(resource: Resource) -> str:
    name: Value = resource.properties.get("bucket" if resource.kind == BUCKET else "name")
    return text(name) or "*"


def _key_arn(key: str | None) -> str:
    return key if key and ":key/" in key else "arn:*:kms:*:*:key/*"
