"""A release: its command ends well before a new revision serves, or the `up` fails and deploys nothing."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.local.stack import LocalStack
from tests.engine.conftest import StackFactory
from tests.engine.inventory import inventory
from tests.engine.standing import REGISTRY, Settings, Standing, changes, image
from tests.engine.views import CLUSTER, NAME, Definition, service, target_states, tasks

COMMAND = ["bin/rails", "db:migrate"]
RELEASING: Settings = {"rails": {"release_command": COMMAND}}
REVISION = {
    "TaskDefinition web": "replace",
    "TaskDefinition web-release": "replace",
    "Service web": "update",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A task that a release ran, or runs, as DescribeTasks answers it."""

    task: dict[str, Any]

    @property
    def id(self) -> str:
        return self.task["taskArn"].rpartition("/")[2]

    @property
    def exit_code(self) -> int | None:
        return next(it.get("exitCode") for it in self.task["containers"] if it["name"] == "rails")


def runs(stack: LocalStack) -> dict[str, Run]:
    """The releases' tasks by their ids, whatever has become of them, oldest first."""
    ecs = stack.client("ecs")
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(cluster=CLUSTER, family=f"{NAME}-release", desiredStatus=status)["taskArns"]
    ]
    found: list[dict[str, Any]] = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []
    ordered = (Run(task=it) for it in sorted(found, key=lambda it: it["createdAt"]))
    return {it.id: it for it in ordered}


def started(stack: LocalStack) -> list[Any]:
    """When ECS created each task that the service runs."""
    ecs = stack.client("ecs")
    arns = ecs.list_tasks(cluster=CLUSTER, serviceName=service(stack)["serviceName"])["taskArns"]
    return [it["createdAt"] for it in ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]]


@pytest.fixture(scope="module")
def releasing_stack(new_stack: StackFactory) -> Standing:
    return Standing.build(new_stack(), RELEASING)


@pytest.fixture
def releasing(releasing_stack: Standing) -> Standing:
    """A stack with a release, as it was made again whatever an earlier test left."""
    restored = releasing_stack.up("--refresh")
    assert restored.code == 0, restored.stdout + restored.stderr
    return releasing_stack


def test_the_first_up_releases_before_the_service_has_a_task_and_destroy_releases_nothing(
    new_stack: StackFactory,
):
    stack = Standing.build(new_stack(), RELEASING).stack
    [run] = runs(stack).values()
    assert run.exit_code == 0
    assert run.task["stoppedAt"] <= min(started(stack))
    assert run.task["startedBy"] == f"release/{NAME}/1"

    destroyed = stack.destroy("--skip-preview")
    assert destroyed.code == 0, destroyed.stdout + destroyed.stderr
    assert list(runs(stack)) == [run.id]


def test_a_release_is_the_application_with_another_command_where_its_tasks_run(releasing: Standing):
    run = list(runs(releasing.stack).values())[-1].task
    release = Definition.of(releasing.stack, run["taskDefinitionArn"])
    serving = Definition.serving(releasing.stack)
    rails, served = release.containers["rails"], serving.containers["rails"]
    assert set(release.containers) == set(serving.containers) - {"nginx"}
    assert rails == {
        **{key: value for key, value in served.items() if key != "healthCheck"},
        "command": COMMAND,
    }
    for name in set(release.containers) - {"rails"}:
        assert release.containers[name] == serving.containers[name]
    same = ("taskRoleArn", "executionRoleArn", "cpu", "memory", "runtimePlatform", "ephemeralStorage")
    assert {key: release.task[key] for key in same} == {key: serving.task[key] for key in same}

    details = {it["name"]: it["value"] for it in run["attachments"][0]["details"]}
    network = service(releasing.stack)["networkConfiguration"]["awsvpcConfiguration"]
    assert details["subnetId"] in network["subnets"]
    # On demand, whatever share of the service is on Spot.
    assert run["launchType"] == "FARGATE"
    assert "capacityProviderName" not in run


def test_a_new_image_is_released_before_its_tasks_start_and_not_by_a_preview(releasing: Standing):
    before = runs(releasing.stack)
    new = image(releasing, "1.1.0")
    assert changes(releasing.preview(changes=new)) == REVISION
    assert runs(releasing.stack).keys() == before.keys()

    result = releasing.up(changes=new)
    assert changes(result) == REVISION
    after = runs(releasing.stack)
    [run] = [it for key, it in after.items() if key not in before]
    assert run.exit_code == 0
    assert run.task["stoppedAt"] <= min(started(releasing.stack))
    serving = Definition.serving(releasing.stack)
    assert run.task["startedBy"] == f"release/{NAME}/{serving.task['revision']}"
    released = Definition.of(releasing.stack, run.task["taskDefinitionArn"])
    assert released.containers["rails"]["image"] == serving.containers["rails"]["image"]
    assert f"`bin/rails db:migrate` runs before {NAME}:{serving.task['revision']} serves" in result.stdout
    assert "`bin/rails db:migrate` ended well" in result.stdout


def test_what_changes_no_task_releases_nothing(releasing: Standing):
    before = runs(releasing.stack)
    other = {"service": {"maximum_percent": 150}, "scaling": {"maximum": 6}}
    assert changes(releasing.up(changes=other)) == {"Service web": "update", "Target web": "update"}
    assert changes(releasing.up("--expect-no-changes", changes=other)) == {}
    # Another command is for the next revision.
    command = {**other, "rails": {"release_command": ["bin/rails", "db:prepare"]}}
    assert changes(releasing.up(changes=command)) == {"TaskDefinition web-release": "replace"}
    assert runs(releasing.stack).keys() == before.keys()


def test_a_release_that_fails_fails_the_up_with_its_reason_and_deploys_nothing(releasing: Standing):
    before, there = runs(releasing.stack), inventory(releasing.stack)
    old, bad = service(releasing.stack), image(releasing, "2.0.0-fails-command")

    for _ in range(2):
        failed = releasing.up(changes=bad)
        assert failed.code != 0
        [*_, run] = runs(releasing.stack).values()
        assert run.exit_code == 1
        assert failed.errors[0] == (
            'before hook "web-release" failed: the release `bin/rails db:migrate` failed, and so the new '
            "revision isn't deployed: rails ended with exit code 1 (Essential container in task exited); "
            f"its output is in datadog, under task {run.id}"
        )
        assert "What ECS says of service" not in failed.stdout
    assert len(runs(releasing.stack)) == len(before) + 2

    new = service(releasing.stack)
    for unchanged in ("taskDefinition", "deployments", "desiredCount"):
        assert new[unchanged] == old[unchanged]
    assert target_states(releasing.stack) == ["healthy", "healthy"]
    assert {it.definition for it in tasks(releasing.stack)} == {old["taskDefinition"]}
    now = inventory(releasing.stack)
    assert {kind for kind in now if now[kind] != there[kind]} == {"task definition"}

    good = releasing.up(changes=image(releasing, "2.0.1"))
    assert changes(good) == REVISION
    assert Definition.serving(releasing.stack).containers["rails"]["image"].startswith(REGISTRY)
    assert service(releasing.stack)["taskDefinition"] != old["taskDefinition"]


def left_running(stack: LocalStack) -> str:
    """A release that an ended engine left behind: it runs until somebody stops it."""
    network = service(stack)["networkConfiguration"]
    ecs = stack.client("ecs")
    [task] = ecs.run_task(
        cluster=CLUSTER,
        taskDefinition=f"{NAME}-release",
        launchType="FARGATE",
        networkConfiguration=network,
    )["tasks"]
    return task["taskArn"]


@pytest.fixture
def up_in_background(releasing: Standing, tmp_path: Path) -> Iterator[Callable[[Settings], Any]]:
    """Starts an `up` with changes; signals reach the engine itself."""
    running: list[subprocess.Popen[str]] = []

    def start(changes: Settings) -> subprocess.Popen[str]:
        stack = releasing.stack
        content = yaml.safe_load(stack.settings_file.read_text())
        merged = {**content["config"], **releasing.config(changes)}
        file = tmp_path / stack.settings_file.name
        file.write_text(yaml.safe_dump({**content, "config": merged}))
        process = subprocess.Popen(
            [stack.directory / "bin" / "pulumi", "up", "--yes", "--skip-preview", "--config-file", file],
            cwd=stack.program,
            env=stack.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def said(process: "subprocess.Popen[str]", words: str) -> str:
    """What the engine has printed up to the line with these words."""
    assert process.stdout
    seen = ""
    while words not in seen:
        line = process.stdout.readline()
        assert line, seen
        seen += line
    return seen


def test_an_interrupted_up_waits_for_its_release_and_for_an_earlier_one_and_the_next_up_completes(
    releasing: Standing, up_in_background: Callable[[Settings], Any]
):
    before, left = runs(releasing.stack), left_running(releasing.stack)
    new = image(releasing, "3.0.0")
    process = up_in_background(new)
    said(process, "An earlier release still runs, and is waited for")
    process.send_signal(signal.SIGINT)
    time.sleep(2)
    assert process.poll() is None
    ours = [it for key, it in runs(releasing.stack).items() if key not in before]
    assert [it.task["taskArn"] for it in ours] == [left]

    releasing.stack.client("ecs").stop_task(cluster=CLUSTER, task=left)
    assert process.wait(timeout=60) != 0
    [earlier, ours] = [it for key, it in runs(releasing.stack).items() if key not in before]
    assert ours.exit_code == 0
    assert earlier.task["stoppedAt"] <= ours.task["createdAt"]

    completed = releasing.up(changes=new)
    assert completed.code == 0, completed.stdout + completed.stderr
    assert {it.task["lastStatus"] for it in runs(releasing.stack).values()} == {"STOPPED"}
    assert releasing.preview("--expect-no-changes", changes=new).code == 0
