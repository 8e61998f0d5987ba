"""How a service's tasks are shared out between Fargate and Fargate Spot.

Amazon ECS API Reference, "CapacityProviderStrategyItem": the base is filled first, the rest by weight.
"""


def spread(desired: int, *, base: int, on_demand: float, spot: float) -> tuple[int, int]:
    """Tasks on demand and on Spot of `desired`: `base` on demand, the rest by the two weights."""
    rest = max(desired - base, 0)
    if not spot:
        return desired, 0
    on_spot = min(-(-rest * spot // (on_demand + spot)), rest)
    return desired - int(on_spot), int(on_spot)
