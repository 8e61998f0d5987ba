"""What a stack costs a month before anybody uses it: quantities times prices, itemised.

Prices are those of AWS's price list for us-east-1 on the day in `PRICED_ON`: pages "AWS Fargate Pricing",
"Elastic Load Balancing pricing", "Amazon VPC pricing", "AWS PrivateLink pricing", "AWS WAF Pricing", "AWS Key
Management Service pricing", "Amazon CloudWatch Pricing". Other regions differ by up to a few tens of percent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

CURRENCY = "USD"
REGION = "us-east-1"
PRICED_ON = "2026-11-22"
HOURS = 730
"""Hours in a month, as AWS's own calculator has it."""

ASSUMPTIONS = (
    f"prices of {REGION} on {PRICED_ON}, {HOURS} hours a month, without taxes and discounts",
    "no traffic: no load balancer capacity units, no data processed or transferred, no logs, no requests",
    "as many tasks as the service starts with; Fargate Spot at 68 % below Fargate's price, which moves",
    "what stands before the stack (registry, secrets, hosted zone), Container Insights' metrics, the alarms "
    "that target tracking makes for itself, and Datadog's own bill aren't in it",
)

# Dollars an hour.
_VCPU = {"X86_64": 0.04048, "ARM64": 0.03238}
_GIB = {"X86_64": 0.004445, "ARM64": 0.00356}
_STORAGE_GIB = 0.000111
_FREE_STORAGE_GIB = 20
_SPOT = 0.32
_LOAD_BALANCER = 0.0225
_PUBLIC_ADDRESS = 0.005
_NAT_GATEWAY = 0.045
_ENDPOINT = 0.01
# Dollars a month.
_KEY = 1.0
_WEB_ACL, _WEB_ACL_RULE = 5.0, 1.0
_ALARM, _COMPOSITE_ALARM = 0.10, 0.50
_DASHBOARD, _FREE_DASHBOARDS = 3.0, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Tasks of one kind: CPU units, memory in MiB, disk in GiB, and how many run on Fargate and on Spot."""

    cpu: int
    memory: int
    architecture: str = "X86_64"
    storage: int = _FREE_STORAGE_GIB
    on_demand: int = 0
    spot: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """How much there is of what AWS charges by the hour or the month.

    `addresses` are public IPv4 addresses: a load balancer's in each zone, a NAT gateway's. `endpoints` counts
    an interface endpoint once for each zone it is in, `alarms` a metric once for each alarm that watches it.
    """

    tasks: tuple[Tasks, ...] = ()
    load_balancers: int = 0
    addresses: int = 0
    nat_gateways: int = 0
    endpoints: int = 0
    keys: int = 0
    web_acls: int = 0
    web_acl_rules: int = 0
    alarms: int = 0
    composite_alarms: int = 0
    dashboards: int = 0


class CostItem(TypedDict):
    """One line of the bill as JSON."""

    name: str
    quantity: str
    dollars: float


class MonthlyCost(TypedDict):
    """The bill as JSON: `total` is the sum of the items, in dollars a month."""

    currency: str
    total: float
    items: list[CostItem]
    assumptions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the bill: what, how many, and dollars a month."""

    name: str
    quantity: str
    dollars: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The items, dearest first, and what they rest on."""

    items: tuple[Item, ...]
    currency: str = CURRENCY
    assumptions: tuple[str, ...] = ASSUMPTIONS

    @property
    def total(self) -> float:
        """Dollars a month, in cents."""
        return round(sum(it.dollars for it in self.items), 2)

    def to_json(self) -> MonthlyCost:
        """The bill as a stack's output has it."""
        return {
            "currency": self.currency,
            "total": self.total,
            "items": [{"name": it.name, "quantity": it.quantity, "dollars": it.dollars} for it in self.items],
            "assumptions": list(self.assumptions),
        }


def monthly(quantities: Quantities) -> Bill:
    """The bill of a month for these quantities."""
    items = [it for it in (*_computing(quantities), *_standing(quantities)) if it.dollars]
    return Bill(items=tuple(sorted(items, key=lambda it: (-it.dollars, it.name))))


def _computing(quantities: Quantities) -> Iterator[Item]:
    for it in quantities.tasks:
        size = f"{it.cpu / 1024:g} vCPU, {it.memory / 1024:g} GiB, {it.architecture}"
        hourly = it.cpu / 1024 * _VCPU[it.architecture] + it.memory / 1024 * _GIB[it.architecture]
        hourly += max(it.storage - _FREE_STORAGE_GIB, 0) * _STORAGE_GIB
        for name, count, share in (("Fargate", it.on_demand, 1.0), ("Fargate Spot", it.spot, _SPOT)):
            dollars = _cents(hourly * HOURS * share * count)
            yield Item(name=name, quantity=f"{count} of {size}", dollars=dollars)


def _standing(quantities: Quantities) -> Iterator[Item]:
    charged: Mapping[str, tuple[int, float]] = {
        "Application Load Balancer": (quantities.load_balancers, _LOAD_BALANCER * HOURS),
        "public IPv4 addresses": (quantities.addresses, _PUBLIC_ADDRESS * HOURS),
        "NAT gateways": (quantities.nat_gateways, _NAT_GATEWAY * HOURS),
        "interface endpoints, one a zone": (quantities.endpoints, _ENDPOINT * HOURS),
        "KMS keys": (quantities.keys, _KEY),
        "WAF web ACLs": (quantities.web_acls, _WEB_ACL),
        "WAF rules": (quantities.web_acl_rules, _WEB_ACL_RULE),
        "CloudWatch alarms": (quantities.alarms, _ALARM),
        "composite alarms": (quantities.composite_alarms, _COMPOSITE_ALARM),
        "dashboards beyond three": (max(quantities.dashboards - _FREE_DASHBOARDS, 0), _DASHBOARD),
    }
    for name, (count, price) in charged.items():
        yield Item(name=name, quantity=str(count), dollars=_cents(count * price))


def _cents(dollars: float) -> float:
    return round(dollars, 2)
