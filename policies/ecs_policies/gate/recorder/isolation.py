"""No credentials and no network while a program runs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

_CREDENTIAL: Final = re.compile(
    r"^(AWS|PULUMI|AZURE|ARM|GOOGLE|GCLOUD|CLOUDSDK|CLOUDFLARE|DD|DATADOG|VAULT)_"
    r"|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|(API|ACCESS|PRIVATE|APP)_?KEY|KUBECONFIG|SSH_AUTH_SOCK",
    re.IGNORECASE,
)
# So that the AWS SDK finds no profile and asks no instance for a role.
_NOTHING_THERE: Final = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_NETWORK: Final = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
"""Python's audit events that reach for a network, and which of their arguments says where to."""


class NetworkRefusedError(Exception):
    """The program reached for a network; the text is one sentence."""


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run: without credentials, and without what steers AWS's or Pulumi's tools."""
    return {key: it for key, it in given.items() if not _CREDENTIAL.search(key)} | _NOTHING_THERE


def refuse_network(place: Callable[[], str], refused: Callable[[str], None]) -> None:
    """From now on, fail every connection and look-up of a host that Python code makes in this process.

    `place` says where in the program the code is; `refused` hears of it, since a program may catch the error.
    """

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        where = _NETWORK.get(event)
        # Without an address, a socket that is connected already is used, or none is meant.
        if where is None or arguments[where] is None:
            return
        sentence = (
            f"the program reaches for the network ({_shown(arguments[where])}) at {place()}, and the gate "
            "has none: look the value up by an invoke of its provider, or put it into the stack's config"
        )
        refused(sentence)
        raise NetworkRefusedError(sentence)

    sys.addaudithook(watch)


def _shown(address: Any) -> str:
    if isinstance(address, tuple):
        return ":".join(str(it) for it in address[:2])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return address.decode(errors="replace") if isinstance(address, bytes) else str(address)
