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
from tests.unit.program import run_program, smallest, stack_config

ROOT = Path(__file__).parents[2]
REVIEWED = date(2026, 11, 27)
"""A day on which the committed exemptions hold: whether they still do today is the gate's business."""


@pytest.mark.filterwarnings("ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws")
@pytest.mark.parametrize("release", [False, True], ids=["", "with a release"])
@pytest.mark.parametrize("stack", ["smallest", "local", "dev", "staging", "prod"])
def test_nothing_is_found_in_the_program_but_what_somebody_answers_for(stack: str, *, release: bool):
    config = smallest() if stack == "smallest" else stack_config(stack)
    if release:
        rails = {**json.loads(config.get(f"{PROJECT}:rails", "{}")), "release_command": ["bin/rails", "x"]}
        config[f"{PROJECT}:rails"] = json.dumps(rails)
    recorded = Stack(
        as_model(it) for it in run_program(config, stack="dev" if stack == "smallest" else stack)
    )
    assert len(recorded.of_type("aws:ecs/taskDefinition:TaskDefinition")) == 1 + release
    accepted = load(ROOT / "policy-exemptions.yaml", ALL)
    verdict = Judge(rules=ALL, exemptions=accepted, today=REVIEWED).stack(recorded)
    expected = ["exemptions.unused"] if stack == "smallest" else []
    assert [it.rule for it in verdict.findings] == expected, [it.text for it in verdict.findings]


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
