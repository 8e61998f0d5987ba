"""What a stack costs: the pure sum, and that program and gate read the same quantities."""

from pathlib import Path

import pytest
from ecs_policies.checks.cost import Quantities, Tasks, monthly
from ecs_policies.checks.spot import spread
from ecs_policies.model import Stack
from ecs_policies.reading.quantities import quantities
from hypothesis import given
from hypothesis import strategies as st

from tests.policies.program import as_model
from tests.unit.program import run_program, smallest, stack_config, wire

ROOT = Path(__file__).parents[2]
FACTS = Quantities(
    tasks=(Tasks(cpu=1024, memory=2048, architecture="ARM64", on_demand=2),),
    load_balancers=1,
    addresses=3,
    nat_gateways=1,
)


def test_two_arm_tasks_behind_a_load_balancer_with_one_nat_gateway_cost_what_the_price_list_says():
    bill = monthly(FACTS)
    assert bill.total == pytest.approx(117.90, abs=0.02)
    assert {it.name: it.dollars for it in bill.items} == {
        "Fargate": 57.67,
        "NAT gateways": 32.85,
        "Application Load Balancer": 16.43,
        "public IPv4 addresses": 10.95,
    }


@pytest.mark.parametrize(
    ("more", "dollars"),
    [
        ({"nat_gateways": 2, "addresses": 4}, 32.85 + 3.65),
        ({"endpoints": 8}, 58.40),
        ({"keys": 2}, 2.0),
        ({"web_acls": 1, "web_acl_rules": 4}, 9.0),
        ({"alarms": 9, "composite_alarms": 1}, 1.40),
        ({"dashboards": 3}, 0.0),
        ({"dashboards": 5}, 6.0),
    ],
)
def test_each_further_thing_adds_its_price(more, dollars):
    assert monthly(replaced(FACTS, more)).total - monthly(FACTS).total == pytest.approx(dollars, abs=0.01)


def replaced(of: Quantities, more: dict[str, int]) -> Quantities:
    return Quantities(**{**{name: getattr(of, name) for name in Quantities.__dataclass_fields__}, **more})


def test_spot_costs_a_third_and_disk_only_beyond_twenty_gib():
    spot = monthly(Quantities(tasks=(Tasks(cpu=1024, memory=2048, spot=1),))).total
    on_demand = monthly(Quantities(tasks=(Tasks(cpu=1024, memory=2048, on_demand=1),))).total
    disk = monthly(Quantities(tasks=(Tasks(cpu=1024, memory=2048, on_demand=1, storage=30),))).total
    assert spot == pytest.approx(on_demand * 0.32, abs=0.01)
    assert disk - on_demand == pytest.approx(10 * 0.000111 * 730, abs=0.01)


@given(st.integers(0, 50), st.integers(0, 5), st.integers(0, 10), st.integers(0, 10))
def test_every_task_is_on_demand_or_on_spot_and_the_base_is_on_demand(desired, base, on_demand, spot):
    there, elsewhere = spread(desired, base=base, on_demand=on_demand, spot=spot)
    assert there + elsewhere == desired
    assert there >= min(base, desired)
    assert min(there, elsewhere) >= 0


REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
FULL = {
    **stack_config("prod"),
    **wire(
        {
            "web-application:exec": "true",
            "web-application:service": {"spot_weight": 3, "desired_count": 6},
            "web-application:task": {"ephemeral_storage": 40, "architecture": "X86_64"},
        }
    ),
}
PRIVATE = {
    **smallest(),
    **wire(
        {
            "web-application:network": {"nat": "none", "zones": 3},
            "web-application:nginx": {"image": f"{REGISTRY}/nginx:1.30.5"},
            "web-application:log_router": {"image": f"{REGISTRY}/bit:3.4.17"},
        }
    ),
}
CONFIGS = {
    **{it: stack_config(it) for it in ("local", "dev", "staging", "prod")},
    "smallest": smallest(),
    "full": FULL,
    "private": PRIVATE,
    "canary": {**smallest(), **wire({"web-application:deployment": {"strategy": "canary"}})},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_programs_bill_is_the_one_that_its_resources_add_up_to(name: str):
    recording = run_program(CONFIGS[name], stack="dev")
    read = monthly(quantities(Stack(as_model(it) for it in recording)))
    (root,) = recording.of("pulumi:pulumi:Stack")
    assert recording.outputs[root.urn]["monthly_cost"] == {
        **read.to_json(),
        "items": [{"name": it.name, "quantity": it.quantity, "dollars": it.dollars} for it in read.items],
    }
    assert read.total > 50
