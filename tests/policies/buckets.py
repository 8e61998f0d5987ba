"""A bucket for the rules to judge, and what configures it."""

from typing import Any

from ecs_policies.kinds import BUCKET
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.stacks import resource


def bucket(properties: dict[str, Any] | None = None, type_: str = BUCKET) -> Resource:
    """A bucket with a name, and these properties."""
    return resource(type_, "logs", {"bucket": "web-logs", **(properties or {})})


def companion(kind: str, properties: Any, name: str = "its") -> Resource:
    """What configures the bucket, by a reference that isn't known yet."""
    return resource(kind, name, {"bucket": UNKNOWN, **properties}, bucket=bucket())


def stray(kind: str) -> Resource:
    """What configures a bucket of which nothing is known."""
    return resource(kind, "stray", {"bucket": UNKNOWN})
