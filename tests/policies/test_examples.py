"""The examples of docs/policies.md do what they say: the bad one is found, the good one isn't."""

import json
import re

import pytest
import yaml
from ecs_policies import config, exemptions
from ecs_policies.catalogue import ALL, RULES
from ecs_policies.config import options_of
from ecs_policies.model import Finding, Resource, Rule, Stack

from docs.policies import example_name, examples, policies_page
from docs.rules.parts import CONFIG
from tests.policies.program import as_model
from tests.unit.mocks import record

EXAMPLES = examples()
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def stack_of(kind: str, rule: Rule) -> Stack:
    """What the rule's example registers, on the first preview of a stack."""
    return Stack(as_model(it) for it in record(EXAMPLES[example_name(kind, rule)], preview=True))


def found(rule: Rule, stack: Stack) -> list[Finding]:
    return rule.judge(stack, options_of(CONFIG, rule))


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_the_bad_example_of_a_rule_is_found(rule: Rule):
    assert [it for it in found(rule, stack_of("bad", rule)) if not it.unverifiable]


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_the_good_example_of_a_rule_passes(rule: Rule):
    good = stack_of("good", rule)
    assert good.resources
    assert [it.text for it in found(rule, good)] == []


def test_every_example_is_a_rules():
    assert set(EXAMPLES) == {example_name(kind, rule) for rule in RULES for kind in ("bad", "good")}


def block(language: str) -> str:
    """The page's only code block of a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", policies_page(), re.DOTALL)
    return found


def test_the_pages_config_and_exemption_are_ones_that_the_doors_take():
    assert config.parse(json.loads(block("json")), ALL).levels
    (entry,) = exemptions.parse(yaml.safe_load(block("yaml")), ALL).entries
    listener = Resource(
        type="aws:lb/listener:Listener",
        urn="urn:pulumi:dev::shop::web:service:Web$aws:lb/listener:Listener::web",
        properties={"protocol": "HTTP", "port": 80},
    )
    (https,) = (it for it in RULES if it.id == entry.rule)
    (finding,) = https.judge(Stack([listener]))
    assert entry.covers(finding), finding.fingerprint
