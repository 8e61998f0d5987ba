"""Who is told when an alarm goes off: mailboxes, HTTPS endpoints, queues and functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from components.errors import InvalidSettingError

Protocol: TypeAlias = Literal["email", "https", "lambda", "sqs"]

_SETTING = "alarms.subscribers"
_EMAIL = re.compile(r"[^@\s:/]+@[^@\s:/]+\.[^@\s:/]+")
_ARN = re.compile(r"arn:[\w-]+:(?P<service>sqs|lambda):[\w-]+:\d{12}:(?P<resource>[\w:.$-]+)")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KNOWN = "isn't an email address, an https endpoint, or the ARN of an SQS queue or a Lambda function"
_UNSAFE = (
    "may hold a secret, which would stand in the state as text; subscribe a Lambda function that reads it "
    "from Secrets Manager, or subscribe the endpoint by hand to the topic in the output alarm_topic_arn"
)
# As long as the shortest keys in the paths of those who receive alarms: Slack's have 24, PagerDuty's 32.
_TOKEN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Whom SNS tells, and how. Mail is sent once the address has confirmed, which only its owner can.

    A queue's or function's own policy has to let the topic in (Amazon SNS Developer Guide, "Fanout Amazon SNS
    notifications to Amazon SQS queues", "… to Lambda functions").
    """

    protocol: Protocol
    endpoint: str

    @property
    def key(self) -> str:
        """What tells it from other subscribers, wherever it stands in the list."""
        return f"{self.protocol}-{sha256(self.endpoint.encode()).hexdigest()[:8]}"

    @staticmethod
    def parse(value: str) -> Subscriber:
        """The subscriber that a setting names. Raises `InvalidSettingError`, without what may be a secret."""
        if "://" in value:
            return Subscriber(protocol="https", endpoint=_endpoint(value))
        if _EMAIL.fullmatch(value):
            return Subscriber(protocol="email", endpoint=value)
        arn = _ARN.fullmatch(value)
        if arn is None:
            raise InvalidSettingError(_SETTING, value, _KNOWN)
        if arn["service"] == "sqs":
            if value.endswith(".fifo"):
                raise InvalidSettingError(_SETTING, value, "is a FIFO queue; use a standard one")
            return Subscriber(protocol="sqs", endpoint=value)
        if not arn["resource"].startswith("function:"):
            raise InvalidSettingError(_SETTING, value, _KNOWN)
        return Subscriber(protocol="lambda", endpoint=value)


def subscribers(values: tuple[str, ...]) -> tuple[Subscriber, ...]:
    """The subscribers that a setting names. Raises `InvalidSettingError` for one that is named twice too."""
    for value in values:
        if values.count(value) > 1:
            raise InvalidSettingError(_SETTING, value, "is named twice; once is enough")
    return tuple(map(Subscriber.parse, values))


def _endpoint(value: str) -> str:
    url = urlsplit(value)
    shown = f"{url.scheme}://{url.hostname or ''}/…"
    if url.username or url.password or url.query or url.fragment or any(map(_is_token, url.path.split("/"))):
        raise InvalidSettingError(_SETTING, shown, _UNSAFE)
    if url.scheme != "https" or not url.hostname:
        raise InvalidSettingError(_SETTING, shown, _KNOWN)
    return value


def _is_token(segment: str) -> bool:
    """Whether a part of a path is a UUID, or has a long run of letters with digits among them."""
    words = re.split(r"[^A-Za-z0-9]", segment)
    return bool(_UUID.fullmatch(segment)) or any(
        len(it) >= _TOKEN and re.search(r"\d", it) and re.search(r"[A-Za-z]", it) for it in words
    )
