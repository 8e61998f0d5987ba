"""Every case of every rule: passes, fails, unknown, malformed."""

from collections import Counter

import pytest
from ecs_policies.catalogue import RULES
from ecs_policies.model import Rule

from tests.policies.cases.case import Case
from tests.policies.cases.tables import ALL

BY_ID = {it.id: it for it in RULES}


@pytest.mark.parametrize("case", ALL, ids=lambda it: it.id)
def test_a_rule_finds_exactly_what_its_case_says(case: Case):
    assert case.complaint(BY_ID[case.rule]) is None


def test_no_two_cases_have_one_name():
    assert [name for name, count in Counter(it.id for it in ALL).items() if count > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_each_rule_has_a_case_that_passes_one_that_fails_an_unknown_and_a_malformed_one(rule: Rule):
    kinds = {kind for it in ALL if it.rule == rule.id for kind in it.kinds()}
    assert kinds == {"passes", "fails", "unknown", "malformed"}
