"""Cases of the rules about whatever keeps data."""

from typing import Any

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
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.stacks import ACCOUNT, document, resource

GRANT = "data.public-grant"
EVERYONE = {"Principal": "*", "Action": "sns:Publish", "Resource": "*"}


def topic_policy(*statements: dict[str, Any]) -> tuple[Resource]:
    """A topic's policy with these statements, each of which allows unless it says otherwise."""
    return (resource(TOPIC_POLICY, "its", {"policy": document(*statements)}),)


def narrowed(operator: str, key: str, *values: Any) -> tuple[Resource]:
    """A policy that lets everyone in on one condition."""
    return topic_policy({**EVERYONE, "Condition": {operator: {key: list(values)}}})


GRANTS = (
    *(
        Case(rule=GRANT, says=f"takes {what}", stack=stack)
        for what, stack in (
            ("an account", topic_policy({**EVERYONE, "Principal": {"AWS": ACCOUNT}})),
            ("a service", topic_policy({**EVERYONE, "Principal": {"Service": "events.amazonaws.com"}})),
            ("a denial for everyone", topic_policy({**EVERYONE, "Effect": "Deny"})),
            ("a key without a policy, which is its account's", (resource(KEY, "key"),)),
            ("a policy that is blank", (resource(TOPIC, "topic", {"policy": ""}),)),
            ("a policy that is empty, which is none", (resource(SECRET, "secret", {"policy": "{}"}),)),
            ("SNS's own default", narrowed("StringEquals", "AWS:SourceOwner", ACCOUNT)),
            ("an account's callers", narrowed("StringEquals", "kms:CallerAccount", ACCOUNT)),
            ("an organization", narrowed("StringEqualsIgnoreCase", "aws:PrincipalOrgID", "o-1234567890")),
            ("a part of one", narrowed("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-1/r-1/*")),
            ("a bucket", narrowed("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:web-uploads")),
            (
                "an account's rules",
                narrowed("ArnLike", "aws:SourceArn", f"arn:aws:events:*:{ACCOUNT}:rule/*"),
            ),
            ("a network", narrowed("IpAddress", "aws:SourceIp", "192.0.2.0/24", "2001:db8::/32")),
            ("an endpoint", narrowed("StringEquals", "aws:SourceVpce", "vpce-1")),
            ("a role's sessions", narrowed("StringLike", "aws:userid", "AROAEXAMPLE:*")),
        )
    ),
    *(
        Case(
            rule=GRANT,
            says=f"finds everyone in {name} of {kind}",
            stack=(resource(kind, "it", {name: document(EVERYONE)}),),
            finds=(("it", f"{name}.Statement[0].Principal"),),
            told=("everyone may do sns:Publish;",),
        )
        for kind, name in (
            (BUCKET, "policy"),
            ("aws:s3/bucketV2:BucketV2", "policy"),
            (BUCKET_POLICY, "policy"),
            (EXTERNAL_KEY, "policy"),
            (KEY, "policy"),
            (KEY_POLICY, "policy"),
            (LOG_RESOURCE_POLICY, "policyDocument"),
            (PUBLIC_REPOSITORY_POLICY, "policy"),
            (QUEUE, "policy"),
            (QUEUE_POLICY, "policy"),
            (REGISTRY_POLICY, "policy"),
            (REPLICA_EXTERNAL_KEY, "policy"),
            (REPLICA_KEY, "policy"),
            (REPOSITORY_POLICY, "policy"),
            (REPOSITORY_TEMPLATE, "repositoryPolicy"),
            (SECRET, "policy"),
            (SECRET_POLICY, "policy"),
            (TOPIC, "policy"),
            (TOPIC_POLICY, "policy"),
        )
    ),
    *(
        Case(rule=GRANT, says=f"finds {what}", stack=stack, finds=(("its", "policy.Statement[0].Principal"),))
        for what, stack in (
            ("every account", topic_policy({**EVERYONE, "Principal": {"AWS": [ACCOUNT, "*"]}})),
            (
                "everyone but one",
                topic_policy({"NotPrincipal": {"AWS": ACCOUNT}, "NotAction": "sns:Publish", "Resource": "*"}),
            ),
            ("everyone with TLS", narrowed("Bool", "aws:SecureTransport", "true")),
            ("everyone elsewhere", narrowed("StringNotEquals", "aws:SourceAccount", ACCOUNT)),
            (
                "everyone on nobody's behalf",
                narrowed("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT),
            ),
            ("callers of any account", narrowed("StringLike", "aws:PrincipalAccount", "*")),
            ("any account's roles", narrowed("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/web")),
            ("any bucket", narrowed("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*")),
            ("any access point", narrowed("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:accesspoint/web")),
            ("any organization", narrowed("StringLike", "aws:PrincipalOrgID", "o-*")),
            ("every address", narrowed("IpAddress", "aws:SourceIp", "0.0.0.0/0")),
            ("one account and every one", narrowed("StringLike", "aws:SourceAccount", ACCOUNT, "*")),
            ("a condition without a value", narrowed("StringEquals", "aws:SourceAccount")),
        )
    ),
    Case(
        rule=GRANT,
        says="tells three of many actions, and what is left out of all",
        stack=topic_policy(
            {**EVERYONE, "Action": ["sns:A", "sns:B", "sns:C", "sns:D"]},
            {"Principal": "*", "NotAction": "sns:DeleteTopic", "Resource": "*"},
        ),
        finds=(("its", "policy.Statement[0].Principal"), ("its", "policy.Statement[1].Principal")),
        told=("may do sns:A, sns:B, sns:C, …;", "may do all but sns:DeleteTopic;"),
    ),
    Case(
        rule=GRANT,
        says="finds a repository in the public registry",
        stack=(resource(PUBLIC_REPOSITORY, "web", {"repositoryName": "web"}),),
        finds=(("web", "repositoryName"),),
    ),
    Case(
        rule=GRANT,
        says="can't tell while a policy, or a part of it, isn't known",
        stack=(
            resource(KEY, "key", {"policy": UNKNOWN}),
            resource(SECRET, "secret", {"policy": {"Statement": [{**EVERYONE, "Effect": UNKNOWN}]}}),
        ),
        unsure=(("key", "policy"), ("secret", "policy")),
    ),
    Case(
        rule=GRANT,
        says="can't read a policy that isn't one",
        stack=(
            resource(KEY, "key", {"policy": "{"}),
            resource(SECRET, "secret", {"policy": document({**EVERYONE, "Effect": "Maybe"})}),
        ),
        unsure=(("key", "policy"), ("secret", "policy.Statement[0]")),
        malformed=True,
    ),
)

WINDOW = "data.deletion-window"

WINDOWS = (
    Case(
        rule=WINDOW,
        says="takes AWS's 30 days, said or not, and a fortnight",
        stack=(
            resource(KEY, "key"),
            resource(SECRET, "secret"),
            resource(REPLICA_KEY, "replica", {"deletionWindowInDays": "14"}),
            resource(SECRET, "second", {"recoveryWindowInDays": 7}),
        ),
    ),
    Case(
        rule=WINDOW,
        says="finds keys that are gone after a week",
        stack=tuple(
            resource(kind, kind.rpartition(":")[2], {"deletionWindowInDays": 7})
            for kind in (KEY, REPLICA_KEY, EXTERNAL_KEY, REPLICA_EXTERNAL_KEY)
        ),
        finds=(
            ("Key", "deletionWindowInDays"),
            ("ReplicaKey", "deletionWindowInDays"),
            ("ExternalKey", "deletionWindowInDays"),
            ("ReplicaExternalKey", "deletionWindowInDays"),
        ),
        told=("7 days after its deletion it is gone for good, not 14 or more",),
    ),
    Case(
        rule=WINDOW,
        says="finds a secret that is gone at once",
        stack=(resource(SECRET, "secret", {"recoveryWindowInDays": 0}),),
        finds=(("secret", "recoveryWindowInDays"),),
    ),
    Case(
        rule=WINDOW,
        says="can't tell while the days aren't known",
        stack=(resource(KEY, "key", {"deletionWindowInDays": UNKNOWN}),),
        unsure=(("key", "deletionWindowInDays"),),
    ),
    Case(
        rule=WINDOW,
        says="can't read days that are no number",
        stack=(resource(SECRET, "secret", {"recoveryWindowInDays": "a week"}),),
        unsure=(("secret", "recoveryWindowInDays"),),
        malformed=True,
    ),
)

CASES = (*GRANTS, *WINDOWS)
