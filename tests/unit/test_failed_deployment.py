from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.context import Context
from components.failed_deployment import reasons, told
from components.stop_deployment import take_back

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="us-east-1", account="123456789012"
)
BEGAN = datetime(2026, 11, 27, 12, tzinfo=UTC)
EXITED = {"stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited"}


def task(
    minute: int, *containers: dict[str, Any], started_by: str = "ecs-svc/2", **of_it: Any
) -> dict[str, Any]:
    at = BEGAN + timedelta(minutes=minute)
    return {"createdAt": at, "startedBy": started_by, "containers": list(containers), **EXITED, **of_it}


def event(minute: int, message: str) -> dict[str, Any]:
    return {"createdAt": BEGAN + timedelta(minutes=minute), "message": f"(service web) {message}"}


def test_the_container_that_failed_is_named_with_its_exit_code_once():
    rails, nginx = {"name": "rails", "exitCode": 1}, {"name": "nginx", "exitCode": 0}
    said = told("web", [task(1, rails, nginx), task(2, rails, nginx)], [])
    assert said.splitlines() == [
        "What ECS says of service web:",
        "  a task ended: rails: Essential container in task exited (exit code 1)",
    ]


def test_a_container_that_is_unhealthy_or_was_never_pulled_is_to_blame():
    unhealthy = task(
        1, {"name": "rails", "healthStatus": "UNHEALTHY", "exitCode": 0}, stoppedReason="Task failed"
    )
    missing = task(1, {"name": "nginx", "reason": "CannotPullContainerError"}, stoppedReason="CannotPull")
    assert "rails: Task failed" in told("web", [unhealthy], [])
    assert "nginx: CannotPull" in told("web", [missing], [])


def test_only_the_deployment_that_failed_last_is_told():
    older = task(1, {"name": "old", "exitCode": 137}, started_by="ecs-svc/1")
    said = told(
        "web",
        [older, task(5, {"name": "rails", "exitCode": 1})],
        [event(6, "deployment failed: tasks failed to start."), event(2, "deployment failed: an older one.")],
    )
    assert "old" not in said
    assert "the service said: deployment failed: tasks failed to start." in said


def test_what_scaling_stops_and_events_of_tasks_that_come_and_go_are_no_news():
    scaled = task(
        9, {"name": "rails", "exitCode": 0}, stoppedReason="Scaling activity initiated by (deployment x)"
    )
    said = told(
        "web",
        [scaled],
        [event(1, "has started 2 tasks: (task a) (task b)."), event(2, "registered 1 targets")],
    )
    assert said == ""


def test_what_the_service_said_is_told_in_its_order():
    said = told("web", [], [event(2, "rolling back to deployment 1."), event(1, "deployment 2 failed.")])
    assert said.splitlines()[1:] == [
        "  the service said: deployment 2 failed.",
        "  the service said: rolling back to deployment 1.",
    ]


def test_what_ecs_decided_is_told_however_many_tasks_end_after_it():
    tasks = [event(minute, f"(task {minute}) failed to start.") for minute in range(9, 2, -1)]
    decided = [event(2, "rolling back to deployment 1."), event(1, "(deployment 2) deployment failed.")]
    said = told("web", [], [*tasks, *decided]).splitlines()
    assert len(said) == 6
    assert said[-2:] == [
        "  the service said: (deployment 2) deployment failed.",
        "  the service said: rolling back to deployment 1.",
    ]


def test_alarms_that_went_off_come_first():
    said = told("web", [], [event(1, "deployment failed: alarm detected.")], ["web-target-5xx"])
    assert said.splitlines()[1:] == [
        "  an alarm of its traffic went off: web-target-5xx",
        "  the service said: deployment failed: alarm detected.",
    ]


class ManyTasks:
    """An ECS whose service has stopped more tasks than it tells at a time; the last one failed."""

    failed = "arn:task/249"
    tasks = tuple(f"arn:task/{number}" for number in range(250))

    def get_caller_identity(self) -> dict[str, Any]:
        return {"Account": CONTEXT.account}

    def describe_services(self, **_: Any) -> dict[str, Any]:
        return {"services": [{"serviceName": "web", "runningCount": 2, "events": []}]}

    def get_paginator(self, name: str) -> "ManyTasks":
        assert name == "list_tasks"
        return self

    def paginate(self, **given: Any) -> list[dict[str, Any]]:
        assert given == {"cluster": "cluster", "serviceName": "web", "desiredStatus": "STOPPED"}
        return [{"taskArns": self.tasks[at : at + 100]} for at in range(0, len(self.tasks), 100)]

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> dict[str, Any]:
        assert cluster == "cluster"
        assert len(tasks) <= 100
        return {"tasks": [self.described(it) for it in tasks]}

    def described(self, arn: str) -> dict[str, Any]:
        if arn == self.failed:
            return task(9, {"name": "rails", "exitCode": 1})
        return task(1, stoppedReason="Scaling activity initiated by (deployment ecs-svc/1)")

    def list_service_deployments(self, **_: Any) -> dict[str, Any]:
        return {"serviceDeployments": []}


@pytest.mark.parametrize("known", [(), ManyTasks.tasks[:200]])
def test_the_failed_task_is_told_however_many_have_stopped(
    monkeypatch: pytest.MonkeyPatch, known: tuple[str, ...]
):
    monkeypatch.setattr("boto3.client", lambda *_, **__: ManyTasks())
    said = reasons(CONTEXT, cluster="cluster", service="web", known=known)
    assert "a task ended: rails: Essential container in task exited (exit code 1)" in said
    assert reasons(CONTEXT, cluster="cluster", service="web", known=ManyTasks.tasks) == ""


def test_reasons_that_cannot_be_had_are_where_to_look(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    said = reasons(CONTEXT, cluster="cluster", service="web")
    assert "`aws ecs describe-services --region us-east-1 --cluster cluster --services web` shows why" in said
    assert "EndpointConnectionError" in said


@pytest.mark.parametrize("under_way", [(), ("arn:deployment/1",)])
def test_what_is_still_under_way_is_taken_back_and_what_has_ended_is_not(
    monkeypatch: pytest.MonkeyPatch, under_way: tuple[str, ...]
):
    calls: list[dict[str, Any]] = []

    class Ecs:
        def get_caller_identity(self) -> dict[str, Any]:
            return {"Account": CONTEXT.account}

        def list_service_deployments(self, **given: Any) -> dict[str, Any]:
            assert given == {"cluster": "cluster", "service": "web", "status": ["PENDING", "IN_PROGRESS"]}
            return {"serviceDeployments": [{"serviceDeploymentArn": it} for it in under_way]}

        def stop_service_deployment(self, **given: Any) -> None:
            calls.append(given)

    monkeypatch.setattr("boto3.client", lambda *_, **__: Ecs())
    said = take_back(CONTEXT, cluster="cluster", service="web")
    assert calls == [{"serviceDeploymentArn": it, "stopType": "ROLLBACK"} for it in under_way]
    assert (said is not None) == bool(under_way)


def test_what_was_under_way_before_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    class Ecs:
        def get_caller_identity(self) -> dict[str, Any]:
            return {"Account": CONTEXT.account}

        def list_service_deployments(self, **_: Any) -> dict[str, Any]:
            return {"serviceDeployments": [{"serviceDeploymentArn": "arn:deployment/1"}]}

    monkeypatch.setattr("boto3.client", lambda *_, **__: Ecs())
    assert take_back(CONTEXT, cluster="cluster", service="web", known=["arn:deployment/1"]) is None


def test_a_deployment_that_cannot_be_stopped_is_told_with_the_command_that_does(
    monkeypatch: pytest.MonkeyPatch,
):
    def fail(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("boto3.client", fail)
    said = take_back(CONTEXT, cluster="cluster", service="web")
    assert said
    assert "ConnectionError" in said
    assert "`aws ecs stop-service-deployment` with stop type ROLLBACK" in said
