"""No rule is vacuous: whatever is taken out of one, or turned round in it, some case notices."""

import pytest

from tests.policies.cases.case import Case
from tests.policies.cases.tables import TABLES
from tests.policies.mutants import RULES, mutants


def test_every_module_of_rules_has_its_table_of_cases():
    assert {it.stem for it in RULES.glob("*.py")} - {"__init__"} == set(TABLES)


@pytest.mark.parametrize("module", sorted(TABLES))
def test_a_broken_rule_is_noticed_by_a_case(module: str):
    survivors = [what for what, broken in mutants(module) if not _noticed(broken.RULES, TABLES[module])]
    assert survivors == []


def _noticed(rules: object, cases: tuple[Case, ...]) -> bool:
    by_id = {it.id: it for it in rules}  # type: ignore[attr-defined]
    return any(_differs(case, by_id) for case in cases)


def _differs(case: Case, by_id: dict) -> bool:
    try:
        return case.complaint(by_id[case.rule]) is not None
    except Exception:  # noqa: BLE001 (a rule that fails is noticed too)
        return True
