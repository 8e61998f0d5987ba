"""The web application through the recorder: its committed stacks, as the unit tests' mocks see them."""

import json
import linecache
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ecs_policies import wire
from ecs_policies.gate.recorder import lookups, record_stacks, stack_names
from ecs_policies.gate.recorder.cloud import Clouds
from ecs_policies.gate.recorder.pure import PURE
from ecs_policies.gate.recording import Recorded, Recording
from ecs_policies.model import UNKNOWN

from tests.unit import mocks
from tests.unit.program import CALLS, run_program, stack_config

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
STACKS = ("dev", "local", "prod", "staging")


@pytest.fixture(scope="module")
def recordings() -> dict[str, Recording]:
    return {it.stack: it for it in record_stacks(ROOT)}


@pytest.fixture(scope="module", params=STACKS)
def recording(request: pytest.FixtureRequest, recordings: dict[str, Recording]) -> Recording:
    return recordings[request.param]


def custom(recording: Recording) -> Iterator[Recorded]:
    return (it for it in recording.resources if it.custom)


def unknown_parts(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(unknown_parts, value.values()))
    return any(map(unknown_parts, value)) if isinstance(value, list) else value is UNKNOWN


def test_every_committed_stack_is_recorded(recordings: dict[str, Recording]):
    assert stack_names(ROOT) == tuple(recordings) == STACKS


def test_nothing_is_unanswered_and_nothing_fails(recording: Recording):
    assert (recording.error, recording.unanswered, recording.messages) == (None, (), ())


@pytest.fixture(scope="module")
def mocked(recording: Recording) -> mocks.Recording:
    """The same stack under the unit tests' mocks, with the recorder's own answers to what it looks up."""
    config = stack_config(recording.stack)
    clouds = Clouds(config)

    def answer(token: str) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
        def found(args: dict[str, Any]) -> Mapping[str, Any]:
            if token in PURE:
                return PURE[token](args, clouds.of("", args))
            subject = lookups.subject(token, args, clouds.of("", args))
            return {"arn": subject.arn, "zoneId": subject.id, **lookups.answer(token, args, subject)}

        return found

    return run_program(config, stack=recording.stack, calls={token: answer(token) for token in CALLS})


def test_the_same_resources_are_registered_as_under_the_mocks(recording: Recording, mocked: mocks.Recording):
    assert {it.urn for it in recording.resources} == set(mocked.registrations)


def test_inputs_that_a_first_preview_knows_are_the_same_but_for_default_tags(
    recording: Recording, mocked: mocks.Recording
):
    different = [
        (it.type, key)
        for it in recording.resources
        for key, value in mocked.registrations[it.urn].inputs.items()
        if not mocks._has_unknown(value) and key != "tags" and wire.value(it.inputs[key]) != value
    ]
    assert different == []


def test_default_tags_are_under_each_resources_own(recording: Recording, mocked: mocks.Recording):
    default = json.loads(stack_config(recording.stack)["aws:defaultTags"])["tags"]
    tagged = [it for it in custom(recording) if "tags" in it.inputs]
    assert len(tagged) > 20
    for it in tagged:
        assert it.inputs["tags"] == {**default, **mocked.registrations[it.urn].inputs["tags"]}


def test_no_input_is_unknown(recording: Recording):
    unknown = [
        (it.name, key)
        for it in recording.resources
        for key, value in it.inputs.items()
        if unknown_parts(wire.value(value))
    ]
    assert unknown == []


def test_every_resource_knows_its_line(recording: Recording):
    for it in recording.resources:
        if it.type == "pulumi:pulumi:Stack":
            continue
        assert it.file is not None
        assert it.line is not None
        assert not it.file.startswith(".venv")
        assert "(" in linecache.getline(str(ROOT / it.file), it.line), (it.file, it.line)


def test_every_reference_holds_what_identifies_a_resource_or_went_through_it(recording: Recording):
    by_urn = {it.urn: it for it in recording.resources}

    def texts(urn: str) -> list[str]:
        origin = by_urn[urn]
        return [*origin.identity, *(it for it in origin.inputs.values() if isinstance(it, str))]

    references = [
        (it, key, origin)
        for it in custom(recording)
        for key, origins in it.property_dependencies.items()
        for origin in origins
        if key.endswith(("Id", "Ids", "Arn", "Arns", "Groups", "subnets"))
    ]
    assert len(references) > 20
    loose = [
        (it.name, key)
        for it, key, origin in references
        if not any(x in str(it.inputs[key]) for x in texts(origin))
    ]
    assert loose == []
