"""The component package on the real engine, brought up by a program in another language: YAML."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.engine.engine import Engine
from emulator.local.events import Result
from emulator.local.stack import LocalStack
from tests.engine.inventory import inventory
from tests.engine.standing import changes, drift, only
from tests.engine.yaml_shop import (
    COMPONENT,
    IMAGES,
    properties,
    push,
    started,
    with_properties,
    with_resources,
)

CLUSTER = "shop-local-web"


class Shop:
    """The example's stack, which stands, and how it came up."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.made: Result = stack.up("--skip-preview")
        assert self.made.code == 0, self.made.stdout + self.made.stderr

    def service(self) -> dict[str, Any]:
        ecs = self.stack.client("ecs")
        arns = ecs.list_services(cluster=CLUSTER)["serviceArns"]
        return only(ecs.describe_services(cluster=CLUSTER, services=arns)["services"])


@pytest.fixture(scope="module")
def shop(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    stack = started(tmp_path_factory.mktemp("shop"), engine)
    yield Shop(stack)
    stack.stop()


def test_a_program_in_yaml_brings_it_up_under_the_policies_which_find_nothing(shop: Shop):
    made = changes(shop.made)
    assert set(made.values()) == {"create"}
    assert len(made) > 70
    assert shop.made.violations == ()


def test_two_tasks_serve_in_two_zones(shop: Shop):
    service = shop.service()
    assert (service["desiredCount"], service["runningCount"]) == (2, 2)
    ecs, elb = shop.stack.client("ecs"), shop.stack.client("elbv2")
    arns = ecs.list_tasks(cluster=CLUSTER, serviceName=service["serviceName"])["taskArns"]
    tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
    assert len({it["availabilityZone"] for it in tasks}) == 2
    group = only(service["loadBalancers"])["targetGroupArn"]
    health = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert [it["TargetHealth"]["State"] for it in health] == ["healthy", "healthy"]


def test_what_the_program_gave_is_what_aws_has(shop: Shop):
    definition = shop.stack.client("ecs").describe_task_definition(
        taskDefinition=shop.service()["taskDefinition"]
    )["taskDefinition"]
    rails = only(it for it in definition["containerDefinitions"] if it["name"] == "rails")
    assert {"name": "RAILS_MAX_THREADS", "value": "5"} in rails["environment"]
    assert only(rails["secrets"])["name"] == "SECRET_KEY_BASE"
    scaling = shop.stack.client("application-autoscaling")
    target = only(scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"])
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    groups = shop.stack.client("logs").describe_log_groups(logGroupNamePrefix=f"{CLUSTER}-application")
    assert only(groups["logGroups"])["retentionInDays"] == 90


def test_the_program_has_the_components_outputs(shop: Shop):
    outputs = json.loads(shop.stack.pulumi("stack", "output", "--json", "--stack", "local").stdout)
    assert outputs["url"] == "https://shop.example.com"
    assert outputs["cluster"] == CLUSTER
    assert outputs["service"] == shop.service()["serviceName"]
    assert outputs["monthlyCost"] > 100


def test_a_refresh_and_a_second_up_change_nothing(shop: Shop):
    assert drift(shop.stack.refresh()) == {}
    assert changes(shop.stack.preview("--expect-no-changes")) == {}


def test_a_new_image_replaces_only_the_task_definition_and_updates_the_service(shop: Shop, tmp_path: Path):
    program = with_properties(tmp_path, image=push(shop.stack, "1.0.1"))
    assert changes(shop.stack.preview(program=program)) == {
        "TaskDefinition web": "replace",
        "Service web": "update",
    }


def test_the_policies_find_what_a_property_breaks_and_nothing_is_changed(shop: Shop, tmp_path: Path):
    before = inventory(shop.stack)
    result = shop.stack.up(program=with_properties(tmp_path, rails={"readOnlyRoot": False}))
    assert result.code != 0
    assert [(it.policy, it.level) for it in result.violations] == [("task.writable-root", "mandatory")]
    assert inventory(shop.stack) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scalling": {"minimum": 3}}, ["scalling does not exist", "Existing properties are: scaling"]),
        (
            {"network": {"nat": "two"}},
            ["nat:", 'Allowed values are ONE ("one"), ZONE ("zone"), NONE ("none")'],
        ),
    ],
    ids=["misspelt", "no such choice"],
)
def test_yaml_itself_refuses_what_the_schema_does_not_have(
    shop: Shop, tmp_path: Path, given: dict[str, Any], words: list[str]
):
    result = shop.stack.preview(program=with_properties(tmp_path, **given))
    assert result.code != 0
    assert all(word in result.stdout for word in words), result.stdout


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"task": {"cpu": 1024, "memory": 9000}}, ["task.memory: 9000", "with 1024 CPU units", "8192"]),
        ({"rails": {"stopTimeout": 500}}, ["rails.stopTimeout: 500", "120"]),
        ({"image": f"{IMAGES}:9.9"}, ["image", ":9.9' isn't in its repository", "aws ecr list-images"]),
        (
            {"rails": {"environment": {"TOKEN": {"fn::secret": "hunter2"}}}},
            ["environment.TOKEN: is a secret"],
        ),
    ],
    ids=["impossible pair", "out of range", "no image", "a secret"],
)
def test_a_mistake_is_one_error_without_a_traceback(
    shop: Shop, tmp_path: Path, given: dict[str, Any], words: list[str]
):
    result = shop.stack.preview(program=with_properties(tmp_path, **given))
    assert result.code != 0
    said = only(result.errors)
    assert "WebService resource 'web' has a problem: its inputs don't fit:" in said
    assert all(word in said for word in words), said
    assert "Traceback" not in result.stdout + result.stderr
    assert "hunter2" not in result.stdout + result.stderr


def test_what_is_not_known_at_a_preview_is_refused_with_its_name(shop: Shop, tmp_path: Path):
    other = {"image": properties()["image"], "rails": {"environment": {"VPC": "${first.vpcId}"}}}
    program = with_resources(tmp_path, {"first": {"image": properties()["image"]}, "second": other})
    result = shop.stack.preview(program=program)
    assert result.code != 0
    assert "rails.environment.VPC: isn't known until" in only(result.errors)


def test_the_output_of_another_stack_is_known_at_a_preview_and_taken(shop: Shop, tmp_path: Path):
    upstream = {"rails": {"environment": {"UPSTREAM": '${shop.outputs["url"]}'}}}
    program = with_resources(
        tmp_path, {"web": properties(), "api": {**properties(), **upstream}}, stack="organization/shop/local"
    )
    result = shop.stack.preview(program=program)
    assert changes(result)["TaskDefinition api"] == "create"
    assert '\\"UPSTREAM\\",\\"value\\":\\"https://shop.example.com\\"' in json.dumps(result.events)


def test_two_components_of_one_program_stand_beside_each_other(shop: Shop, tmp_path: Path):
    program = with_resources(tmp_path, {"web": properties(), "api": properties()})
    made = changes(shop.stack.preview(program=program))
    assert made["Service api"] == "create"
    assert {name for name in made if not name.partition(" ")[2].startswith("api")} == set()


def test_the_engine_reads_the_committed_schema_and_the_package_alike(shop: Shop):
    schemas = [
        shop.stack.pulumi("package", "get-schema", str(source)).stdout
        for source in (COMPONENT, COMPONENT / "schema.json")
    ]
    assert json.loads(schemas[0])["resources"].keys() == {"web-application:index:WebService"}
    assert schemas[0] == schemas[1]


def test_pulumi_adds_the_package_to_a_project(shop: Shop, tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("name: elsewhere\nruntime: yaml\n")
    added = shop.stack.pulumi("package", "add", str(COMPONENT), cwd=tmp_path)
    assert added.code == 0, added.stderr
    project = yaml.safe_load((tmp_path / "Pulumi.yaml").read_text())
    assert project["packages"] == {"web-application": str(COMPONENT)}


def test_hooks_run_in_the_components_process_and_destroyed_it_leaves_nothing(engine: Engine, tmp_path: Path):
    def program(**changes: Any) -> Path:
        balancer = {"deletionProtection": False, "emptyAccessLogsOnDelete": True}
        return with_properties(tmp_path / "program", protect=False, loadBalancer=balancer, **changes)

    stack = started(tmp_path / "clone", engine, program=program(), pack=None)
    try:
        before = inventory(stack)
        assert stack.up("--skip-preview").code == 0

        program(image=push(stack, "1.0.1-fails-at-once"))
        failed = stack.up("--skip-preview")
        assert failed.code != 0
        assert any("a task ended: rails: Essential container in task exited" in it for it in failed.errors)

        program(image=push(stack, "1.0.2"), rails={"releaseCommand": ["bin/rails", "db:migrate"]})
        mended = stack.up("--skip-preview")
        assert mended.code == 0, mended.stdout + mended.stderr
        assert "`bin/rails db:migrate` ended well" in mended.stdout

        done = stack.destroy("--skip-preview")
        assert done.code == 0, done.stdout + done.stderr
        after = inventory(stack)
        # Revisions stay registered for whoever rolls back.
        assert {kind for kind, found in after.items() if found != before[kind]} <= {"task definition"}
    finally:
        stack.stop()
