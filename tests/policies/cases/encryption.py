"""Cases of the rules about how data is encrypted."""

from typing import Any

from ecs_policies.kinds import ALIAS, KEY, LOG_GROUP, REPOSITORY, SECRET, TOPIC, TOPIC_POLICY
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.stacks import ACCOUNT, document, resource

EVERYONE = {"Principal": "*", "Action": "sns:Publish", "Resource": "*"}

OWN_KEY = "data.customer-key"
A_KEY = resource(KEY, "key")
AN_ALIAS = resource(ALIAS, "alias", {"name": "alias/web"})
ALL_SERVICES = {"customer_keys": ["ecr", "logs", "secrets", "sns"]}


def topic(key: Any = None, **made_from: Resource) -> Resource:
    """A topic under this key, if one is given."""
    return resource(TOPIC, "topic", {"kmsMasterKeyId": key} if key is not None else {}, **made_from)


def images(settings: Any, **made_from: Resource) -> Resource:
    """A repository with these settings of encryption."""
    return resource(REPOSITORY, "web", {"encryptionConfigurations": settings}, **made_from)


CUSTOMER_KEYS = (
    *(
        Case(rule=OWN_KEY, says=f"takes {what}", stack=stack, options=ALL_SERVICES)
        for what, stack in (
            ("a key of the stack", (A_KEY, topic(UNKNOWN, kmsMasterKeyId=A_KEY))),
            ("an alias of the stack", (AN_ALIAS, topic("alias/web"))),
            ("a key from elsewhere", (topic(f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"),)),
            ("images under a key", (images([{"encryptionType": "KMS", "kmsKey": "alias/web"}]),)),
            (
                "images under a key of the stack",
                (
                    A_KEY,
                    images({"encryptionType": "KMS_DSSE", "kmsKey": UNKNOWN}, encryptionConfigurations=A_KEY),
                ),
            ),
        )
    ),
    Case(
        rule=OWN_KEY,
        says="asks for no key but for topics by default",
        stack=(resource(LOG_GROUP, "logs"), resource(SECRET, "secret"), resource(REPOSITORY, "web")),
    ),
    Case(
        rule=OWN_KEY,
        says="finds a topic without a key",
        stack=(topic(),),
        finds=(("topic", "kmsMasterKeyId"),),
    ),
    *(
        Case(
            rule=OWN_KEY,
            says=f"finds a topic under AWS's key as {key}",
            stack=(topic(key),),
            finds=(("topic", "kmsMasterKeyId"),),
        )
        for key in ("alias/aws/sns", "aws/sns", f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/sns", "")
    ),
    Case(
        rule=OWN_KEY,
        says="finds logs, secrets and images without one where the config asks for it",
        stack=(
            resource(LOG_GROUP, "logs"),
            resource(SECRET, "secret", {"kmsKeyId": "alias/aws/secretsmanager"}),
            resource(REPOSITORY, "web"),
            resource(REPOSITORY, "second", {"encryptionConfigurations": [{"encryptionType": "KMS"}]}),
        ),
        finds=(
            ("logs", "kmsKeyId"),
            ("secret", "kmsKeyId"),
            ("web", "encryptionConfigurations.encryptionType"),
            ("second", "encryptionConfigurations.kmsKey"),
        ),
        told=("encrypted with AES256",),
        options=ALL_SERVICES,
    ),
    Case(
        rule=OWN_KEY,
        says="can't tell while the key, or its kind, isn't known",
        stack=(topic(UNKNOWN), images([{"encryptionType": UNKNOWN}])),
        unsure=(("topic", "kmsMasterKeyId"), ("web", "encryptionConfigurations.encryptionType")),
        options=ALL_SERVICES,
    ),
    Case(
        rule=OWN_KEY,
        says="can't read settings that are none",
        stack=(images("KMS"), topic(["a", 1])),
        unsure=(("web", "encryptionConfigurations"), ("topic", "kmsMasterKeyId")),
        malformed=True,
        options=ALL_SERVICES,
    ),
)

TLS = "sns.tls-only"
NO_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def policy_of(target: Resource | None, content: Any, arn: Any = UNKNOWN) -> Resource:
    """A separate policy, by a reference to the topic that isn't known yet."""
    made_from = {"arn": target} if target else {}
    return resource(TOPIC_POLICY, "its", {"arn": arn, "policy": content}, **made_from)


NAMED = resource(TOPIC, "topic", {"name": "alarms"})

TOPICS = (
    Case(
        rule=TLS, says="takes a topic with a key, with which SNS asks for HTTPS", stack=(topic("alias/web"),)
    ),
    Case(
        rule=TLS,
        says="takes a denial without TLS in the topic's own policy",
        stack=(resource(TOPIC, "topic", {"policy": document(NO_TLS)}),),
    ),
    Case(
        rule=TLS,
        says="takes a denial without TLS in a separate policy",
        stack=(topic(), policy_of(topic(), document({**NO_TLS, "Action": ["sns:*"]}))),
    ),
    Case(
        rule=TLS,
        says="takes a separate policy that names the topic in plain text",
        stack=(NAMED, policy_of(None, document(NO_TLS), f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms")),
    ),
    Case(
        rule=TLS,
        says="finds a topic without a key or a policy, and the policy of another",
        stack=(NAMED, policy_of(None, document(NO_TLS), f"arn:aws:sns:us-east-1:{ACCOUNT}:other")),
        finds=(("topic", "policy"),),
    ),
    Case(
        rule=TLS,
        says="finds policies that let plain HTTP through",
        stack=(
            resource(TOPIC, "topic", {"kmsMasterKeyId": "", "policy": document(EVERYONE)}),
            policy_of(topic(), document({**NO_TLS, "Action": "sns:Subscribe"})),
        ),
        finds=(("topic", "policy"),),
    ),
    Case(
        rule=TLS,
        says="can't tell while a policy isn't known",
        stack=(topic(), policy_of(topic(), UNKNOWN)),
        unsure=(("its", "policy"),),
    ),
    Case(
        rule=TLS,
        says="can't tell while the topic of a policy isn't known",
        stack=(topic(), policy_of(None, document(NO_TLS))),
        unsure=(("topic", "policy"),),
        told=("which topic a TopicPolicy is for",),
    ),
    Case(
        rule=TLS,
        says="goes by the topic's own policies while another's topic isn't known",
        stack=(
            resource(TOPIC, "topic", {"policy": document(EVERYONE)}),
            policy_of(None, document(NO_TLS)),
        ),
        finds=(("topic", "policy"),),
    ),
    Case(
        rule=TLS,
        says="can't read a policy that isn't JSON",
        stack=(resource(TOPIC, "topic", {"policy": "{"}),),
        unsure=(("topic", "policy"),),
        malformed=True,
    ),
)

CASES = (*CUSTOMER_KEYS, *TOPICS)
