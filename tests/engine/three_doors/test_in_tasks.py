"""The three doors say the same of tasks, of the service that runs them, and of their roles."""

from collections.abc import Mapping

import pytest

from emulator.local.stack import LocalStack
from tests.engine.three_doors import doors
from tests.engine.three_doors.conftest import Stand
from tests.engine.three_doors.mistakes_in_tasks import REFUSED, ROLES, TASKS
from tests.engine.three_doors.programs import Programs
from tests.engine.three_doors.spoiling import Mistake

MISTAKES = {**TASKS, **REFUSED, **ROLES}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_gate_finds_a_mistake_where_it_was_made(programs: Programs, mistake: str):
    assert MISTAKES[mistake].found in {it.place for it in programs.gated(mistake)}


@pytest.mark.parametrize("mistake", REFUSED)
def test_the_engines_first_preview_says_what_the_gate_says_of_what_no_stack_could_have(
    unborn: LocalStack, programs: Programs, mistake: str
):
    assert doors.engine(unborn.preview(program=programs.spoilt(mistake))) == programs.gated(mistake)


@pytest.mark.parametrize("mistakes", [TASKS, ROLES], ids=["tasks", "roles"])
def test_the_engines_first_preview_says_what_the_gate_says_of_each_mistake(
    unborn: LocalStack, programs: Programs, mistakes: Mapping[str, Mistake]
):
    preview = unborn.preview(program=programs.spoilt(*mistakes))
    assert doors.engine(preview) == programs.gated_each(mistakes)


@pytest.mark.parametrize("mistakes", [TASKS, ROLES], ids=["tasks", "roles"])
def test_audit_and_engine_say_of_a_stack_that_stands_what_the_gate_says_of_each_mistake(
    stand: Stand, programs: Programs, mistakes: Mapping[str, Mistake]
):
    program, found = programs.spoilt(*mistakes), programs.gated_each(mistakes)
    stack = stand(program)
    assert doors.audit(stack, program) == found
    assert doors.engine(stack.preview(program=program)) == found


def test_what_an_export_hides_can_not_be_judged(stand: Stand, programs: Programs):
    program = programs.spoilt("every action of a service")
    stack = stand(program)
    shown, hidden = (doors.audit(stack, program, shown=it) for it in (True, False))
    of_policy = [it for it in hidden if it.name == "queues"]
    assert "iam.star-action" in {it.rule for it in of_policy}
    assert {(it.path, it.unverifiable) for it in of_policy} == {("policy", True)}
    assert [it for it in hidden if it.name != "queues"] == [it for it in shown if it.name != "queues"]
