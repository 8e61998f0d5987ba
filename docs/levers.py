"""What a choice costs a month, for docs/guides/costs.md: the price list's own sums."""

from __future__ import annotations

from typing import Final

from ecs_policies.checks.cost import CURRENCY, Quantities, Tasks, monthly


def _task(architecture: str = "ARM64", *, spot: bool = False) -> Quantities:
    one = Tasks(cpu=1024, memory=2048, architecture=architecture, on_demand=int(not spot), spot=int(spot))
    return Quantities(tasks=(one,))


CHOICES: Final = (
    ("a task of 1 vCPU and 2 GiB on ARM64 (`task`, `scaling.minimum`)", _task()),
    ("the same on X86_64 (`task.architecture`)", _task("X86_64")),
    ("the same on ARM64 and Spot (`service.spot_weight`)", _task(spot=True)),
    ("the load balancer, with an address in two zones", Quantities(load_balancers=1, addresses=2)),
    ("a NAT gateway with its address (`network.nat`)", Quantities(nat_gateways=1, addresses=1)),
    ("an interface endpoint in two zones (`network.nat: none`)", Quantities(endpoints=2)),
    (
        "the firewall with its four rules, and its logs' key (`load_balancer.firewall`)",
        Quantities(web_acls=1, web_acl_rules=4, keys=1),
    ),
    ("ten metrics that alarms watch, and their topic's key (`alarms`)", Quantities(alarms=10, keys=1)),
)
"""What there is to choose, and how much of what AWS charges for."""


def table() -> str:
    """A row for each choice."""
    rows = (f"| {choice} | {monthly(quantities).total:.2f} |" for choice, quantities in CHOICES)
    return "\n".join((f"| | {CURRENCY} a month |", "| --- | --- |", *rows))
