"""What the component registers is what the program registers, below one parent."""

import json
from typing import Any

import pytest

from component.web_service import WebService
from settings import PROJECT
from tests.unit.mocks import Recording, Registration, record
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
    """Everything that a resource was registered with, by type and name; others are named likewise."""
    own = {it.urn: (it.type, it.name) for it in recording}

    def shown(it: Registration) -> Any:
        return (
            it.inputs,
            {key: {own[urn] for urn in urns} for key, urns in it.property_dependencies.items()},
            {own[urn] for urn in it.dependencies},
            (it.protect, it.ignore_changes, it.delete_before_replace, it.retain_on_delete),
            own[it.parent][0] if it.parent and own[it.parent][0] != COMPONENT else "pulumi:pulumi:Stack",
        )

    return {own[it.urn]: shown(it) for it in recording if it.type not in (COMPONENT, "pulumi:pulumi:Stack")}


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
