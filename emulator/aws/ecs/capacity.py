"""Which capacity provider the next task goes to."""

from collections import Counter
from typing import Any


def next_provider(strategy: list[dict[str, Any]], taken: Counter[str]) -> str | None:
    """The provider for one more task beside those `taken`; nothing without a strategy.

    The base is filled first, then tasks are spread by weight (CapacityProviderStrategyItem in the API
    reference).
    """
    for item in strategy:
        if taken[item["capacityProvider"]] < item.get("base", 0):
            return item["capacityProvider"]
    weighted = [item for item in strategy if item.get("weight", 0) > 0]
    if not weighted:
        return strategy[0]["capacityProvider"] if strategy else None

    def load(item: dict[str, Any]) -> float:
        return (taken[item["capacityProvider"]] - item.get("base", 0)) / item["weight"]

    return min(weighted, key=load)["capacityProvider"]
