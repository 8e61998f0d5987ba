"""Rules about what S3's buckets keep, and for how long."""

from collections.abc import Iterator

from ecs_policies.kinds import BUCKET, BUCKET_LIFECYCLE, BUCKET_VERSIONING
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Unknown
from ecs_policies.reading.buckets import Buckets
from ecs_policies.reading.demands import unverifiable, wants_flag, wants_word
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, block, blocks, flag


def unversioned(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Buckets that keep no earlier versions; those with Object Lock always do."""
    buckets = stack.once(Buckets)
    for bucket in stack.of_type(BUCKET):
        companions = buckets.of(bucket, BUCKET_VERSIONING)
        inline = next((it for it in ("versioning", "versionings") if bucket.properties.get(it)), None)
        if companions:
            for it in companions:
                yield from _versions(it)
        elif inline:
            settings = block(bucket.properties[inline])
            if isinstance(settings, Unreadable):
                yield unverifiable(bucket, inline, settings)
                continue
            message, path = "versioning isn't on", f"{inline}.enabled"
            enabled = settings.get("enabled")
            yield from wants_flag(bucket, path, enabled, want=True, default=False, message=message)
        else:
            yield from _unlocked(buckets, bucket)


def _unlocked(buckets: Buckets, bucket: Resource) -> Iterator[Problem]:
    locked = flag(bucket.properties.get("objectLockEnabled"), default=False)
    if isinstance(locked, Unreadable):
        yield unverifiable(bucket, "objectLockEnabled", locked)
    elif not locked:
        yield from buckets.missing(bucket, BUCKET_VERSIONING, "versioning", "versioning isn't on")


def _versions(companion: Resource) -> Iterator[Problem]:
    settings = block(companion.properties.get("versioningConfiguration"))
    if isinstance(settings, Unreadable):
        yield unverifiable(companion, "versioningConfiguration", settings)
        return
    path, status = "versioningConfiguration.status", settings.get("status")
    yield from wants_word(
        companion,
        path,
        status,
        good=lambda it: it == "Enabled",
        default="Disabled",
        message="versioning is {}",
    )


def no_lifecycle(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Buckets without an enabled rule that moves or expires what is in them."""
    buckets = stack.once(Buckets)
    for bucket in stack.of_type(BUCKET):
        companions = buckets.of(bucket, BUCKET_LIFECYCLE)
        if companions:
            for it in companions:
                yield from _no_rule(it, "rules", "status")
        elif bucket.properties.get("lifecycleRules"):
            yield from _no_rule(bucket, "lifecycleRules", "enabled")
        else:
            message = "no lifecycle rule says how long objects are kept"
            yield from buckets.missing(bucket, BUCKET_LIFECYCLE, "lifecycleRules", message)


def _no_rule(resource: Resource, name: str, switch: str) -> Iterator[Problem]:
    """The problem if none of the rules in `name` is enabled; `switch` is the property that says it."""
    rules = blocks(resource.properties.get(name))
    if isinstance(rules, Unreadable):
        yield unverifiable(resource, name, rules)
        return
    switches = [it.get(switch) for it in rules]
    if any(it == "Enabled" or flag(it, default=False) is True for it in switches):
        return
    if any(isinstance(it, Unknown) for it in switches):
        yield unverifiable(resource, name, Unreadable(f"whether a rule is enabled: {IS_UNKNOWN}"))
    else:
        yield Problem(resource=resource, path=name, message="no lifecycle rule is enabled")


VERSIONING = Rule(
    id="s3.versioning",
    title="A bucket keeps earlier versions",
    severity=Severity.LOW,
    why="Without them, what a mistake or an intruder overwrites or deletes is gone.",
    fix='Add aws.s3.BucketVersioning with versioning_configuration={"status": "Enabled"}.',
    mappings=("AWS Security Hub S3.14",),
    stack=unversioned,
)

LIFECYCLE = Rule(
    id="s3.lifecycle",
    title="A bucket says how long objects are kept",
    severity=Severity.LOW,
    why="Objects, old versions and broken-off uploads that nobody deletes cost, and leak, for ever.",
    fix="Add aws.s3.BucketLifecycleConfiguration with an enabled rule.",
    mappings=("AWS Security Hub FSBP S3.13",),
    stack=no_lifecycle,
)

RULES = (VERSIONING, LIFECYCLE)
