"""This repository's own program, as it registers on the first preview of each stack, before every rule."""

import json
from datetime import date
from pathlib import Path

import pytest
from ecs_policies.catalogue import ALL
from ecs_policies.exemptions import load
from ecs_policies.judging import Judge
from ecs_policies.model import Stack

from settings import PROJECT
from tests.policies.program import as_model
from tests.unit.program import ACCOUNT, run_program, smallest, stack_config, wire

ROOT = Path(__file__).parents[2]
SIDECARS = {
    it: f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/mirror/{it}:1.0.0" for it in ("nginx", "log_router")
}
SMALL = {
    "smallest": smallest(),
    "private": {
        **smallest(),
        f"{PROJECT}:network": json.dumps({"nat": "none"}),
        **{f"{PROJECT}:{name}": json.dumps({"image": image}) for name, image in SIDECARS.items()},
    },
}
FILES = {
    "file_system": "fs-0123456789abcdef0",
    "access_point": "fsap-0123456789abcdef0",
    "security_group": "sg-0123456789abcdef0",
}
MORE = {
    "as it is": {},
    "with a release": {"rails": {"release_command": ["bin/rails", "x"]}},
    "with files and sessions": {
        "exec": "true",
        "volumes": {
            "uploads": {"path": "/rails/storage", "efs": FILES},
            "scratch": {"path": "/rails/scratch"},
        },
    },
    "with schedules": {
        "scaling": {
            "schedules": [{"name": "night", "schedule": "rate(1 day)", "minimum": 0}],
            "predictive": "scale",
        }
    },
}
REVIEWED = date(2026, 11, 27)
"""A day on which the committed exemptions hold: whether they still do today is the gate's business."""


@pytest.mark.filterwarnings("ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws")
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("stack", [*SMALL, "local", "dev", "staging", "prod"])
def test_nothing_is_found_in_the_program_but_what_somebody_answers_for(stack: str, more: str):
    config = SMALL[stack] if stack in SMALL else stack_config(stack)
    for section, settings in MORE[more].items():
        key = f"{PROJECT}:{section}"
        laid_over = (
            {**json.loads(config.get(key, "{}")), **settings} if isinstance(settings, dict) else settings
        )
        config = {**config, **wire({key: laid_over})}
    recorded = Stack(as_model(it) for it in run_program(config, stack="dev" if stack in SMALL else stack))
    definitions = recorded.of_type("aws:ecs/taskDefinition:TaskDefinition")
    assert len(definitions) == (2 if more == "with a release" else 1)
    accepted = load(ROOT / "policy-exemptions.yaml", ALL)
    verdict = Judge(rules=ALL, exemptions=accepted, today=REVIEWED).stack(recorded)
    expected = ["exemptions.unused"] if stack in SMALL else []
    assert [it.rule for it in verdict.findings] == expected, [it.text for it in verdict.findings]


@pytest.mark.filterwarnings("ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws")
@pytest.mark.parametrize("strategy", ["blue_green", "linear", "canary"])
@pytest.mark.parametrize("stack", ["local", "prod"])
def test_nothing_more_is_found_where_deployments_shift_traffic(stack: str, strategy: str):
    config = {**stack_config(stack), f"{PROJECT}:deployment": json.dumps({"strategy": strategy})}
    recorded = Stack(as_model(it) for it in run_program(config, stack=stack))
    assert len(recorded.of_type("aws:lb/targetGroup:TargetGroup")) == 2
    accepted = load(ROOT / "policy-exemptions.yaml", ALL)
    verdict = Judge(rules=ALL, exemptions=accepted, today=REVIEWED).stack(recorded)
    assert [it.text for it in verdict.findings] == []


def test_only_stacks_without_a_domain_have_exemptions_each_with_its_reason():
    entries = load(ROOT / "policy-exemptions.yaml", ALL).entries
    assert {it.rule for it in entries} == {
        "listener.https",
        "load-balancer.firewall",
        "load-balancer.deletion-protection",
    }
    stacks = {pattern.split("::")[0] for it in entries for pattern in it.resources}
    assert stacks == {"urn:pulumi:local", "urn:pulumi:dev"}
    assert all(len(it.reason) > 20 and it.owner for it in entries)
