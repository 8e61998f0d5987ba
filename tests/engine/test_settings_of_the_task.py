"""Each setting of the task, changed in turn on a stack that stands."""

import re

import pytest

from emulator.local.aws import ROOT
from tests.engine.settings_table import AROUND_THE_TASK, OF_A_DOMAIN, OF_THE_TASK, REFUSED, Case, moved
from tests.engine.standing import Standing


def test_the_table_has_every_setting_that_the_readme_lists():
    readme = (ROOT / "README.md").read_text().partition("<!-- settings:")[2].partition("<!-- end")[0]
    listed = set(re.findall(r"^\| `([a-z_.]+)` \|", readme, re.MULTILINE))
    assert {it.setting for it in (*OF_THE_TASK, *AROUND_THE_TASK, *OF_A_DOMAIN)} == listed - REFUSED.keys()


@pytest.mark.parametrize("case", OF_THE_TASK, ids=lambda case: case.setting)
def test_it_moves_what_it_should_and_nothing_else(committed: Standing, case: Case):
    assert moved(committed, case) == case.moves
