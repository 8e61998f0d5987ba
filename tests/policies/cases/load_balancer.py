"""What is to be said of a load balancer by itself."""

from typing import Any

from ecs_policies.kinds import LOAD_BALANCER, SUBNET
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

NETWORK, GATEWAY = {"loadBalancerType": "network"}, {"loadBalancerType": "gateway"}


def balancers(**properties: dict[str, Any]) -> tuple[Resource, ...]:
    """Load balancers by their names."""
    return tuple(resource(LOAD_BALANCER, name, it) for name, it in properties.items())


LOGS = "accessLogs.enabled"
ACCESS_LOGS = (
    Case(
        rule="load-balancer.access-logs",
        says="takes logs that are on, also of the module alb and with its type written or not known",
        stack=(
            resource(
                "aws:alb/loadBalancer:LoadBalancer", "lb", {"accessLogs": {"bucket": "b", "enabled": True}}
            ),
            *balancers(
                lists={
                    "loadBalancerType": "application",
                    "accessLogs": [{"bucket": UNKNOWN, "enabled": "true"}],
                },
                typed={"loadBalancerType": UNKNOWN, "accessLogs": {"enabled": True}},
            ),
        ),
    ),
    Case(
        rule="load-balancer.access-logs",
        says="leaves load balancers that see no requests",
        stack=balancers(network=NETWORK, gateway=GATEWAY),
    ),
    Case(
        rule="load-balancer.access-logs",
        says="finds logs that are off, as they are with a bucket alone",
        stack=(
            *balancers(none={}, bucket={"accessLogs": {"bucket": "b"}}),
            resource("aws:alb/loadBalancer:LoadBalancer", "alb", {"accessLogs": {"enabled": False}}),
        ),
        finds=(("none", LOGS), ("bucket", LOGS), ("alb", LOGS)),
    ),
    Case(
        rule="load-balancer.access-logs",
        says="doesn't pass over an unknown",
        stack=balancers(whole={"accessLogs": UNKNOWN}, part={"accessLogs": {"enabled": UNKNOWN}}),
        unsure=(("whole", LOGS), ("part", LOGS)),
    ),
    Case(
        rule="load-balancer.access-logs",
        says="doesn't pass over what is no block",
        stack=balancers(lb={"accessLogs": "bucket"}),
        unsure=(("lb", LOGS),),
        malformed=True,
    ),
)

DROP, MODE = "dropInvalidHeaderFields", "desyncMitigationMode"
REQUEST_SMUGGLING = (
    *(
        Case(
            rule="load-balancer.request-smuggling",
            says=f"takes dropped headers with {MODE} {mode}",
            stack=balancers(lb={DROP: "true"} | ({MODE: mode} if mode else {})),
        )
        for mode in (None, "defensive", "strictest")
    ),
    Case(
        rule="load-balancer.request-smuggling",
        says="leaves load balancers that see no requests",
        stack=balancers(network=NETWORK, gateway=GATEWAY),
    ),
    Case(
        rule="load-balancer.request-smuggling",
        says="finds headers that are passed on, by default too, and a mode that only watches",
        stack=balancers(lb={}, watched={DROP: False, MODE: "monitor"}),
        finds=(("lb", DROP), ("watched", DROP), ("watched", MODE)),
        told=("the mode is monitor",),
    ),
    Case(
        rule="load-balancer.request-smuggling",
        says="doesn't pass over an unknown",
        stack=balancers(lb={DROP: UNKNOWN, MODE: UNKNOWN}),
        unsure=(("lb", DROP), ("lb", MODE)),
    ),
    Case(
        rule="load-balancer.request-smuggling",
        says="doesn't pass over what is no switch and no mode",
        stack=balancers(lb={DROP: "drop", MODE: 7}),
        unsure=(("lb", DROP), ("lb", MODE)),
        malformed=True,
    ),
)

PROTECTION = "enableDeletionProtection"
DELETION_PROTECTION = (
    Case(
        rule="load-balancer.deletion-protection",
        says="takes protection, of each type",
        stack=balancers(
            lb={PROTECTION: True}, nlb={**NETWORK, PROTECTION: "true"}, gateway={**GATEWAY, PROTECTION: True}
        ),
    ),
    Case(
        rule="load-balancer.deletion-protection",
        says="finds none, by default too",
        stack=balancers(lb={}, nlb={**NETWORK, PROTECTION: False}),
        finds=(("lb", PROTECTION), ("nlb", PROTECTION)),
    ),
    Case(
        rule="load-balancer.deletion-protection",
        says="doesn't pass over an unknown",
        stack=balancers(lb={PROTECTION: UNKNOWN}),
        unsure=(("lb", PROTECTION),),
    ),
    Case(
        rule="load-balancer.deletion-protection",
        says="doesn't pass over what is no switch",
        stack=balancers(lb={PROTECTION: ["true"]}),
        unsure=(("lb", PROTECTION),),
        malformed=True,
    ),
)

PUBLIC_BY_ACCIDENT = (
    Case(
        rule="load-balancer.public-by-accident",
        says="takes what is said, internal or not, and a Gateway Load Balancer, which is never public",
        stack=balancers(inside={"internal": True}, outside={"internal": False}, gateway=GATEWAY),
    ),
    Case(
        rule="load-balancer.public-by-accident",
        says="finds one that says nothing",
        stack=balancers(lb={}, nlb=NETWORK),
        finds=(("lb", "internal"), ("nlb", "internal")),
        told=("so it faces the internet",),
    ),
    Case(
        rule="load-balancer.public-by-accident",
        says="doesn't pass over an unknown",
        stack=balancers(lb={"internal": UNKNOWN}),
        unsure=(("lb", "internal"),),
    ),
    Case(
        rule="load-balancer.public-by-accident",
        says="doesn't pass over what is no switch",
        stack=balancers(lb={"internal": "internet-facing"}),
        unsure=(("lb", "internal"),),
        malformed=True,
    ),
)

A, B = resource(SUBNET, "a"), resource(SUBNET, "b")


def in_subnets(ids: Any, *made_from: Resource, name: str = "lb", key: str = "subnets") -> Resource:
    return resource(LOAD_BALANCER, name, {key: ids}, **{key: list(made_from)})


ZONES = (
    Case(
        rule="load-balancer.zones",
        says="takes two subnets, of this stack or another",
        stack=(
            A,
            B,
            in_subnets([UNKNOWN, UNKNOWN], A, B),
            in_subnets(["subnet-1", "subnet-2"], name="known"),
            in_subnets(UNKNOWN, A, B, name="whole"),
            in_subnets([UNKNOWN, UNKNOWN], name="elsewhere"),
            in_subnets([{"subnetId": UNKNOWN}, {"subnetId": "subnet-1"}], A, name="m", key="subnetMappings"),
        ),
    ),
    Case(
        rule="load-balancer.zones",
        says="finds one subnet, and none",
        stack=(
            A,
            in_subnets([UNKNOWN], A),
            in_subnets(["subnet-1", "subnet-1"], name="twice"),
            in_subnets([{"subnetId": "subnet-1"}], name="mapped", key="subnetMappings"),
            resource(LOAD_BALANCER, "none"),
        ),
        finds=(
            ("lb", "subnets"),
            ("twice", "subnets"),
            ("mapped", "subnetMappings"),
            ("none", "subnetMappings"),
        ),
        told=("it's in one zone only",),
    ),
    Case(
        rule="load-balancer.zones",
        says="doesn't pass over an unknown",
        stack=(
            in_subnets(UNKNOWN),
            in_subnets([{"subnetId": UNKNOWN}], name="part", key="subnetMappings"),
            in_subnets(UNKNOWN, name="whole", key="subnetMappings"),
        ),
        unsure=(("lb", "subnets"), ("part", "subnetMappings"), ("whole", "subnetMappings")),
    ),
    Case(
        rule="load-balancer.zones",
        says="doesn't pass over what is no subnet",
        stack=(in_subnets([7]), in_subnets(["subnet-1"], name="mapped", key="subnetMappings")),
        unsure=(("lb", "subnets"), ("mapped", "subnetMappings")),
        malformed=True,
    ),
)

CASES = (*ACCESS_LOGS, *REQUEST_SMUGGLING, *DELETION_PROTECTION, *PUBLIC_BY_ACCIDENT, *ZONES)
