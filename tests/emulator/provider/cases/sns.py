"""SNS."""

import json

from tests.emulator.provider.cases.kms import key
from tests.emulator.provider.harness import Case, Made, World


def topic(world: World) -> Made:
    return world.make("aws:sns/topic:Topic", "topic", {})


def publishing(world: World, service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": topic(world).id,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = (
    Case(
        token="aws:sns/topic:Topic",
        inputs=lambda w: {"displayName": "alarms", "kmsMasterKeyId": key(w).id},
        update={"displayName": "alerts", "kmsMasterKeyId": "alias/aws/sns", "tags": {"Name": "other"}},
        replace={"name": "another"},
    ),
    Case(
        token="aws:sns/topicPolicy:TopicPolicy",
        inputs=lambda w: {"arn": topic(w).id, "policy": publishing(w, "cloudwatch.amazonaws.com")},
        update={"policy": lambda w: publishing(w, "events.amazonaws.com")},
        replace={"arn": "another"},
        keeps=True,
    ),
    Case(
        token="aws:sns/topicSubscription:TopicSubscription",
        inputs=lambda w: {
            "topic": topic(w).id,
            "protocol": "sqs",
            "endpoint": "arn:aws:sqs:us-east-1:123456789012:alarms",
            "filterPolicy": json.dumps({"kind": ["alarm"]}),
        },
        update={"rawMessageDelivery": True, "filterPolicy": json.dumps({"kind": ["event"]})},
        replace={"endpoint": "arn:aws:sqs:us-east-1:123456789012:another", "protocol": "lambda"},
    ),
)
