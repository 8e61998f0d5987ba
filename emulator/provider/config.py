"""The provider's own configuration (`aws:…` settings)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from emulator.provider.check import Failure
from emulator.provider.codec import UNKNOWN
from emulator.provider.values import is_list, is_map

LISTS = ("allowedAccountIds", "forbiddenAccountIds")
STRINGS = ("region", "accessKey", "secretKey", "token", "profile")
# What these switch off in the official provider doesn't happen in the stand-in, so any value means the same.
FLAGS = (
    "skipCredentialsValidation",
    "skipRegionValidation",
    "skipMetadataApiCheck",
    "skipRequestingAccountId",
    "s3UsePathStyle",
)
KNOWN: Final = (*LISTS, *STRINGS, *FLAGS, "defaultTags")
ENGINE = ("version", "pluginDownloadURL", "__internal")


class ConfigError(ValueError):
    """A setting that the provider can't work with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    region: str
    allowed_accounts: tuple[str, ...] = ()
    forbidden_accounts: tuple[str, ...] = ()
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    """The clients' credentials and the profile's name, where the stack sets them."""

    def check_account(self, account: str) -> None:
        """Raises ConfigError when the account isn't one that the stack may touch."""
        if self.allowed_accounts and account not in self.allowed_accounts:
            raise ConfigError(
                f"AWS account ID not allowed: {account} "
                f"(aws:allowedAccountIds is {list(self.allowed_accounts)})"
            )
        if account in self.forbidden_accounts:
            raise ConfigError(f"AWS account ID not allowed: {account} (it's one of aws:forbiddenAccountIds)")


def failures(given: Mapping[str, Any]) -> list[Failure]:
    """What is wrong with the settings."""
    found: list[Failure] = []
    for key, value in given.items():
        if key in ENGINE:
            continue
        if key not in KNOWN:
            reason = (
                f"aws:{key} isn't a setting of the stand-in provider; known are {', '.join(sorted(KNOWN))}"
            )
            found.append(Failure(key, reason))
        elif value is not UNKNOWN:
            try:
                _parsed(key, value)
            except ConfigError as error:
                found.append(Failure(key, str(error)))
    return found


def _parsed(key: str, value: Any) -> Any:
    """The value, decoded where the engine sends JSON text."""
    if key not in (*LISTS, "defaultTags"):
        return value
    decoded: Any = value
    if isinstance(value, str):
        try:
            decoded = json.loads(value)
        except ValueError:
            raise ConfigError(f"aws:{key} is {value!r}, which isn't JSON") from None
    if key in LISTS:
        if not is_list(decoded):
            raise ConfigError(f"aws:{key} is {value!r}; a list of account ids is right")
        items: list[Any] = decoded
        return tuple(str(v) for v in items)
    if not is_map(decoded) or set(decoded) - {"tags"}:
        raise ConfigError(f"aws:{key} is {value!r}; {{tags: {{NAME: value}}}} is right")
    return decoded


def parse(given: Mapping[str, Any]) -> Config:
    """The configuration. Raises ConfigError for the first thing that is wrong."""
    wrong = failures(given)
    if wrong:
        raise ConfigError("; ".join(f.reason for f in wrong))
    region = given.get("region")
    if not region:
        raise ConfigError(
            "missing required configuration key aws:region: the region where AWS operations take place"
        )
    names = {"accessKey": "aws_access_key_id", "secretKey": "aws_secret_access_key"}
    names |= {"token": "aws_session_token", "profile": "profile_name"}
    values = {key: _parsed(key, given[key]) for key in given if key in KNOWN}
    return Config(
        region=str(region),
        allowed_accounts=values.get("allowedAccountIds", ()),
        forbidden_accounts=values.get("forbiddenAccountIds", ()),
        default_tags=values.get("defaultTags", {}).get("tags", {}),
        credentials={names[k]: str(v) for k, v in values.items() if k in names},
    )
