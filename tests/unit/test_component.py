"""What the component registers is what the program registers, below one parent."""

import json
from typing import Any

import pytest

from component.web_service import WebService
from settings import PROJECT
from tests.unit.mocks import Recording, record
from tests.unit.program import CALLS, run_program, stack_config

COMPONENT = "web-application:index:WebService"


def args(stack: str) -> Any:
    """A committed stack's settings, as the component takes them."""
    config = {key.removeprefix(f"{PROJECT}:"): value for key, value in stack_config(stack).items()}
    return {
        key: json.loads(value) if value[0] in "{[" else value
        for key, value in config.items()
        if not key.startswith("aws:")
    }


def run_component(stack: str, name: str = "web") -> Recording:
    return record(lambda: WebService(name, args(stack)), preview=True, stack=stack, calls=CALLS)


def registered(recording: Recording) -> dict[tuple[str, str], Any]:
    """The inputs of every resource but the component itself, by type and name."""
    return {
        (it.type, it.name): it.inputs for it in recording if it.type not in (COMPONENT, "pulumi:pulumi:Stack")
    }


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
def test_the_component_registers_what_the_program_does_with_the_same_settings(stack: str):
    program = registered(run_program(stack_config(stack), stack=stack))
    assert len(program) > 60
    assert registered(run_component(stack)) == program


def test_all_of_it_stands_below_the_component():
    recording = run_component("prod")
    component = recording.one(COMPONENT)
    others = [it for it in recording if it.type not in (COMPONENT, "pulumi:pulumi:Stack")]
    assert {it.urn for it in recording.inside(component)} == {it.urn for it in others}


def test_two_components_of_one_stack_share_no_name():
    def build() -> None:
        WebService("web", args("dev"))
        WebService("api", args("dev"))

    recording = record(build, preview=True, stack="dev", calls=CALLS)
    assert recording.one("aws:ecs/taskDefinition:TaskDefinition", "api").inputs["family"] == (
        "web-application-dev-api"
    )
    for kind, key in (
        ("aws:iam/role:Role", "name"),
        ("aws:cloudwatch/logGroup:LogGroup", "name"),
        ("aws:ecs/cluster:Cluster", "name"),
        ("aws:s3/bucket:Bucket", "bucket"),
    ):
        names = [it.inputs[key] for it in recording.of(kind)]
        assert len(names) == len(set(names)) >= 2, kind
