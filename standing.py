"""What stands already: what the web application needs, and its own VPC after the first `up`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.context import Context
from components.lookups import (
    FoundSecret,
    FoundVpc,
    available_zones,
    find_secret,
    pinned_image,
    public_zone_id,
    standing_vpcs,
)
from settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was looked up for a web application, at preview too; nothing is registered for it."""

    image: str
    """By digest where the registry is ECR."""
    zones: tuple[str, ...]
    """Availability zones, by name."""
    secrets: Mapping[str, FoundSecret]
    """By the name that the settings know each by."""
    domain_zone_id: str | None
    """The hosted zone that the domain's records go into; None without a domain."""
    vpcs: tuple[FoundVpc, ...]
    """The web application's own: none before its first `up`."""

    @classmethod
    def look_up(cls, name: str, settings: Settings, context: Context) -> Standing:
        """What the settings name, and what stands already under the web application's name.

        Raises `InvalidSettingError` for what the settings name and isn't there, with the way out.
        """
        return cls(
            image=pinned_image(settings.image),
            zones=available_zones(settings.network.zones),
            secrets={it: find_secret(it, setting=setting) for it, setting in _secrets(settings).items()},
            domain_zone_id=public_zone_id(settings.domain.zone) if settings.domain else None,
            vpcs=standing_vpcs(context.name(f"{name}-vpc")),
        )


def _secrets(settings: Settings) -> dict[str, str]:
    """The secrets in Secrets Manager that the settings name, each with the setting that does."""
    references = {f"rails.secrets.{variable}": it for variable, it in settings.rails.secrets.items()}
    if settings.datadog:
        references["datadog.api_key_secret"] = settings.datadog.api_key_secret
    return {reference.partition("#")[0]: setting for setting, reference in sorted(references.items())}
