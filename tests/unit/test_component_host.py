"""The component as a program in another language meets it: what it takes, and what it says otherwise."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import pytest
import yaml
from pulumi.errors import InputPropertiesError
from pulumi.provider.server import ComponentInitError

from component.host import Host
from docs.component import COMPONENT
from tests.unit.mocks import Recording, RefusedInvokeError, record
from tests.unit.program import ACCOUNT, CALLS

TOKEN = "web-application:index:WebService"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web-application/rails:1.0.0"


EFS = {
    "fileSystem": "fs-0123456789abcdef0",
    "accessPoint": "fsap-0123456789abcdef0",
    "securityGroup": "sg-0123456789abcdef0",
}
Inputs = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


def construct(
    inputs: Inputs, calls: Mapping[str, Any] = CALLS, options: pulumi.ResourceOptions | None = None
) -> Recording:
    """What is registered for the inputs as the engine hands them over; what is returned are the outputs."""

    def build() -> Any:
        given = inputs() if callable(inputs) else inputs
        return Host().construct("web", TOKEN, {"image": IMAGE, **given}, options).state

    return record(build, preview=True, calls=calls)


def refusal(inputs: Inputs, **more: Any) -> str:
    """What the engine shows when the component refuses inputs; fails when it takes them."""
    with pytest.raises(InputPropertiesError) as refused:
        construct(inputs, **more)
    assert refused.value.errors == []  # else the SDK can't send the error
    return refused.value.message


def rails(recording: Recording) -> dict[str, Any]:
    text = recording.one("aws:ecs/taskDefinition:TaskDefinition", "web").inputs["containerDefinitions"]
    return next(it for it in json.loads(text) if it["name"] == "rails")


def test_inputs_spelt_as_in_the_schema_reach_the_resources_at_any_depth():
    recording = construct(
        {
            # Numbers come as floats.
            "logRetentionDays": 7.0,
            "rails": {"stopTimeout": 45.0, "environment": {"rails_max_threads": "5"}},
            "scaling": {"schedules": [{"name": "night", "schedule": "rate(12 hours)", "minimum": 3.0}]},
            "volumes": {"shared_files": {"path": "/rails/shared", "readOnly": True, "efs": EFS}},
        }
    )
    container = rails(recording)
    assert container["stopTimeout"] == 45
    assert {"name": "rails_max_threads", "value": "5"} in container["environment"]
    mounted = [it for it in container["mountPoints"] if it["containerPath"] == "/rails/shared"]
    assert [(it["sourceVolume"], it["readOnly"]) for it in mounted] == [("shared_files", True)]
    assert recording.named("web-application").inputs["retentionInDays"] == 7
    (scheduled,) = recording.of("aws:appautoscaling/scheduledAction:ScheduledAction")
    assert scheduled.inputs["scalableTargetAction"] == {"minCapacity": 3}


def test_an_output_that_is_known_is_taken_wherever_it_stands():
    def inputs() -> dict[str, Any]:
        threads = pulumi.Output.from_input("5")
        return {
            "image": pulumi.Output.from_input(IMAGE),
            "rails": pulumi.Output.from_input({"environment": {"THREADS": threads}}),
        }

    assert {"name": "THREADS", "value": "5"} in rails(construct(inputs))["environment"]


def test_it_gives_the_outputs_of_the_program():
    state = construct({"domain": {"name": "shop.example.com", "zone": "example.com"}}).returned
    assert state["url"] == "https://shop.example.com"
    assert state["clusterName"] == "web-application-test-web"
    assert state["monthlyCost"]["currency"] == "USD"
    assert {"httpsListenerArn", "alarmTopicArn", "vpcId"} <= state.keys()
    assert "httpsListenerArn" not in construct({}).returned


UNKNOWN = "isn't known until what it comes from is created"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"scalling": {}}, ["scalling: no such setting", "did you mean 'scaling'"]),
        ({"loadBalancer": {"fireWall": True}}, ["loadBalancer.fireWall", "did you mean 'firewall'"]),
        ({"datadog": {"site": "datadoghq.com"}}, ["datadog.apiKeySecret: required"]),
        ({"image": None}, ["image: None should be a valid string"]),
        ({"task": "big"}, ["task: 'big' isn't a section", "ephemeralStorage"]),
        ({"volumes": {"a": {"path": 3.0}}}, ["volumes.a.path", "should be a valid string"]),
        ({"rails": {"releaseCommand": "bin/rails db:migrate"}}, ["rails.releaseCommand", "[bin/rails, db:m"]),
        ({"scaling": {"minimum": 2.5}}, ["scaling.minimum: 2.5", "integer"]),
        ({"scaling": {"minimum": 20.0}}, ["scaling.minimum: 20 is above maximum 10"]),
        ({"network": {"nat": "two"}}, ["network.nat: 'two'", "'one', 'zone' or 'none'"]),
        ({"task": {"cpu": 1024.0, "memory": 9000.0}}, ["task.memory: 9000", "nearest: 8192"]),
        ({"alarms": {"latency": 90.0}}, ["alarms.latency", "loadBalancer.idleTimeout (60 s)"]),
    ],
)
def test_inputs_that_do_not_fit_are_named_as_the_schema_spells_them(inputs: dict[str, Any], words: list[str]):
    said = refusal(inputs)
    assert said.startswith("its inputs don't fit:\n  ")
    for word in words:
        assert word in said


def test_every_problem_is_told_at_once():
    said = refusal({"task": "big", "network": {"nat": "two"}, "rails": {"stopTimeout": 500.0}})
    assert len(said.splitlines()) == 4


def test_what_another_resource_of_the_program_only_gives_later_is_refused():
    said = refusal(
        lambda: {
            "image": pulumi.Output.format("{}:1", aws.ecr.Repository("mine").repository_url),
            "rails": {"environment": {"BUCKET": aws.s3.Bucket("files").arn, "THREADS": "5"}},
        }
    )
    lines = said.splitlines()[1:]
    assert [line.split(": ")[0].strip() for line in lines] == ["image", "rails.environment.BUCKET"]
    assert all(UNKNOWN in line for line in lines)


def test_a_section_that_is_not_known_is_refused_and_not_taken_for_an_empty_one():
    assert f"rails: {UNKNOWN}" in refusal(lambda: {"rails": aws.s3.Bucket("files").tags_all})


def test_a_secret_is_refused_unseen():
    said = refusal(lambda: {"rails": {"environment": {"TOKEN": pulumi.Output.secret("hunter2")}}})
    assert "rails.environment.TOKEN: is a secret" in said
    assert "rails.secrets" in said
    assert "hunter2" not in said


def test_another_provider_than_the_stacks_is_refused():
    # As the SDK makes options of the engine's request.
    options = pulumi.ResourceOptions(providers={"aws": cast("pulumi.ProviderResource", object())})
    assert "providers: names one for aws" in refusal({}, options=options)


def test_a_look_up_that_fails_is_told_in_the_engines_words():
    def denied(_args: Any) -> Any:
        raise RefusedInvokeError("invoke of aws:ecr/getImage:getImage failed: not authorized")

    assert "not authorized" in refusal({}, calls={**CALLS, "aws:ecr/getImage:getImage": denied})


def test_a_mistake_of_its_own_keeps_its_traceback():
    def broken(_args: Any) -> Any:
        return {"names": None}

    calls = {**CALLS, "aws:index/getAvailabilityZones:getAvailabilityZones": broken}
    with pytest.raises(ComponentInitError):
        construct({}, calls=calls)


def test_the_readme_shows_the_same_web_service_in_both_languages_and_it_fits():
    yaml_block, typescript = (block(language) for language in ("yaml", "typescript"))
    shown = yaml.safe_load(yaml_block)["resources"]["web"]["properties"]
    literal = re.search(r'new web\.WebService\("web", (\{.*\})\);', typescript, re.DOTALL)
    assert literal
    assert yaml.safe_load(literal[1]) == shown  # an object of constants reads the same in both
    service = construct(shown).one(aws.ecs.Service)
    assert service.inputs["deploymentConfiguration"]["strategy"] == "CANARY"
    assert service.inputs["deploymentConfiguration"]["canaryConfiguration"]["canaryPercent"] == 10


def block(language: str) -> str:
    readme = (COMPONENT / "README.md").read_text("utf-8")
    return readme.partition(f"```{language}\n")[2].partition("```")[0]
