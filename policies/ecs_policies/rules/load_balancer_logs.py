"""The rule about the bucket that takes a load balancer's logs."""

from collections.abc import Iterator, Mapping, Sequence

from ecs_policies.kinds import BUCKET, BUCKET_ENCRYPTION, BUCKET_POLICY, LOAD_BALANCER
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.actions import matches
from ecs_policies.reading.buckets import Buckets
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.load_balancing import is_application
from ecs_policies.reading.patterns import arn_overlap
from ecs_policies.reading.references import resolve
from ecs_policies.reading.settings import block_at
from ecs_policies.reading.values import Unreadable, block, flag, items, mapping, text, word

_LOGS = ("accessLogs", "connectionLogs", "healthCheckLogs")
_SERVICE = "logdelivery.elasticloadbalancing.amazonaws.com"
# User Guide for Application Load Balancers, "Enable access logs for your Application Load Balancer": the
# accounts that deliver in the regions that were there before August 2022.
_ACCOUNTS = frozenset(
    """
    127311923021 033677994240 027434742980 797873946194 098369216593 754344448648 589379963580 718504428378
    383597477331 600734575887 114774131450 783225319266 582318560864 985666609251 054676820928 156460612806
    652711504416 635631232127 009996457667 897822967062 076674570225 507241528517 048591011584 190560391635
    638102146993 037604701340
    """.split()  # noqa: SIM905
)


def log_bucket(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Buckets of the stack that a load balancer's logs can't be delivered to.

    A bucket that isn't part of the stack is left to AWS, which tries it before it turns logs on.
    """
    encrypted: dict[str, Resource] = {}
    for balancer in filter(is_application, stack.of_type(LOAD_BALANCER)):
        for name in _LOGS:
            log = block_at(balancer, name)
            # That logs can't be read is for load-balancer.access-logs to say.
            if isinstance(log, Unreadable) or flag(log.get("enabled"), default=False) is False:
                continue
            for bucket in _buckets(stack, balancer, name, log.get("bucket")):
                encrypted[bucket.urn] = bucket
                yield from _may_be_written(stack, balancer, name, log, bucket)
    for bucket in encrypted.values():
        yield from _has_own_key(stack, bucket)


def _buckets(stack: Stack, balancer: Resource, name: str, value: Value) -> Sequence[Resource]:
    """The bucket of the stack that is meant, also where its name is written twice."""
    named = resolve(stack, balancer, name, (BUCKET,), items(value))
    by_name = stack.once(_by_name)
    return (*named.found, *(by_name[it] for it in named.outside if it in by_name))


def _by_name(stack: Stack) -> Mapping[str, Resource]:
    return {name: it for it in stack.of_type(BUCKET) if (name := text(it.properties.get("bucket")))}


def _may_be_written(
    stack: Stack, balancer: Resource, name: str, log: Mapping[str, Value], bucket: Resource
) -> Iterator[Problem]:
    prefix = word(log.get("prefix"))
    if isinstance(prefix, Unreadable):
        yield unverifiable(balancer, f"{name}.prefix", prefix)
        return
    own = text(bucket.properties.get("bucket")) or "*"
    target = f"arn:*:s3:::{own}/{f'{prefix}/' if prefix else ''}AWSLogs/*"
    buckets = stack.once(Buckets)
    holders = list(buckets.of(bucket, BUCKET_POLICY))
    if bucket.properties.get("policy") is not None:
        holders.append(bucket)
    contents = [(it, read(it.properties.get("policy"))) for it in holders]
    unread = [
        unverifiable(it, "policy", content) for it, content in contents if isinstance(content, Unreadable)
    ]
    known = [it for _, content in contents if not isinstance(content, Unreadable) for it in content]
    if any(_lets_write(it, target) for it in known):
        return
    yield from unread
    if not unread:
        where = target.removeprefix("arn:*:s3:::")
        message = f"no policy lets {_SERVICE} write {name} of {balancer.name} to {where}"
        yield from buckets.missing(bucket, BUCKET_POLICY, "policy", message)


def _lets_write(statement: Statement, target: str) -> bool:
    return (
        statement.allow
        and any(_delivers(kind, name) for kind, name in statement.principals)
        and any(matches(it, "s3:PutObject") for it in statement.actions)
        and any(arn_overlap(it, target) for it in statement.resources)
    )


def _delivers(kind: str, name: str) -> bool:
    if kind == "service":
        return name == _SERVICE
    account = name.split(":")[4] if name.count(":") == 5 else name
    return name == "*" or account in _ACCOUNTS


def _has_own_key(stack: Stack, bucket: Resource) -> Iterator[Problem]:
    """Elastic Load Balancing can use S3's own keys only."""
    inline = block(bucket.properties.get("serverSideEncryptionConfiguration"))
    if not isinstance(inline, Unreadable):
        rules = inline.get("rule", inline.get("rules"))
        yield from _uses_s3s_keys(bucket, "serverSideEncryptionConfiguration.rule", rules)
    for it in stack.once(_encryptions).get(bucket.urn, ()):
        yield from _uses_s3s_keys(it, "rules", it.properties.get("rules"))


def _uses_s3s_keys(resource: Resource, path: str, rules: Value) -> Iterator[Problem]:
    for index, rule in enumerate(items(rules)):
        default = block(mapping(rule).get("applyServerSideEncryptionByDefault"))
        found = (
            default
            if isinstance(default, Unreadable)
            else word(default.get("sseAlgorithm"), default="AES256")
        )
        here = f"{path}[{index}].applyServerSideEncryptionByDefault.sseAlgorithm"
        if isinstance(found, Unreadable):
            yield unverifiable(resource, here, found)
        elif found != "AES256":
            message = f"logs of a load balancer can't be delivered into a bucket encrypted with {found}"
            yield Problem(resource=resource, path=here, message=message)


def _encryptions(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    found: dict[str, list[Resource]] = {}
    for it in stack.of_type(BUCKET_ENCRYPTION):
        for bucket in _buckets(stack, it, "bucket", it.properties.get("bucket")):
            found.setdefault(bucket.urn, []).append(it)
    return found


LOG_BUCKET = Rule(
    id="load-balancer.log-bucket",
    title="The bucket of a load balancer's logs takes them",
    severity=Severity.MEDIUM,
    why="Without the right policy and encryption AWS refuses to turn logs on, or drops them later.",
    fix="Allow logdelivery.elasticloadbalancing.amazonaws.com s3:PutObject on PREFIX/AWSLogs/ACCOUNT/* in an "
    'aws.s3.BucketPolicy, and encrypt with sse_algorithm="AES256".',
    stack=log_bucket,
)

RULES = (LOG_BUCKET,)
