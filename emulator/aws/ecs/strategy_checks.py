"""What a deployment configuration must not say (DeploymentConfiguration in the Amazon ECS API Reference)."""

from collections.abc import Mapping
from typing import Any

from moto.ecs.exceptions import ECSException, InvalidParameterException

from emulator.aws.ecs.strategy import ROLLING

_MOST_MINUTES = 24 * 60


def check(settings: dict[str, Any]) -> None:
    """Raises for the first thing that AWS would refuse, or that is missing here and would have an effect."""
    configuration: dict[str, Any] = settings["deploymentConfiguration"]
    if configuration.get("lifecycleHooks"):
        raise ECSException("UnsupportedFeatureException", "The embedded AWS runs no lifecycle hooks.")
    if _section(configuration, "earlySuccessCriteria").get("enable"):
        raise ECSException("UnsupportedFeatureException", "The embedded AWS has no early success criteria.")
    _bounds(configuration)
    breaker = _section(configuration, "deploymentCircuitBreaker")
    _threshold(_section(breaker, "thresholdConfiguration"))
    _between(configuration, "bakeTimeInMinutes", 0, _MOST_MINUTES)
    linear, canary = (_section(configuration, it) for it in ("linearConfiguration", "canaryConfiguration"))
    _percent(linear, "stepPercent", 3.0)
    _between(linear, "stepBakeTimeInMinutes", 0, _MOST_MINUTES)
    _percent(canary, "canaryPercent", 0.1)
    _between(canary, "canaryBakeTimeInMinutes", 0, _MOST_MINUTES)
    strategy = configuration.get("strategy", ROLLING)
    if strategy != ROLLING and settings.get("schedulingStrategy") == "DAEMON":
        raise InvalidParameterException(
            f"Strategy {strategy} doesn't support the DAEMON scheduling strategy."
        )
    if strategy in ("LINEAR", "CANARY") and not settings["loadBalancers"]:
        # A blue/green service needs no traffic to shift; a share of it needs a load balancer.
        raise InvalidParameterException(f"Strategy {strategy} requires a load balancer.")


def _section(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return values.get(name) or {}


def _bounds(configuration: Mapping[str, Any]) -> None:
    minimum, maximum = configuration["minimumHealthyPercent"], configuration["maximumPercent"]
    if not 0 <= minimum <= 100:
        raise InvalidParameterException(f"minimumHealthyPercent must be between 0 and 100, got {minimum}.")
    if not max(minimum, 100) <= maximum <= 400 or maximum < minimum:
        raise InvalidParameterException(f"maximumPercent must be at least 100, got {maximum}.")


def _threshold(threshold: Mapping[str, Any]) -> None:
    value = threshold.get("value", 50)
    if value < 1 or (value > 100 and threshold.get("type") != "COUNT"):
        raise InvalidParameterException(f"A percentage as a threshold must be 1 to 100, got {value}.")


def _between(values: Mapping[str, Any], name: str, low: int, high: int) -> None:
    value = values.get(name)
    if value is not None and not low <= value <= high:
        raise InvalidParameterException(f"{name} must be between {low} and {high}, got {value}.")


def _percent(values: Mapping[str, Any], name: str, low: float) -> None:
    value = values.get(name)
    if value is not None and not (low <= value <= 100 and round(value, 1) == value):
        raise InvalidParameterException(f"{name} must be a multiple of 0.1 from {low} to 100.0, got {value}.")
