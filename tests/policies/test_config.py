"""The pack's config: one file for pulumi's command line and for the gate, with the same defaults."""

from dataclasses import fields

import pytest
from ecs_policies.catalogue import ALL, RULES
from ecs_policies.config import OPTIONS_SCHEMA, Config, ConfigError, parse, schema
from ecs_policies.model import Level, Options, Rule, Severity
from jsonschema import Draft202012Validator

BY_ID = {it.id: it for it in RULES}
PULL = BY_ID["iam.execution-role-pull"]
OTHER = BY_ID["iam.other-role-pulls-images"]


def test_the_schemas_defaults_are_the_ones_that_hold_without_a_config():
    plain = Options()
    for field in fields(Options):
        default = getattr(plain, field.name)
        shown = sorted(default) if isinstance(default, frozenset) else default
        assert OPTIONS_SCHEMA[field.name]["default"] == shown


def test_the_schema_is_one():
    Draft202012Validator.check_schema(schema(ALL))


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_only_a_rule_of_low_severity_is_advisory_by_itself(rule: Rule):
    assert Config().level(rule) is (Level.ADVISORY if rule.severity is Severity.LOW else Level.MANDATORY)
    assert Config().of(rule) == Options()


def test_a_level_is_given_for_one_rule_or_for_all():
    config = parse({"all": "advisory", PULL.id: "mandatory", OTHER.id: {"enforcementLevel": "disabled"}}, ALL)
    assert config.level(BY_ID["iam.star-action"]) is Level.ADVISORY
    assert config.level(PULL) is Level.MANDATORY
    assert config.level(OTHER) is Level.DISABLED


def test_a_rule_reads_its_own_options_and_no_others():
    config = parse({OTHER.id: {"pulling_roles": ["builder"]}}, ALL)
    assert config.of(OTHER).pulling_roles == {"builder"}
    assert config.level(OTHER) is Level.MANDATORY
    assert config.of(PULL) == Options()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"iam.star-actions": "advisory"}, "iam.star-actions: no such rule; did you mean iam.star-action?"),
        ({"all": "maximal"}, "all: 'maximal' is not one of"),
        ({PULL.id: {"pulling_roles": []}}, "'pulling_roles' was unexpected"),
        ({OTHER.id: {"pulling_roles": "builder"}}, "'builder' is not of type 'array'"),
        ([], "the config isn't an object"),
    ],
)
def test_a_config_that_does_not_fit_is_refused_with_the_key(content, said):
    with pytest.raises(ConfigError) as refused:
        parse(content, ALL)
    assert said in str(refused.value)
