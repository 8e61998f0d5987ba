"""Each setting but the task's, changed in turn on a stack that stands."""

import pytest

from tests.engine.settings_table import AROUND_THE_TASK, Case, moved
from tests.engine.standing import Standing


@pytest.mark.parametrize("case", AROUND_THE_TASK, ids=lambda case: case.setting)
def test_it_moves_what_it_should_and_nothing_else(committed: Standing, case: Case):
    assert moved(committed, case) == case.moves
