"""What holds for each rule, whatever a program contains."""

import json
import re
import time
from typing import Any

import pytest
from ecs_policies.catalogue import OPTIONS_SCHEMA, RULES
from ecs_policies.model import UNKNOWN, Options, Resource, Rule, Stack
from ecs_policies.reading import roles
from ecs_policies.rules import network, pull
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policies import stacks
from tests.policies.stacks import Web, resource

_NAME = re.compile(r"\b(web-task|web-execution|(?:sg|id)-[a-z-]+)\b")
TYPES = sorted(
    {value for value in vars(stacks).values() if isinstance(value, str) and value.startswith("aws:")}
)
NAMES = """
    policy inlinePolicies managedPolicyArns role roles roleName policyArn policyArns name arn id type self
    ingress containerDefinitions taskRoleArn executionRoleArn networkConfiguration securityGroups
    securityGroupId referencedSecurityGroupId sourceSecurityGroupId cidrIpv4 cidrBlocks
""".split()  # noqa: SIM905
WORDS = st.sampled_from(
    """
    Statement Effect Allow Deny Action NotAction Resource NotResource Principal Condition AWS * ecr:* name
    value ecr:BatchGetImage arn:aws:iam::aws:policy/AdministratorAccess image environment options
    logConfiguration command policy securityGroups cidrBlocks self sg-1
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
def junk_stacks(draw: st.DrawFn) -> Stack:
    types = draw(st.lists(st.sampled_from(TYPES), max_size=5))
    urns = [stacks.urn(type_, str(index)) for index, type_ in enumerate(types)]
    origins = st.dictionaries(
        st.sampled_from(NAMES),
        st.lists(st.sampled_from([*urns, "urn:gone"]), max_size=3).map(tuple),
        max_size=4,
    )
    return Stack(
        Resource(
            type=type_,
            urn=urn,
            properties=draw(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)),
            property_dependencies=draw(origins),
        )
        for type_, urn in zip(types, urns, strict=True)
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(stack=junk_stacks())
def test_no_program_is_so_odd_that_a_rule_fails_on_it(rule: Rule, stack: Stack):
    for finding in rule.judge(stack, Options()):
        assert finding.text
        assert stack.by_urn(finding.resource)


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
@pytest.mark.parametrize("deployed", [False, True], ids=["first preview", "deployed"])
def test_the_web_application_has_no_finding(rule, deployed):
    assert rule.judge(Web(deployed=deployed).stack()) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_an_empty_stack_has_no_finding(rule: Rule):
    assert rule.judge(Stack([])) == []


def test_ids_are_unique_and_spelt_area_dot_noun():
    ids = [it.id for it in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(?:\.[a-z]+(?:-[a-z]+)*)", it) for it in ids)


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
def test_a_rule_takes_time_in_proportion_to_the_stack(rule: Rule):
    def seconds(copies: int) -> float:
        stack = Stack(it for index in range(copies) for it in _renamed(index))
        started = time.process_time()
        rule.judge(stack)
        return time.process_time() - started

    seconds(10)  # loads what is loaded once
    small, large = min(seconds(25) for _ in range(3)), min(seconds(200) for _ in range(3))
    assert large < max(small * 8 * 4, 0.05)


def _renamed(index: int) -> list[Resource]:
    """A copy of the web application under names of its own."""
    return [
        resource(
            it.type, f"{it.name}-{index}", json.loads(_NAME.sub(rf"\1-{index}", json.dumps(it.properties)))
        )
        for it in Web(deployed=True).stack().resources
    ]


def test_the_types_that_rules_read_are_the_types_of_the_tests():
    read = {
        roles.ROLE,
        roles.POLICY,
        roles.ROLE_POLICY,
        roles.TASK_DEFINITION,
        pull.REPOSITORY_POLICY,
        network.SERVICE,
    }
    assert read <= set(TYPES)
