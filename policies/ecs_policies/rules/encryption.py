"""Rules about how data is encrypted, where it is kept and on its way."""

from collections.abc import Iterator

from ecs_policies.kinds import (
    ALIAS,
    EXTERNAL_KEY,
    KEY,
    LOG_GROUP,
    REPLICA_EXTERNAL_KEY,
    REPLICA_KEY,
    REPOSITORY,
    SECRET,
    TOPIC,
    TOPIC_POLICY,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.access import refused_without_tls
from ecs_policies.reading.demands import unverifiable, wants_word
from ecs_policies.reading.documents import read
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, block, text

_KEYS = (KEY, REPLICA_KEY, EXTERNAL_KEY, REPLICA_EXTERNAL_KEY, ALIAS)
# The service in the option `customer_keys`, and the property that names the key.
_ENCRYPTED = {
    LOG_GROUP: ("logs", "kmsKeyId"),
    SECRET: ("secrets", "kmsKeyId"),
    TOPIC: ("sns", "kmsMasterKeyId"),
    REPOSITORY: ("ecr", "encryptionConfigurations"),
}


def other_keys(stack: Stack, options: Options) -> Iterator[Problem]:
    """Data of the services in `customer_keys` that isn't under a KMS key of the customer's."""
    for kind, (service, name) in _ENCRYPTED.items():
        if service not in options.customer_keys:
            continue
        for it in stack.of_type(kind):
            if kind == REPOSITORY:
                yield from _images(stack, it, name)
            else:
                yield from _key(stack, it, name, name, it.properties.get(name))


def _images(stack: Stack, repository: Resource, name: str) -> Iterator[Problem]:
    settings = block(repository.properties.get(name))
    if isinstance(settings, Unreadable):
        yield unverifiable(repository, name, settings)
        return
    unfit = list(
        wants_word(
            repository,
            f"{name}.encryptionType",
            settings.get("encryptionType"),
            good=lambda it: it.startswith("KMS"),
            default="AES256",
            message="the images are encrypted with {}, a key of ECR's own",
        )
    )
    yield from unfit or _key(stack, repository, name, f"{name}.kmsKey", settings.get("kmsKey"))


def _key(stack: Stack, resource: Resource, name: str, path: str, value: Value) -> Iterator[Problem]:
    if value in (None, ""):
        yield Problem(resource=resource, path=path, message="no KMS key of the customer's is named")
        return
    keys = resolve(stack, resource, name, _KEYS, value=value)
    if keys.lost:
        yield unverifiable(resource, path, Unreadable(f"which key it is: {IS_UNKNOWN}"))
    for it in keys.outside:
        if "alias/aws/" in f"alias/{it}":
            yield Problem(resource=resource, path=path, message=f"{it} is AWS's key, not the customer's")


def plain_topics(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Topics that may be published to by plain HTTP.

    Amazon SNS Developer Guide, "Encryption at rest": requests to a topic with a key have to use HTTPS.
    """
    policies, stray = _topic_policies(stack)
    for topic in stack.of_type(TOPIC):
        if topic.properties.get("kmsMasterKeyId") in (None, ""):
            own = [topic] if topic.properties.get("policy") is not None else []
            yield from _let_through(topic, [*own, *policies.get(topic.urn, ())], stray=stray)


def _topic_policies(stack: Stack) -> tuple[dict[str, list[Resource]], bool]:
    """The separate policies by their topics' URNs, and whether there is one whose topic isn't known."""
    found: dict[str, list[Resource]] = {}
    stray = False
    named = {text(it.properties.get("name")): it for it in stack.of_type(TOPIC)}
    for it in stack.of_type(TOPIC_POLICY):
        references = resolve(stack, it, "arn", (TOPIC,))
        # A program may build a topic's ARN from its name instead of referring to it.
        tails = (arn.rpartition(":")[2] for arn in references.outside)
        for topic in (*references.found, *(named[name] for name in tails if name in named)):
            found.setdefault(topic.urn, []).append(it)
        stray = stray or references.lost
    return found, stray


def _let_through(topic: Resource, holders: list[Resource], *, stray: bool) -> Iterator[Problem]:
    unreadable: list[Problem] = []
    for it in holders:
        content = read(it.properties.get("policy"), of_resource=True)
        if isinstance(content, Unreadable):
            unreadable.append(unverifiable(it, "policy", content))
        elif any(refused_without_tls(content, "sns:Publish")):
            return
    if stray and not holders:
        reason = f"which topic a TopicPolicy is for: {IS_UNKNOWN}"
        unreadable.append(unverifiable(topic, "policy", Unreadable(reason)))
    if unreadable:
        yield from unreadable
    else:
        message = "the topic has no key, and no statement denies everyone sns:Publish without TLS"
        yield Problem(resource=topic, path="policy", message=message)


CUSTOMER_KEY = Rule(
    id="data.customer-key",
    title="Data that has to be is encrypted with a key of the customer's",
    severity=Severity.MEDIUM,
    why="Only the policy of an own key says who may decrypt; AWS's keys serve everyone in the account, and "
    "with aws/sns no alarm can publish.",
    fix="Name an aws.kms.Key: kms_key_id of a LogGroup or Secret, kms_master_key_id of a Topic, "
    "encryption_configurations of an ECR Repository.",
    mappings=(
        "AWS Security Hub SNS.1",
        "AWS Security Hub ECR.5",
    ),
    options=("customer_keys",),
    stack=other_keys,
)

TOPIC_TLS = Rule(
    id="sns.tls-only",
    title="A topic takes no messages without TLS",
    severity=Severity.MEDIUM,
    why="What is published by plain HTTP can be read on the way.",
    fix='Set kms_master_key_id, with which SNS asks for HTTPS, or in its aws.sns.TopicPolicy Deny "*" '
    'sns:Publish with the condition Bool: {"aws:SecureTransport": "false"}.',
    stack=plain_topics,
)

RULES = (CUSTOMER_KEY, TOPIC_TLS)
