"""The three doors say the same of what is around tasks: network, load balancer, and what keeps data."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from emulator.local.stack import LocalStack
from tests.engine.three_doors import doors
from tests.engine.three_doors.conftest import Stand
from tests.engine.three_doors.mistakes_around_tasks import DATA, NETWORK
from tests.engine.three_doors.programs import Programs
from tests.engine.three_doors.spoiling import Mistake

MISTAKES = {**NETWORK, **DATA}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_gate_finds_a_mistake_where_it_was_made(programs: Programs, mistake: str):
    assert MISTAKES[mistake].found in {it.place for it in programs.gated(mistake)}


@pytest.mark.parametrize("mistakes", [NETWORK, DATA], ids=["network", "data"])
def test_the_engines_first_preview_says_what_the_gate_says_of_each_mistake(
    unborn: LocalStack, programs: Programs, mistakes: Mapping[str, Mistake]
):
    preview = unborn.preview(program=programs.spoilt(*mistakes))
    assert doors.engine(preview) == programs.gated_each(mistakes)


@pytest.mark.parametrize("mistakes", [NETWORK, DATA], ids=["network", "data"])
def test_audit_and_engine_say_of_a_stack_that_stands_what_the_gate_says_of_each_mistake(
    stand: Stand, programs: Programs, mistakes: Mapping[str, Mistake]
):
    program, found = programs.spoilt(*mistakes), programs.gated_each(mistakes)
    stack = stand(program)
    assert doors.audit(stack, program) == found
    assert doors.engine(stack.preview(program=program)) == found


def test_a_config_holds_at_each_door(stand: Stand, programs: Programs, tmp_path: Path):
    # The provider's default tags have the first, and nothing has the second.
    wanted = {"enforcementLevel": "advisory", "required_tags": ["Project", "Owner"]}
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"tags.required": wanted}))
    option = ("--policy-pack-config", str(config))
    program = programs.spoilt()
    found = doors.gate(program, *option)
    lacking = [it for it in found if it.rule == "tags.required"]
    assert {(it.path, it.level) for it in lacking} == {("tags[Owner]", "advisory")}
    assert {"web", "web-access-logs", "web-vpc"} <= {it.name for it in lacking}
    stack = stand(program)
    assert doors.audit(stack, program, *option) == found
    assert doors.engine(stack.preview(*option, program=program)) == found
