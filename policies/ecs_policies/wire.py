"""Pulumi's wire format of property values, as plain data of the model.

The signatures are the ones of the SDKs (pulumi/sdk/go/common/resource: PropertyValue). A secret is opened,
since rules judge it; no finding repeats a value that a secret was in.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from ecs_policies.model import UNKNOWN, Value

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (a signature)
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for an unknown text, and for any unknown that an SDK sends."""
UNKNOWNS: Final = (
    UNKNOWN_TEXT,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
)
_REDACTED = "[secret]"


def value(sent: Any) -> Value:
    """A property as plain data. Unknown is also what can't be looked into: assets, and redacted secrets."""
    if isinstance(sent, str):
        # A program that knows a value only later may still have built a text around it.
        unknown = sent == _REDACTED or (len(sent) >= len(UNKNOWN_TEXT) and any(it in sent for it in UNKNOWNS))
        return UNKNOWN if unknown else sent
    if isinstance(sent, Mapping):
        mapping = cast("Mapping[str, Any]", sent)
        if SIGNATURE in mapping:
            return _special(mapping)
        return {str(key): value(it) for key, it in mapping.items()}
    if isinstance(sent, Sequence):
        return [value(it) for it in cast("Sequence[Any]", sent)]
    if isinstance(sent, float) and sent.is_integer():
        return int(sent)
    return cast(Value, sent) if sent is None or isinstance(sent, (bool, int, float)) else UNKNOWN


def properties(sent: Mapping[str, Any]) -> dict[str, Value]:
    """A resource's properties; one that is null was not set."""
    return {key: it for key, it in ((key, value(it)) for key, it in sent.items()) if it is not None}


def _special(sent: Mapping[str, Any]) -> Value:
    match sent[SIGNATURE]:
        case signature if signature == SECRET and "value" in sent:
            return value(sent["value"])
        case signature if signature == SECRET and "plaintext" in sent:
            return value(json.loads(sent["plaintext"]))
        case signature if signature == OUTPUT and "value" in sent:
            return value(sent["value"])
        case signature if signature == RESOURCE:
            return value(sent.get("id") or sent.get("urn"))
        case _:
            return UNKNOWN
