"""This repository's own program, as it registers on the first preview of each stack, before every rule."""

from typing import Any

import pytest
from ecs_policies.catalogue import RULES
from ecs_policies.model import UNKNOWN, Resource, Stack

from tests.unit import mocks
from tests.unit.program import run_program, smallest, stack_config


def as_model(registration: mocks.Registration) -> Resource:
    return Resource(
        type=registration.type,
        urn=registration.urn,
        properties={key: plain(value) for key, value in registration.inputs.items()},
        parent=registration.parent or None,
        dependencies=tuple(sorted(registration.dependencies)),
        property_dependencies={
            key: tuple(sorted(it)) for key, it in registration.property_dependencies.items()
        },
    )


def plain(value: Any) -> Any:
    if isinstance(value, mocks.Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(it) for key, it in value.items()}
    if isinstance(value, list):
        return [plain(it) for it in value]
    return UNKNOWN if value == mocks.UNKNOWN else value


@pytest.mark.filterwarnings("ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws")
@pytest.mark.parametrize("stack", ["smallest", "local", "dev", "staging", "prod"])
def test_no_rule_finds_anything_in_the_program(stack):
    config = smallest() if stack == "smallest" else stack_config(stack)
    recorded = Stack(as_model(it) for it in run_program(config, stack=stack))
    assert recorded.of_type("aws:ecs/taskDefinition:TaskDefinition")
    assert [f"{it.rule} {it.resource}\n{it.text}" for rule in RULES for it in rule.judge(recorded)] == []
