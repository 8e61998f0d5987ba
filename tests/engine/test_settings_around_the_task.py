"""Each setting but the task's, changed in turn on a stack that stands."""

import pytest

from tests.engine.inventory import inventory
from tests.engine.settings_table import AROUND_THE_TASK, REFUSED, Case, moved, refusal, refused
from tests.engine.standing import Standing


@pytest.mark.parametrize("case", AROUND_THE_TASK, ids=lambda case: case.setting)
def test_it_moves_what_it_should_and_nothing_else(committed: Standing, case: Case):
    assert moved(committed, case) == case.moves


@pytest.mark.parametrize("setting", REFUSED)
def test_what_would_replace_the_vpc_is_refused_though_nothing_is_protected(committed: Standing, setting: str):
    before = inventory(committed.stack)
    said = refusal(committed, setting)
    words = [setting, REFUSED[setting], "keep 10.0.0.0/16", "destroy the stack first", "another stack"]
    assert all(word in said for word in words), said
    assert any(vpc in said for vpc in before["vpc"]), said
    assert committed.up(changes=refused(setting)).code != 0
    assert inventory(committed.stack) == before
