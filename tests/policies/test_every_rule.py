"""What holds for each rule, whatever a program contains."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ecs_policies.catalogue import RULES
from ecs_policies.config import OPTIONS_SCHEMA
from ecs_policies.model import UNKNOWN, Options, Rule, Stack
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policies.cases.tables import ALL
from tests.policies.program import as_model, copied
from tests.policies.stacks import Web
from tests.unit.program import run_program, stack_config

WORDS = st.sampled_from(
    """
    Statement Effect Allow Deny Action NotAction Resource NotResource Principal Condition AWS * ecr:* name
    value ecr:BatchGetImage arn:aws:iam::aws:policy/AdministratorAccess image environment options
    logConfiguration command policy securityGroups cidrBlocks self sg-1 Sid NotPrincipal Service Federated
    ecs-tasks.amazonaws.com sts:AssumeRole iam:PassRole kms:Decrypt StringLike aws:SourceArn
    secrets valueFrom arn:aws:secretsmanager:us-east-1:1:secret:x family secretOptions ssmmessages:* OVERRIDE
    dependsOn portMappings linuxParameters healthCheck volumes FARGATE awsvpc awsfirelens HEALTHY SUCCESS
    ingress egress routes gatewayId cidrBlock 0.0.0.0/0 ::/0 -1 tcp fromPort ruleNo local Gateway Interface
    """.split()  # noqa: SIM905
)
ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), WORDS, st.just(UNKNOWN)
)
JUNK: st.SearchStrategy[Any] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(WORDS, st.text(max_size=5)), inner, max_size=4)
    ),
    max_leaves=6,
)


def as_json(value: Any) -> str:
    return json.dumps(value, default=str)


STATEMENTS = st.dictionaries(
    st.sampled_from(["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"]),
    st.one_of(WORDS, st.lists(WORDS, max_size=2), JUNK),
)
DOCUMENTS = st.fixed_dictionaries({"Statement": st.one_of(STATEMENTS, st.lists(STATEMENTS, max_size=2))}).map(
    as_json
)
VALUES = st.one_of(JUNK, JUNK.map(as_json), DOCUMENTS)


@st.composite
def spoiled(draw: st.DrawFn, value: Any) -> Any:
    """A value in which some part, at any depth and inside JSON texts too, is junk."""
    if isinstance(value, str) and value[:1] in "{[" and value and draw(st.booleans()):
        try:
            return json.dumps(draw(spoiled(json.loads(value))), default=str)
        except ValueError:
            return draw(VALUES)
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(spoiled(value[key]))}
    if isinstance(value, (list, tuple)) and value and draw(st.integers(0, 3)):
        index = draw(st.integers(0, len(value) - 1))
        return [draw(spoiled(it)) if at == index else it for at, it in enumerate(value)]
    return draw(VALUES)


@st.composite
def spoiled_stacks(draw: st.DrawFn, rule: Rule) -> Stack:
    """One of the rule's cases with junk in up to three places, and references to what is gone."""
    resources = list(draw(st.sampled_from([it for it in ALL if it.rule == rule.id])).stack)
    for _ in range(draw(st.integers(1, 3)) if resources else 0):
        index = draw(st.integers(0, len(resources) - 1))
        it = resources[index]
        origins = dict(it.property_dependencies)
        if origins and draw(st.booleans()):
            origins[draw(st.sampled_from(sorted(origins)))] = ("urn:gone",)
        resources[index] = (
            replace(it, properties=draw(spoiled(dict(it.properties))), property_dependencies=origins)
            if it.properties and isinstance(it.properties, dict)
            else it
        )
    return Stack(it if isinstance(it.properties, dict) else replace(it, properties={}) for it in resources)


# For rules that ask for nothing without an option.
ASKING = Options(boundary_arn="arn:aws:iam::123456789012:policy/boundary", required_tags=frozenset({"team"}))


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_program_is_so_odd_that_a_rule_fails_on_it(rule: Rule, data: st.DataObject):
    stack = data.draw(spoiled_stacks(rule))
    for finding in rule.judge(stack, ASKING):
        assert finding.text
        assert stack.by_urn(finding.resource)


# The rules that were written for `Web`; a program of its kind has more to do for the others.
OF_WEB = [it for it in RULES if it.id.startswith("iam.") or it.id == "network.tasks-reached-by-others"]


@pytest.mark.parametrize("rule", OF_WEB, ids=lambda it: it.id)
@pytest.mark.parametrize("deployed", [False, True], ids=["first preview", "deployed"])
def test_the_web_application_has_no_finding(rule, deployed):
    assert rule.judge(Web(deployed=deployed).stack()) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_an_empty_stack_has_no_finding(rule: Rule):
    assert rule.judge(Stack([])) == []


def test_ids_are_unique_and_spelt_area_dot_noun():
    ids = [it.id for it in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*", it) for it in ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_a_rule_says_why_and_how_to_fix_and_has_one_scope(rule: Rule):
    assert rule.title
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert (rule.resource is None) != (rule.stack is None)
    assert bool(rule.types) == (rule.resource is not None)
    assert set(rule.options) <= set(OPTIONS_SCHEMA)


def test_every_option_has_a_schema_and_a_rule_that_reads_it():
    assert set(OPTIONS_SCHEMA) == set(Options.__dataclass_fields__)
    assert {name for rule in RULES for name in rule.options} == set(OPTIONS_SCHEMA)


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_a_rule_takes_time_in_proportion_to_the_stack(rule: Rule, copies: Callable[[int], Stack]):
    def seconds(count: int) -> float:
        stack = copies(count)
        started = time.process_time()
        rule.judge(stack)
        return time.process_time() - started

    seconds(1)  # loads what is loaded once
    small, large = min(seconds(2) for _ in range(3)), min(seconds(16) for _ in range(3))
    assert large < max(small * 8 * 4, 0.1)


@pytest.fixture(scope="module")
def copies() -> Callable[[int], Stack]:
    """Stacks of several copies of this repository's own program, each under names of its own."""
    recorded = [as_model(it) for it in run_program(stack_config("prod"), stack="prod")]
    known = {
        count: [copied(it, f"prod{index}") for index in range(count) for it in recorded]
        for count in (1, 2, 16)
    }
    return lambda count: Stack(known[count])
