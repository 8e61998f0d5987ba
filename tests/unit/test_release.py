import asyncio
import json
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components import release
from components.containers.release import Release
from components.release import ReleaseRunner, trouble
from tests.unit.document_edges import undeclared_edges
from tests.unit.test_service import run

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/web"
DEFINITION = "arn:aws:ecs:us-east-1:123456789012:task-definition/app-prod-web-release:3"
NETWORK = {"subnets": ["subnet-a", "subnet-b"], "securityGroups": ["sg-tasks"], "assignPublicIp": False}
MIGRATION = Release(container="app", command=("bin/rails", "db:migrate"), timeout=100)
RUNNING: dict[str, Any] = {"lastStatus": "RUNNING", "containers": []}


def ended(code: int | None = 0, *, reason: str | None = None, **of_it: Any) -> dict[str, Any]:
    router = {"name": "log_router", "exitCode": 0}
    app = {"name": "app", "exitCode": code, "reason": reason}
    exited = {"stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited"}
    return {"lastStatus": "STOPPED", "containers": [router, app], **exited, **of_it}


class Ecs:
    """ECS with one task at a time: `looks` is what DescribeTasks shows, look by look; the last look stays."""

    def __init__(self, *looks: dict[str, Any] | None, left: tuple[str, ...] = ()) -> None:
        self._looks = list(looks) or [ended()]
        self._left = left
        self.failures: list[dict[str, str]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def list_tasks(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("list", request))
        return {"taskArns": list(self._left)}

    def run_task(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("run", request))
        return {"tasks": [] if self.failures else [{"taskArn": "task/web/ours"}], "failures": self.failures}

    def describe_tasks(self, **request: Any) -> dict[str, Any]:
        self.calls.append(("describe", request))
        look = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        return {"tasks": [look] if look else []}

    def stop_task(self, **request: Any) -> None:
        self.calls.append(("stop", request))
        self._looks = [ended(143, stopCode="UserInitiated")]

    def requests(self, call: str) -> list[dict[str, Any]]:
        return [request for name, request in self.calls if name == call]


@pytest.fixture(autouse=True)
def waited(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """Lets the runner's seconds pass at once; how many have."""
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    clock = SimpleNamespace(sleep=sleep, CancelledError=asyncio.CancelledError)
    monkeypatch.setattr(release, "asyncio", clock)
    monkeypatch.setattr(release, "time", SimpleNamespace(monotonic=lambda: now))
    return lambda: now


def released(ecs: Ecs) -> Coroutine[Any, Any, None]:
    runner = ReleaseRunner(ecs=ecs, cluster=CLUSTER, release=MIGRATION, output="the log group app")
    return runner.run(DEFINITION, network=NETWORK, revision="app-prod-web:7")


def refusal(ecs: Ecs) -> str:
    with pytest.raises(pulumi.RunError) as refused:
        asyncio.run(released(ecs))
    return str(refused.value)


def test_a_release_runs_where_the_services_tasks_do_on_demand_and_once():
    ecs = Ecs(None, RUNNING, ended())
    asyncio.run(released(ecs))
    [request] = ecs.requests("run")
    assert len(request.pop("clientToken")) == 32
    assert request == {
        "cluster": CLUSTER,
        "taskDefinition": DEFINITION,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["subnet-a", "subnet-b"],
                "securityGroups": ["sg-tasks"],
                "assignPublicIp": "DISABLED",
            }
        },
        "overrides": {"containerOverrides": [{"name": "app", "command": ["bin/rails", "db:migrate"]}]},
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
        "startedBy": "release/app-prod-web/7",
    }
    assert ecs.requests("stop") == []


def test_a_release_that_takes_long_says_so_every_half_minute(capsys: pytest.CaptureFixture[str]):
    asyncio.run(released(Ecs(*[RUNNING] * 70, ended())))
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "info: `bin/rails db:migrate` runs before app-prod-web:7 serves: task ours",
        "info: `bin/rails db:migrate` is running after 30 s: task ours",
        "info: `bin/rails db:migrate` is running after 60 s: task ours",
        "info: `bin/rails db:migrate` ended well",
    ]


def test_a_release_that_fails_is_told_in_one_paragraph_with_where_its_output_is():
    assert refusal(Ecs(ended(1))) == (
        "the release `bin/rails db:migrate` failed, and so the new revision isn't deployed: app ended with "
        "exit code 1 (Essential container in task exited); its output is in the log group app, under task "
        "ours"
    )


@pytest.mark.parametrize(
    ("task", "told"),
    [
        (ended(137, reason="OutOfMemoryError"), "app ended with exit code 137 (OutOfMemoryError)"),
        (
            ended(None, reason="CannotPullContainerError: not found", stopCode="TaskFailedToStart"),
            "app didn't run: CannotPullContainerError: not found",
        ),
        (
            ended(None, stopCode="TaskFailedToStart", stoppedReason="ResourceInitializationError: secret"),
            "app didn't run: ResourceInitializationError: secret",
        ),
        (ended(stopCode="UserInitiated", stoppedReason="no"), "it was stopped: no"),
        (ended(), None),
    ],
)
def test_how_a_release_ended_is_told_in_the_words_of_ecs(task: dict[str, Any], told: str | None):
    assert trouble(task, "app") == told


def test_a_release_that_ecs_does_not_start_fails():
    ecs = Ecs()
    ecs.failures = [{"reason": "Capacity is unavailable at this time"}]
    assert refusal(ecs) == (
        "the release `bin/rails db:migrate` failed, and so the new revision isn't deployed: ECS doesn't "
        "start it: Capacity is unavailable at this time"
    )


def test_a_release_that_takes_too_long_is_stopped_and_its_end_waited_for(waited: Callable[[], float]):
    ecs = Ecs(RUNNING)
    assert "it ran for more than 100 seconds and was stopped" in refusal(ecs)
    assert 100 <= waited() < 102
    [stop] = ecs.requests("stop")
    assert stop == {"cluster": CLUSTER, "task": "task/web/ours", "reason": "Release: its time was over"}
    assert [name for name, _ in ecs.calls][-2:] == ["stop", "describe"]


def test_what_an_ended_engine_left_running_is_waited_for_whatever_its_end(waited: Callable[[], float]):
    ecs = Ecs(RUNNING, RUNNING, ended(1), ended(), left=("task/web/left",))
    asyncio.run(released(ecs))
    assert waited() == 2
    looked_at = [request["tasks"] for request in ecs.requests("describe")]
    assert looked_at == [["task/web/left"]] * 3 + [["task/web/ours"]]
    assert [name for name, _ in ecs.calls].index("run") == 4
    assert ecs.requests("list") == [
        {"cluster": CLUSTER, "family": "app-prod-web-release", "desiredStatus": "RUNNING"}
    ]


def test_a_program_that_ends_stops_its_release():
    class Cancelled(Ecs):
        def describe_tasks(self, **request: Any) -> dict[str, Any]:
            raise asyncio.CancelledError

    ecs = Cancelled()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(released(ecs))
    assert [it["reason"] for it in ecs.requests("stop")] == ["Release: the update was cancelled"]


def test_a_release_has_a_definition_of_its_own_in_the_services_roles_that_stands_before_the_service():
    recording = run(release=MIGRATION)
    served, released = (recording.one(aws.ecs.TaskDefinition, it) for it in ("web", "web-release"))
    [app] = [it for it in json.loads(released.inputs["containerDefinitions"]) if it["name"] == "app"]
    assert app["command"] == ["bin/rails", "db:migrate"]
    own = ("family", "containerDefinitions", "volumes")
    assert {key: value for key, value in released.inputs.items() if key not in own} == {
        key: value for key, value in served.inputs.items() if key not in own
    }
    assert released.inputs["family"] == "web-application-test-web-release"
    assert recording.path_exists(recording.one(aws.ecs.Service), released)
    assert undeclared_edges(recording) == []


REVISION = "arn:aws:ecs:us-east-1:123456789012:task-definition/web-application-test-web"


def hooked(monkeypatch: pytest.MonkeyPatch, ecs: Ecs, *, old: str | None, new: str) -> None:
    """Calls the service's hook as the engine does before an update from `old`, or a creation."""

    def client(*_: object, **__: object) -> Ecs:
        return ecs

    monkeypatch.setattr("components.aws_sdk.client", client)
    hook = run(release=MIGRATION).hooks["web-release"]
    inputs = {"cluster": CLUSTER, "networkConfiguration": NETWORK, "desiredCount": 2}
    asyncio.run(
        hook(
            pulumi.ResourceHookArgs(
                urn="urn",
                id="id",
                name="web",
                type="aws:ecs/service:Service",
                new_inputs={**inputs, "taskDefinition": f"{REVISION}:{new}"},
                old_inputs={**inputs, "taskDefinition": f"{REVISION}:{old}"} if old else None,
            )
        )
    )


@pytest.mark.parametrize(("old", "new", "runs"), [(None, "1", 1), ("1", "2", 1), ("2", "2", 0)])
def test_a_service_is_released_at_its_creation_and_at_each_new_revision_alone(
    monkeypatch: pytest.MonkeyPatch, old: str | None, new: str, runs: int
):
    ecs = Ecs()
    hooked(monkeypatch, ecs, old=old, new=new)
    assert len(ecs.requests("run")) == runs


def test_a_preview_and_a_service_without_a_release_have_no_such_hook():
    assert "web-release" not in run(preview=True, release=MIGRATION).hooks
    assert "web-release" not in run().hooks
