"""Rules about whatever keeps data: who is let in, and how soon it is gone."""

from collections.abc import Iterator

from ecs_policies.kinds import (
    BUCKET,
    BUCKET_POLICY,
    EXTERNAL_KEY,
    KEY,
    KEY_POLICY,
    LOG_RESOURCE_POLICY,
    PUBLIC_REPOSITORY,
    PUBLIC_REPOSITORY_POLICY,
    QUEUE,
    QUEUE_POLICY,
    REGISTRY_POLICY,
    REPLICA_EXTERNAL_KEY,
    REPLICA_KEY,
    REPOSITORY_POLICY,
    REPOSITORY_TEMPLATE,
    SECRET,
    SECRET_POLICY,
    TOPIC,
    TOPIC_POLICY,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.access import lets_everyone_in
from ecs_policies.reading.demands import unverifiable, wants_number
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.values import Unreadable, parsed

# The property that holds the policy of each kind of resource, or of what it makes.
_POLICIES = {
    BUCKET: "policy",
    BUCKET_POLICY: "policy",
    EXTERNAL_KEY: "policy",
    KEY: "policy",
    KEY_POLICY: "policy",
    LOG_RESOURCE_POLICY: "policyDocument",
    PUBLIC_REPOSITORY_POLICY: "policy",
    QUEUE: "policy",
    QUEUE_POLICY: "policy",
    REGISTRY_POLICY: "policy",
    REPLICA_EXTERNAL_KEY: "policy",
    REPLICA_KEY: "policy",
    REPOSITORY_POLICY: "policy",
    REPOSITORY_TEMPLATE: "repositoryPolicy",
    SECRET: "policy",
    SECRET_POLICY: "policy",
    TOPIC: "policy",
    TOPIC_POLICY: "policy",
}
# AWS takes 7 to 30 days. Within a fortnight a weekly job still shows that it needs the key.
_SHORTEST_WAIT = 14
_SHOWN = 3


def public_grants(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Statements of a resource's own policy that let everyone in, and repositories that are public by kind.

    A condition on who calls, on whose behalf or from which network makes such a statement one for somebody.
    """
    if resource.kind == PUBLIC_REPOSITORY:
        message = "everyone may pull from a repository in ECR's public registry"
        yield Problem(resource=resource, path="repositoryName", message=message)
        return
    name = _POLICIES[resource.kind]
    document = resource.properties.get(name)
    if document in (None, "") or parsed(document) == {}:
        return
    statements = read(document, of_resource=True)
    if isinstance(statements, Unreadable):
        yield unverifiable(resource, name, statements)
        return
    for it in statements:
        if lets_everyone_in(it):
            message = f"everyone may do {_shown(it)}; no condition says who, or for whom"
            yield Problem(resource=resource, path=f"{name}.{it.path}.Principal", message=message)


def _shown(statement: Statement) -> str:
    if not statement.actions:
        return f"all but {', '.join(statement.not_actions[:_SHOWN])}"
    return ", ".join(statement.actions[:_SHOWN]) + (", …" if len(statement.actions) > _SHOWN else "")


def short_waits(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Keys and secrets that are gone too soon after their deletion.

    AWS KMS Developer Guide, "Deleting AWS KMS keys"; AWS Secrets Manager User Guide, "Delete a secret".
    """
    if resource.kind == SECRET:
        name, shortest = "recoveryWindowInDays", 7
    else:
        name, shortest = "deletionWindowInDays", _SHORTEST_WAIT
    yield from wants_number(
        resource,
        name,
        resource.properties.get(name),
        good=lambda it: it >= shortest,
        default=30,
        message=f"{{}} days after its deletion it is gone for good, not {shortest} or more",
    )


PUBLIC_GRANT = Rule(
    id="data.public-grant",
    title="What keeps data lets no one in whom it doesn't name",
    severity=Severity.CRITICAL,
    why='Principal "*" is every account of AWS and, for most services, whoever is on the internet.',
    fix="Name accounts, roles or services in Principal, or add a condition such as aws:SourceAccount or "
    "aws:PrincipalOrgID.",
    mappings=(
        "AWS Security Hub FSBP S3.2",
        "AWS Security Hub FSBP S3.3",
        "AWS Security Hub FSBP KMS.5",
        "AWS Security Hub FSBP SNS.4",
        "AWS Security Hub FSBP SQS.3",
    ),
    types=frozenset({*_POLICIES, PUBLIC_REPOSITORY}),
    resource=public_grants,
)

DELETION_WINDOW = Rule(
    id="data.deletion-window",
    title="A deleted key or secret can be brought back for a while",
    severity=Severity.LOW,
    why="With a key goes all that it encrypted, and that something needed it often shows days later.",
    fix="Leave deletion_window_in_days of a key, and recovery_window_in_days of a secret, at their 30 days.",
    types=frozenset({KEY, REPLICA_KEY, EXTERNAL_KEY, REPLICA_EXTERNAL_KEY, SECRET}),
    resource=short_waits,
)

RULES = (PUBLIC_GRANT, DELETION_WINDOW)
