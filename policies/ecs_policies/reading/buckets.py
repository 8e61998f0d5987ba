"""S3's buckets with what configures them: most settings may be inline or resources of their own."""

from collections.abc import Iterator

from ecs_policies.kinds import (
    BUCKET,
    BUCKET_ACL,
    BUCKET_LIFECYCLE,
    BUCKET_OWNERSHIP,
    BUCKET_POLICY,
    BUCKET_VERSIONING,
    PUBLIC_ACCESS_BLOCK,
)
from ecs_policies.model import Problem, Resource, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, text

COMPANIONS = (
    BUCKET_ACL,
    BUCKET_LIFECYCLE,
    BUCKET_OWNERSHIP,
    BUCKET_POLICY,
    BUCKET_VERSIONING,
    PUBLIC_ACCESS_BLOCK,
)


class Buckets:
    """Which companions each bucket of a stack has."""

    def __init__(self, stack: Stack) -> None:
        self._companions: dict[tuple[str, str], list[Resource]] = {}
        self._stray: set[str] = set()
        named = {text(it.properties.get("bucket")): it for it in stack.of_type(BUCKET)}
        for it in stack.of_type(*COMPANIONS):
            references = resolve(stack, it, "bucket", (BUCKET,))
            # A program may write a bucket's name twice instead of referring to it.
            others = [named[name] for name in references.outside if name in named]
            for bucket in (*references.found, *others):
                self._companions.setdefault((bucket.urn, it.kind), []).append(it)
            if references.lost:
                self._stray.add(it.kind)

    def of(self, bucket: Resource, kind: str) -> list[Resource]:
        """The bucket's companions of that kind."""
        return self._companions.get((bucket.urn, kind), [])

    def missing(self, bucket: Resource, kind: str, path: str, message: str) -> Iterator[Problem]:
        """What a bucket lacks, unless a companion whose bucket isn't known may have it."""
        if kind in self._stray:
            reason = f"which bucket a {kind.rpartition(':')[2]} is for: {IS_UNKNOWN}"
            yield unverifiable(bucket, path, Unreadable(reason))
        else:
            yield Problem(resource=bucket, path=path, message=message)
