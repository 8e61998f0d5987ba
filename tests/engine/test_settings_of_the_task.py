"""Each setting of the task, changed in turn on a stack that stands."""

import re

import pytest

from emulator.local.aws import ROOT
from tests.engine.settings_table import (
    AROUND_THE_TASK,
    OF_A_DOMAIN,
    OF_THE_TASK,
    REFUSED,
    REFUSED_BY_POLICY,
    Case,
    moved,
)
from tests.engine.standing import Standing


def test_the_table_has_every_setting_that_the_page_lists():
    page = (ROOT / "docs" / "settings.md").read_text()
    listed = set(re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE))
    cases = {it.setting for it in (*OF_THE_TASK, *AROUND_THE_TASK, *OF_A_DOMAIN)}
    assert cases == listed - REFUSED.keys() - REFUSED_BY_POLICY.keys()


@pytest.mark.parametrize("case", OF_THE_TASK, ids=lambda case: case.setting)
def test_it_moves_what_it_should_and_nothing_else(committed: Standing, case: Case):
    assert moved(committed, case) == case.moves


@pytest.mark.parametrize("setting", REFUSED_BY_POLICY)
def test_what_loosens_the_task_is_refused_by_the_policies(committed: Standing, setting: str):
    value, policy = REFUSED_BY_POLICY[setting]
    section, _, key = setting.partition(".")
    result = committed.preview(changes={section: {key: value}})
    assert result.code != 0
    assert {(it.policy, it.level) for it in result.violations} >= {(policy, "mandatory")}
