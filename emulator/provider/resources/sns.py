"""SNS: topics, their policies and subscriptions."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.provider import tagging
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.names import typed
from emulator.provider.operation import Operation

FEEDBACK = {
    f"{kind}{what}": f"{spelled}{what[0].upper()}{what[1:]}"
    for kind, spelled in (
        ("application", "Application"),
        ("firehose", "Firehose"),
        ("http", "HTTP"),
        ("lambda", "Lambda"),
        ("sqs", "SQS"),
    )
    for what in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
}
TOPIC_ATTRIBUTES: Mapping[str, str] = {
    **FEEDBACK,
    "archivePolicy": "ArchivePolicy",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoThroughputScope": "FifoThroughputScope",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
"""Property → attribute (Amazon SNS API Reference, SetTopicAttributes)."""

SUBSCRIPTION_ATTRIBUTES: Mapping[str, str] = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "replayPolicy": "ReplayPolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


def _text(value: Any) -> str:
    """An attribute's value: always text."""
    return str(typed(value, "string"))


def _create_topic(operation: Operation) -> str:
    inputs = operation.inputs
    attributes = {a: _text(inputs[p]) for p, a in TOPIC_ATTRIBUTES.items() if p in inputs}
    if inputs.get("fifoTopic"):
        attributes["FifoTopic"] = "true"
    params: dict[str, Any] = {"Name": inputs["name"], "Attributes": attributes}
    answer = operation.call("create_topic", {**params, **tagging.creation(operation)})
    return str(answer["TopicArn"])


def _set_topic(operation: Operation) -> None:
    for name in sorted(operation.changed & set(TOPIC_ATTRIBUTES)):
        value = _text(operation.inputs[name]) if name in operation.inputs else ""
        operation.client().set_topic_attributes(
            TopicArn=operation.id, AttributeName=TOPIC_ATTRIBUTES[name], AttributeValue=value
        )


def _properties(operation: Operation, names: Mapping[str, str], found: Mapping[str, str]) -> dict[str, Any]:
    """Attributes as properties of the types that they have."""
    kinds = {n: operation.shape.properties[n].type for n in names}
    return {n: typed(found[a], kinds[n]) for n, a in names.items() if found.get(a) not in (None, "")}


def _read_topic(operation: Operation) -> Mapping[str, Any] | None:
    read = Read(op="get_topic_attributes", params={"TopicArn": "{id}"}, at="Attributes")
    found = operation.fetch_raw(read)
    if found is None:
        return None
    operation.found = found
    name = str(found["TopicArn"]).rpartition(":")[2]
    fifo = {"fifoTopic": found.get("FifoTopic") == "true"}
    owner = {"owner": found.get("Owner"), "beginningArchiveTime": found.get("BeginningArchiveTime")}
    return {
        **_properties(operation, TOPIC_ATTRIBUTES, found),
        **fifo,
        **owner,
        "arn": found["TopicArn"],
        "name": name,
    }


def _find_topic(operation: Operation) -> str | None:
    session = operation.session
    arn = f"arn:{session.partition}:sns:{operation.region}:{session.account}:{operation.inputs['name']}"
    read = Read(op="get_topic_attributes", params={"TopicArn": arn}, at="Attributes.TopicArn")
    found = operation.fetch_raw(read)
    return str(found) if found else None


def _check_topic(inputs: Mapping[str, Any]) -> Mapping[str, str]:
    name = inputs.get("name")
    if isinstance(name, str) and bool(inputs.get("fifoTopic")) != name.endswith(".fifo"):
        return {"name": f"a FIFO topic's name ends in .fifo, and no other's does, got {name}"}
    if inputs.get("contentBasedDeduplication") and not inputs.get("fifoTopic"):
        return {"contentBasedDeduplication": "only a FIFO topic has it; set fifoTopic"}
    return {}


TOPIC = Resource(
    token="aws:sns/topic:Topic",
    service="sns",
    create=Code(run=_create_topic, send=(*TOPIC_ATTRIBUTES, "fifoTopic", "name")),
    id="TopicArn",
    upserts=True,
    read=(Code(run=_read_topic),),
    changes=(Change(do=Code(run=_set_topic, send=tuple(TOPIC_ATTRIBUTES)), when=tuple(TOPIC_ATTRIBUTES)),),
    delete=Call(op="delete_topic", params={"TopicArn": "{id}"}),
    tags=Tags(
        tag=Call(op="tag_resource", params={"ResourceArn": "{id}"}, send=()),
        untag=Call(op="untag_resource", params={"ResourceArn": "{id}"}, send=()),
        read=Read(op="list_tags_for_resource", params={"ResourceArn": "{id}"}, at="Tags"),
    ),
    name=Name(longest=256),
    find=Code(run=_find_topic),
    replace=("name", "fifoTopic"),
    defaults={"contentBasedDeduplication": False, "fifoTopic": False},
    check=_check_topic,
    enums={"fifoThroughputScope": ("MessageGroup", "Topic"), "tracingConfig": ("Active", "PassThrough")},
    json=("archivePolicy", "deliveryPolicy", "policy"),
    refused=("maximumMessageSize", "namePrefix"),
)


def _put_policy(operation: Operation) -> str:
    inputs = operation.inputs
    operation.client().set_topic_attributes(
        TopicArn=inputs["arn"], AttributeName="Policy", AttributeValue=inputs["policy"]
    )
    return str(inputs["arn"])


def _read_policy(operation: Operation) -> Mapping[str, Any] | None:
    found = operation.fetch_raw(Read(op="get_topic_attributes", params={"TopicArn": "{id}"}, at="Attributes"))
    if found is None or not found.get("Policy"):
        return None
    return {"arn": operation.id, "owner": found.get("Owner"), "policy": found["Policy"]}


def _reset_policy(operation: Operation) -> None:
    """A topic always has a policy: what is left is the one that AWS makes, for the owner alone."""
    session = operation.session
    actions = ("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic")
    more = ("Subscribe", "ListSubscriptionsByTopic", "Publish")
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in (*actions, *more)],
        "Resource": operation.id,
        "Condition": {"StringEquals": {"AWS:SourceOwner": session.account}},
    }
    document = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    operation.call(
        "set_topic_attributes",
        {"TopicArn": operation.id, "AttributeName": "Policy", "AttributeValue": json.dumps(document)},
    )


TOPIC_POLICY = Resource(
    token="aws:sns/topicPolicy:TopicPolicy",
    service="sns",
    create=Code(run=_put_policy, send=("arn", "policy")),
    id="{arn}",
    read=(Code(run=_read_policy),),
    changes=(Change(do=Code(run=_put_policy, send=("policy",)), when=("policy",)),),
    delete=Code(run=_reset_policy),
    replace=("arn",),
    json=("policy",),
)


def _subscribe(operation: Operation) -> str:
    inputs = operation.inputs
    attributes = {a: _text(inputs[p]) for p, a in SUBSCRIPTION_ATTRIBUTES.items() if p in inputs}
    answer = operation.client().subscribe(
        TopicArn=inputs["topic"],
        Protocol=inputs["protocol"],
        Endpoint=inputs["endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return str(answer["SubscriptionArn"])


def _set_subscription(operation: Operation) -> None:
    for name in sorted(operation.changed & set(SUBSCRIPTION_ATTRIBUTES)):
        value = _text(operation.inputs[name]) if name in operation.inputs else ""
        if not value and name in ("filterPolicy", "redrivePolicy"):
            value = "{}"
        operation.client().set_subscription_attributes(
            SubscriptionArn=operation.id, AttributeName=SUBSCRIPTION_ATTRIBUTES[name], AttributeValue=value
        )


def _read_subscription(operation: Operation) -> Mapping[str, Any] | None:
    read = Read(op="get_subscription_attributes", params={"SubscriptionArn": "{id}"}, at="Attributes")
    found = operation.fetch_raw(read)
    if found is None:
        return None
    found = {k: v for k, v in found.items() if v != "{}"}
    return {
        **_properties(operation, SUBSCRIPTION_ATTRIBUTES, found),
        "arn": operation.id,
        "confirmationWasAuthenticated": found.get("ConfirmationWasAuthenticated") == "true",
        "endpoint": found["Endpoint"],
        "ownerId": found.get("Owner"),
        "pendingConfirmation": found.get("PendingConfirmation") == "true",
        "protocol": found["Protocol"],
        "topic": found["TopicArn"],
    }


def _find_subscription(operation: Operation) -> str | None:
    inputs, client = operation.inputs, operation.client()
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=inputs["topic"])
    wanted = (inputs["protocol"], inputs["endpoint"])
    found = [s for page in pages for s in page["Subscriptions"] if (s["Protocol"], s["Endpoint"]) == wanted]
    return str(found[0]["SubscriptionArn"]) if found else None


TOPIC_SUBSCRIPTION = Resource(
    token="aws:sns/topicSubscription:TopicSubscription",
    service="sns",
    create=Code(run=_subscribe, send=(*SUBSCRIPTION_ATTRIBUTES, "endpoint", "protocol", "topic")),
    id="SubscriptionArn",
    read=(Code(run=_read_subscription),),
    changes=(
        Change(
            do=Code(run=_set_subscription, send=tuple(SUBSCRIPTION_ATTRIBUTES)),
            when=tuple(SUBSCRIPTION_ATTRIBUTES),
        ),
    ),
    delete=Call(op="unsubscribe", params={"SubscriptionArn": "{id}"}),
    find=Code(run=_find_subscription),
    replace=("endpoint", "protocol", "topic"),
    defaults={
        "confirmationTimeoutInMinutes": 1,
        "endpointAutoConfirms": False,
        "rawMessageDelivery": False,
    },
    enums={
        "filterPolicyScope": ("MessageAttributes", "MessageBody"),
        "protocol": (
            "application",
            "email",
            "email-json",
            "firehose",
            "http",
            "https",
            "lambda",
            "sms",
            "sqs",
        ),
    },
    json=("deliveryPolicy", "filterPolicy", "redrivePolicy", "replayPolicy"),
    provider_only=("confirmationTimeoutInMinutes", "endpointAutoConfirms"),
)

RESOURCES: tuple[Resource, ...] = (TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION)
INVOKES: tuple[Invoke, ...] = ()
