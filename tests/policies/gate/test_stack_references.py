"""Other stacks' outputs: from a file, from a schema, or unknown and named."""

import json
from pathlib import Path

import pytest
from ecs_policies import wire

from tests.policies.gate.programs import good, one, recorded, values

pytestmark = pytest.mark.engine

SOURCE = """\
import pulumi
from shown import seen
network = pulumi.StackReference("acme/network/prod")
seen(
    vpc=network.get_output("vpc_id"),
    subnets=network.require_output("subnet_ids"),
    first=network.get_output("subnet_ids").apply(lambda ids: ids[0]),
)
"""
NAME = "acme/network/prod"


def test_a_file_of_outputs_answers_a_stack_reference(tmp_path: Path):
    file = tmp_path / "network.json"
    file.write_text(json.dumps({"vpc_id": "vpc-1", "subnet_ids": ["subnet-1", "subnet-2"]}))
    recording = good(recorded(tmp_path / "program", SOURCE, references={NAME: file}))
    assert one(recording, "seen").inputs == {
        "vpc": "vpc-1",
        "subnets": ["subnet-1", "subnet-2"],
        "first": "subnet-1",
    }
    assert recording.unanswered == ()


def test_a_file_answers_the_engines_own_function_too(tmp_path: Path):
    file = tmp_path / "network.json"
    file.write_text(json.dumps({"vpc_id": "vpc-1"}))
    source = """
    import pulumi
    from shown import seen
    asked = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": "acme/network/prod"})
    seen(vpc=asked.value["outputs"]["vpc_id"])
    """
    recording = good(recorded(tmp_path / "program", source, references={NAME: file}))
    assert one(recording, "seen").inputs == {"vpc": "vpc-1"}
    assert recording.unanswered == ()


def test_a_pattern_answers_for_every_stack_that_it_fits(tmp_path: Path):
    file = tmp_path / "network.json"
    file.write_text(json.dumps({"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"]}))
    assert values(recorded(tmp_path / "program", SOURCE, references={"*/network/*": file}))["vpc"] == "vpc-1"


def test_a_schema_of_outputs_answers_with_marked_values_of_its_types(tmp_path: Path):
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "vpc_id": {"type": "string"},
            "subnet_ids": {"type": "array", "items": {"type": "string", "examples": ["subnet-0"]}},
        },
    }
    file = tmp_path / "network.schema.json"
    file.write_text(json.dumps(schema))
    shown = values(recorded(tmp_path / "program", SOURCE, references={NAME: file}))
    assert shown == {
        "vpc": "placeholder-acme-network-prod-vpc_id",
        "subnets": ["subnet-0"],
        "first": "subnet-0",
    }


def test_a_schemas_numbers_and_choices_are_the_least_that_fits(tmp_path: Path):
    properties = {
        "port": {"type": "integer", "minimum": 1024},
        "public": {"type": "boolean"},
        "tier": {"enum": ["small", "large"]},
        "size": {"type": ["integer", "null"], "default": 3},
    }
    file = tmp_path / "schema.json"
    file.write_text(json.dumps({"type": "object", "properties": properties}))
    source = """
    import pulumi
    from shown import seen
    seen(all=pulumi.StackReference("other").outputs)
    """
    assert values(recorded(tmp_path / "program", source, references={"other": file}))["all"] == {
        "port": 1024,
        "public": False,
        "tier": "small",
        "size": 3,
    }


def test_without_a_file_the_outputs_are_unknown_and_the_option_is_named(tmp_path: Path):
    recording = good(recorded(tmp_path, SOURCE))
    assert recording.unanswered == (
        "the outputs of stack acme/network/prod (--stack-reference acme/network/prod=FILE gives them) "
        "at __main__.py:3",
    )
    unknown = wire.UNKNOWN_TEXT
    assert one(recording, "seen").inputs == {"vpc": unknown, "subnets": unknown, "first": unknown}


def test_a_file_that_cant_be_read_is_an_error_that_names_the_option(tmp_path: Path):
    file = tmp_path / "network.json"
    file.write_text("[]")
    error = recorded(tmp_path / "program", SOURCE, references={NAME: file}).error
    assert error == f"--stack-reference {NAME}={file.resolve()}: not a JSON object of outputs"


def test_a_missing_output_is_the_programs_failure(tmp_path: Path):
    file = tmp_path / "network.json"
    file.write_text("{}")
    error = recorded(tmp_path / "program", SOURCE, references={NAME: file}).error
    assert error is not None
    assert "KeyError: 'subnet_ids'" in error
