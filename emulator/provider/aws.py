"""The connection to AWS: cached boto3 clients, retries, who we are, and what an error code means."""

import functools
import ipaddress
import os
import threading
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import botocore.session  # pyright: ignore[reportMissingTypeStubs]
import jmespath
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]
from botocore.exceptions import BotoCoreError, ClientError  # pyright: ignore[reportMissingTypeStubs]

ENDPOINT = "AWS_ENDPOINT_URL"
# Throttling, 5xx and broken connections are retried by botocore itself with exponential back-off
# (boto3's documentation, "Retries", standard mode).
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 8},
    max_pool_connections=64,
    connect_timeout=10,
    read_timeout=120,
    tcp_keepalive=True,
    parameter_validation=True,
    user_agent_extra="stand-in-provider",
)
GONE = ("notfound", "nosuch", "nonexistent", "doesnotexist")
TAKEN = ("alreadyexist", "entityalreadyexists", "duplicate", "alreadyowned", "resourceinuse", "conflict")


class NotLoopbackError(ValueError):
    """AWS_ENDPOINT_URL is missing or names a machine other than this one."""


def loopback_endpoint(environment: Mapping[str, str]) -> str:
    """The endpoint's URL. Raises NotLoopbackError: the stand-in must never meet a real account."""
    url = environment.get(ENDPOINT, "")
    host = urlsplit(url).hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        value = f"is {url!r}" if url else "isn't set"
        raise NotLoopbackError(
            f"{ENDPOINT} {value}: the stand-in provider talks only to an embedded AWS on this machine "
            "(http://127.0.0.1:PORT); for a real account use the official pulumi-resource-aws"
        )
    return url


__all__ = ["BotoCoreError", "ClientError"]  # other modules import botocore's errors from here


class Session:
    """Thread-safe clients of one account: each service's client is made once and shared."""

    def __init__(
        self, *, region: str, endpoint: str | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self.region = region
        self.endpoint = endpoint or loopback_endpoint(os.environ)
        self._settings = dict(settings or {})
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        # botocore, not boto3: importing that costs 0.2 s more, for helpers that nothing here needs.
        profile = self._settings.pop("profile_name", None)
        self._boto: Any = botocore.session.Session(profile=profile)

    def client(self, service: str, region: str | None = None) -> Any:
        key = (service, region or self.region)
        found = self._clients.get(key)
        if found is not None:
            return found
        with self._lock:  # creating a client isn't thread-safe; using one is
            if key not in self._clients:
                self._clients[key] = self._boto.create_client(
                    service,
                    region_name=key[1],
                    endpoint_url=self.endpoint,
                    config=CONFIG,
                    **self._settings,
                )
            return self._clients[key]

    def operation(self, service: str, op: str) -> Any:
        """botocore's model of the input of a boto3 method."""
        client = self.client(service)
        name = client.meta.method_to_api_mapping[op]
        return client.meta.service_model.operation_model(name).input_shape

    @functools.cached_property
    def identity(self) -> Mapping[str, str]:
        """STS's answer: Account, Arn, UserId."""
        answer: dict[str, str] = self.client("sts").get_caller_identity()
        return answer

    @property
    def account(self) -> str:
        return self.identity["Account"]

    @functools.cached_property
    def partition(self) -> str:
        return str(self._boto.get_partition_for_region(self.region))


def code(error: ClientError) -> str:
    return _told(error, "Code")


def _told(error: ClientError, name: str) -> str:
    """A field of the error's answer, "" when it has none."""
    response: Mapping[str, Any] = cast("Any", error).response
    return str(response.get("Error", {}).get(name, ""))


def is_gone(error: ClientError, extra: tuple[str, ...] = ()) -> bool:
    """Whether an error says that the thing doesn't exist."""
    found = code(error)
    plain = found.replace(".", "").lower()
    return found in extra or found == "404" or any(word in plain for word in GONE)


def is_taken(error: ClientError) -> bool:
    """Whether an error says that the name is in use."""
    plain = code(error).replace(".", "").lower()
    message = _told(error, "Message").lower()
    return any(word in plain for word in TAKEN) or "already exists" in message


def explain(error: Exception) -> str:
    """An AWS error as one line."""
    if isinstance(error, ClientError):
        answer: Any = error
        status = answer.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        return f"{answer.operation_name}: {code(error)}: {_told(error, 'Message')} (HTTP {status})"
    return f"{type(error).__name__}: {error}"


@functools.cache
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def search(expression: str, value: Any) -> Any:
    """The value of a JMESPath expression."""
    return _compiled(expression).search(value)
