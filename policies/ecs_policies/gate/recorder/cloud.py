"""Where a run's AWS resources would live: partition, region and account, and the provider's default tags."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from ecs_policies.gate.recorder.plain import is_unknown, opened

PLACEHOLDER_ACCOUNT: Final = "000000000000"
PLACEHOLDER_REGION: Final = "us-east-1"

# By the region's first letters. AWS General Reference: Amazon Resource Names; the SDKs' partitions.json.
_PARTITIONS: Final = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "us-iso-": ("aws-iso", "c2s.ic.gov"),
    "us-isob-": ("aws-iso-b", "sc2s.sgov.gov"),
    "eu-isoe-": ("aws-iso-e", "cloud.adc-e.uk"),
    "us-isof-": ("aws-iso-f", "csp.hci.ic.gov"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """A region of an account; `is_region_known` says whether the stack or the program named it."""

    region: str = PLACEHOLDER_REGION
    account: str = PLACEHOLDER_ACCOUNT
    is_region_known: bool = False
    default_tags: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def partition(self) -> str:
        """`aws`, or the partition of another kind of region."""
        return self._partition[0]

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition's services."""
        return self._partition[1]

    @property
    def _partition(self) -> tuple[str, str]:
        found = (it for prefix, it in _PARTITIONS.items() if self.region.startswith(prefix))
        return next(found, ("aws", "amazonaws.com"))

    def in_region(self, region: Any) -> Cloud:
        """The same account in another region, if one is given."""
        named = isinstance(region, str) and region and not is_unknown(region)
        return replace(self, region=region, is_region_known=True) if named else self


class Clouds:
    """The cloud of each provider: the default one of the stack's config, and those that the program makes."""

    def __init__(self, config: Mapping[str, str]) -> None:
        keys = ("region", "allowedAccountIds", "defaultTags")
        self._default = _cloud({key: config.get(f"aws:{key}") for key in keys}, Cloud())
        self._by_provider: dict[str, Cloud] = {}

    def add(self, urn: str, inputs: Mapping[str, Any]) -> None:
        """Remember an explicit provider of AWS."""
        self._by_provider[urn] = _cloud(inputs, replace(self._default, default_tags={}))

    def of(self, provider: str, inputs: Mapping[str, Any]) -> Cloud:
        """The cloud of a resource or an invoke, by its provider reference (`urn::id`) and inputs."""
        found = self._by_provider.get(provider.rpartition("::")[0], self._default)
        return found.in_region(opened(inputs.get("region")))


def _cloud(settings: Mapping[str, Any], otherwise: Cloud) -> Cloud:
    accounts = _parts(settings.get("allowedAccountIds"))
    one = isinstance(accounts, list) and len(cast("list[Any]", accounts)) == 1
    tags = _parts(settings.get("defaultTags"))
    named = cast("dict[str, Any]", tags).get("tags") if isinstance(tags, dict) else None
    return replace(
        otherwise.in_region(opened(settings.get("region"))),
        account=str(opened(accounts[0])) if one else otherwise.account,
        default_tags=cast("dict[str, Any]", named) if isinstance(named, dict) else {},
    )


def _parts(value: Any) -> Any:
    """A provider's setting that has parts, which arrives as JSON."""
    value = opened(value)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None
