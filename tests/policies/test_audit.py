"""A stack's exported state as the rules' model."""

import json
from typing import Any

import pytest
from ecs_policies.audit.state import StateError, read
from ecs_policies.model import UNKNOWN, Source
from ecs_policies.wire import SECRET, SIGNATURE

URN = "urn:pulumi:local::web-application::aws:sqs/queue:Queue::jobs"


def exported(**resource: Any) -> str:
    entry = {"urn": URN, "type": "aws:sqs/queue:Queue", "custom": True, "id": "jobs", **resource}
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [entry]}})


def properties(inputs: dict[str, Any]) -> Any:
    (resource,) = read(exported(inputs=inputs)).resources
    return resource.properties


def test_what_the_provider_added_is_taken_away_again():
    inputs = {
        "__defaults": ["name", "delay"],
        "name": "jobs-0a1b2c3",
        "delay": 0,
        "redrive": {"__defaults": ["count"], "count": 3, "arn": "arn:aws:sqs:::dead"},
        "fifo": True,
    }
    assert properties(inputs) == {"redrive": {"arn": "arn:aws:sqs:::dead"}, "fifo": True}


def test_an_automatic_name_is_none_of_the_programs():
    assert properties({"name": "jobs-0a1b2c3"}) == {}
    assert properties({"name": "jobs-backlog"}) == {"name": "jobs-backlog"}


def test_tags_are_all_tags():
    inputs = {"tags": {"Name": "jobs"}, "tagsAll": {"Name": "jobs", "Project": "shop"}}
    assert properties(inputs) == {"tags": {"Name": "jobs", "Project": "shop"}}


def test_a_secret_is_judged_where_it_is_shown_and_unknown_where_it_is_not():
    shown = {SIGNATURE: SECRET, "plaintext": json.dumps({"deep": [1.0, "x"]})}
    hidden = {SIGNATURE: SECRET, "ciphertext": "v1:abc"}
    assert properties({"policy": shown, "key": hidden, "old": "[secret]"}) == {
        "policy": {"deep": [1, "x"]},
        "key": UNKNOWN,
        "old": UNKNOWN,
    }


def test_references_and_places_are_kept():
    text = exported(
        inputs={"name": "jobs"},
        outputs={"arn": "arn:aws:sqs:us-east-1:1:jobs"},
        parent="urn:parent",
        dependencies=["urn:other"],
        propertyDependencies={"policy": ["urn:other"], "name": None},
        sourcePosition="project:///components/queue.py#12,4",
    )
    (resource,) = read(text).resources
    assert resource.identity == {"jobs", "arn:aws:sqs:us-east-1:1:jobs"}
    assert (resource.parent, resource.dependencies) == ("urn:parent", ("urn:other",))
    assert resource.property_dependencies == {"policy": ("urn:other",), "name": ()}
    assert resource.source == Source(file="components/queue.py", line=12)


@pytest.mark.parametrize("more", [{"external": True}, {"delete": True}, {"type": "pulumi:providers:aws"}])
def test_what_is_not_the_stacks_is_not_judged(more: dict[str, Any]):
    assert read(exported(**more)).resources == ()


def test_an_empty_stack_has_no_resources():
    assert read('{"version": 3, "deployment": {"manifest": {}}}').resources == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"deployment": []}',
        '{"deployment": {"resources": [3]}}',
        '{"deployment": {"resources": [{"urn": "urn:pulumi:local::shop::a:b:C::c"}]}}',
        "error: no stack selected",
    ],
)
def test_what_is_no_state_is_refused_with_the_command_that_makes_one(text: str):
    with pytest.raises(StateError, match="pulumi stack export --show-secrets"):
        read(text)
