"""The outputs: names that other teams build on, and what is promised of them."""

import json
import re
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import jsonschema
import pytest

from docs import contract, generate
from docs.compatibility import refusal
from outputs import VERSION, Outputs, described
from tests.unit.program import run_program, smallest, stack_config

NEXT_MAJOR = int(contract.MAJOR) + 1
STACKS = {name: stack_config(name) for name in ("local", "dev", "staging", "prod")}


def outputs(**changes: object) -> Outputs:
    values: dict[str, object] = {name: f"the {name}" for name in described()}
    return Outputs(**{**values, **changes})  # pyright: ignore[reportArgumentType]


def exported(value: Outputs) -> dict[str, object]:
    with patch("pulumi.export") as export:
        value.export()
    return {call.args[0]: call.args[1] for call in export.call_args_list}


def promised() -> dict[str, Any]:
    """The committed schema of the present major version."""
    return json.loads((generate.READER / f"v{contract.MAJOR}.schema.json").read_text())


def test_every_output_is_exported_under_its_own_name():
    assert exported(outputs()) == {name: f"the {name}" for name in described()}


def test_an_output_that_a_stack_lacks_is_left_out():
    assert "https_listener_arn" not in exported(outputs(https_listener_arn=None))


def test_a_stack_says_which_version_of_the_contract_it_keeps():
    given = {name: f"the {name}" for name in described() if name != "outputs_version"}
    assert exported(Outputs(**given))["outputs_version"] == VERSION  # pyright: ignore[reportArgumentType]


def test_every_output_says_what_it_is():
    assert all(len(text) > 5 for text in described().values())


def test_the_outputs_may_go_to_readers_under_their_version():
    assert generate.refused_outputs() is None


def test_outputs_that_break_readers_are_refused_under_the_same_version(monkeypatch: pytest.MonkeyPatch):
    schema = contract.schema()
    gone, _ = schema["properties"].popitem()
    monkeypatch.setattr(contract, "schema", lambda: schema)
    assert generate.refused_outputs() == (
        f"VERSION: {VERSION} can't follow {VERSION}, because readers break: {gone} is gone. Set VERSION in "
        f"outputs.py to {NEXT_MAJOR}.0.0 and run `python docs/generate.py` and `uv lock`, or take the change "
        "back"
    )


def test_what_readers_have_of_the_outputs_is_in_step():
    stale = [path.name for path, content in generate.reader_files().items() if path.read_text() != content]
    assert stale == [], "run `python docs/generate.py`"


def test_the_lock_has_the_readers_version():
    lock = (generate.ROOT / "uv.lock").read_text()
    (locked,) = re.findall(r'name = "web-application-outputs"\nversion = "(.*)"', lock)
    assert locked == VERSION, "run `uv lock`"


@pytest.mark.parametrize("output", described())
def test_no_output_can_be_renamed_under_the_same_version(output: str):
    schema = promised()
    properties = {f"new_{name}" if name == output else name: it for name, it in schema["properties"].items()}
    refused = refusal(schema, {**schema, "properties": properties})
    assert refused is not None
    assert f"{output} is gone" in refused


def test_the_schema_is_one_and_its_examples_fit():
    schema = contract.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    example = {name: it["examples"][0] for name, it in schema["properties"].items()}
    jsonschema.validate(example, schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"url": 1}, "1 is not of type 'string'"),
        ({"private_subnet_ids": "subnet-1"}, "'subnet-1' is not of type 'array'"),
        ({"private_subnet_ids": [1]}, "1 is not of type 'string'"),
        ({"monthly_cost": {"currency": "USD"}}, "'total' is a required property"),
        ({"outputs_version": f"{NEXT_MAJOR}.0.0"}, f"'{NEXT_MAJOR}.0.0' does not match"),
        ({"url": None}, "None is not of type 'string'"),
    ],
)
def test_the_schema_refuses_what_isnt_promised(changes: Mapping[str, Any], wrong: str):
    schema = contract.schema()
    example = {name: it["examples"][0] for name, it in schema["properties"].items()}
    with pytest.raises(jsonschema.ValidationError, match=wrong):
        jsonschema.validate({**example, **changes}, schema)


def test_a_later_minor_version_fits_the_schema_of_this_one():
    schema = contract.schema()
    example = {name: it["examples"][0] for name, it in schema["properties"].items()}
    jsonschema.validate({**example, "outputs_version": f"{contract.MAJOR}.99.0", "newer": [1]}, schema)


@pytest.mark.parametrize("stack", [*STACKS, "smallest"])
def test_what_the_program_exports_is_what_the_schema_promises(stack: str):
    recording = run_program(STACKS.get(stack) or smallest(), stack=stack)
    (shown,) = (it for urn, it in recording.outputs.items() if "pulumi:pulumi:Stack::" in urn)
    jsonschema.validate(shown, contract.schema())
    assert set(shown) <= set(described())
