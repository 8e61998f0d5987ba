"""Who may be told when an alarm goes off, and what is never said of them."""

import pytest

from components.errors import InvalidSettingError
from components.subscribers import Subscriber, subscribers

QUEUE = "arn:aws:sqs:us-east-1:123456789012:alarms"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:page-somebody"


@pytest.mark.parametrize(
    ("value", "protocol"),
    [
        ("on-call@example.com", "email"),
        ("https://pager.example.com/hooks/web-application-prod-alarms", "https"),
        ("https://pager.example.com:8443", "https"),
        (QUEUE, "sqs"),
        (FUNCTION, "lambda"),
        (f"{FUNCTION}:live", "lambda"),
        ("arn:aws-cn:sqs:cn-north-1:123456789012:alarms", "sqs"),
    ],
)
def test_a_subscriber_is_known_by_its_form(value: str, protocol: str):
    found = Subscriber.parse(value)
    assert (found.protocol, found.endpoint) == (protocol, value)


@pytest.mark.parametrize(
    "value",
    [
        "on-call",
        "on-call@example",
        "http://pager.example.com/hook",
        "https://",
        "+15550100",
        "arn:aws:sns:us-east-1:123456789012:alarms",
        "arn:aws:lambda:us-east-1:123456789012:layer:one",
        f"{QUEUE}.fifo",
        "",
    ],
)
def test_what_is_none_of_them_is_refused(value: str):
    with pytest.raises(InvalidSettingError, match=r"^alarms.subscribers: "):
        Subscriber.parse(value)


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ("https://user:hunter2@pager.example.com/hook", "hunter2"),
        ("https://pager.example.com/hook?key=hunter2", "hunter2"),
        ("https://pager.example.com/hook#hunter2", "hunter2"),
        ("https://hooks.slack.com/services/T01/B01/aB3dE6gH9jK2mN5pQ8sT1vW4", "aB3dE6gH9jK2mN5pQ8sT1vW4"),
        (
            "https://events.example.com/integration/0123456789abcdef0123456789abcdef/enqueue",
            "0123456789abcdef",
        ),
        ("https://pager.example.com/123e4567-e89b-12d3-a456-426614174000", "426614174000"),
        ("http://pager.example.com/0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ],
)
def test_an_endpoint_that_may_hold_a_secret_is_refused_without_showing_it(value: str, secret: str):
    with pytest.raises(InvalidSettingError, match=r"may hold a secret.*Lambda function") as raised:
        Subscriber.parse(value)
    assert secret not in str(raised.value)
    assert "example.com/…" in str(raised.value) or "slack.com/…" in str(raised.value)


def test_a_subscriber_keeps_its_key_wherever_it_stands():
    assert [it.key for it in subscribers((QUEUE, FUNCTION))] == [
        it.key for it in reversed(subscribers((FUNCTION, QUEUE)))
    ]
    keys = {it.key for it in subscribers((QUEUE, f"{QUEUE}-more", FUNCTION, "on-call@example.com"))}
    assert len(keys) == 4


def test_whoever_is_named_twice_is_refused():
    with pytest.raises(InvalidSettingError, match="named twice"):
        subscribers((QUEUE, FUNCTION, QUEUE))
