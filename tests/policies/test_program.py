"""This repository's own program, as it registers on the first preview of each stack, before every rule."""

import pytest
from ecs_policies.catalogue import RULES
from ecs_policies.model import Stack

from tests.policies.program import as_model
from tests.unit.program import run_program, smallest, stack_config


@pytest.mark.filterwarnings("ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws")
@pytest.mark.parametrize("stack", ["smallest", "local", "dev", "staging", "prod"])
def test_no_rule_finds_anything_in_the_program(stack):
    config = smallest() if stack == "smallest" else stack_config(stack)
    recorded = Stack(as_model(it) for it in run_program(config, stack=stack))
    assert recorded.of_type("aws:ecs/taskDefinition:TaskDefinition")
    assert [f"{it.rule} {it.resource}\n{it.text}" for rule in RULES for it in rule.judge(recorded)] == []
