"""What the watcher makes of AWS's answers."""

import copy
import io
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console

from emulator.local.demo.sample import DeploymentSeen, Sample, TaskSeen
from emulator.local.demo.show import Check, Show, brief
from emulator.local.demo.watcher import Reader, Watcher
from tests.emulator.local_demo import failure, sample

ARN = "arn:aws:ecs:us-east-1:123456789012"
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-1/0123"


class FakeAws:
    """A service behind a target group, as ECS and Elastic Load Balancing describe it; tests change it."""

    def __init__(self) -> None:
        self.tasks: list[dict[str, Any]] = []
        self.targets: dict[str, str] = {}
        self.described: list[list[str]] = []
        self.service: dict[str, Any] = {
            "serviceName": "web",
            "status": "ACTIVE",
            "taskDefinition": f"{ARN}:task-definition/web:7",
            "desiredCount": 2,
            "runningCount": 1,
            "loadBalancers": [{"targetGroupArn": GROUP}],
            "deployments": [
                {
                    "id": "ecs-svc/1",
                    "status": "PRIMARY",
                    "rolloutState": "IN_PROGRESS",
                    "taskDefinition": f"{ARN}:task-definition/web:7",
                }
            ],
            "events": [],
        }

    def client(self, _service: str) -> "FakeAws":
        return self

    def add(self, name: str, status: str, address: str, **more: str) -> None:
        details = [{"name": "subnetId", "value": "s"}, {"name": "privateIPv4Address", "value": address}]
        self.tasks.append(
            {
                "taskArn": f"{ARN}:task/web/{name}",
                "taskDefinitionArn": f"{ARN}:task-definition/web:7",
                "availabilityZone": "us-east-1a",
                "attachments": [{"details": details}],
                "lastStatus": status,
                "createdAt": len(self.tasks),
                **more,
            }
        )

    def say(self, at: int, message: str) -> None:
        self.service["events"].insert(0, {"id": "x", "createdAt": at, "message": f"(service web) {message}"})

    def list_clusters(self) -> Any:
        return {"clusterArns": [f"{ARN}:cluster/web"]}

    def list_services(self, **_: str) -> Any:
        return {"serviceArns": [f"{ARN}:service/web/web"]}

    def describe_services(self, **_: Any) -> Any:
        return {"services": [copy.deepcopy(self.service)]}

    def get_paginator(self, name: str) -> "FakeAws":
        assert name == "list_tasks"
        return self

    def paginate(self, *, desiredStatus: str, **_: str) -> Any:  # noqa: N803 (boto3's name)
        stopped = desiredStatus == "STOPPED"
        arns = [it["taskArn"] for it in self.tasks if (it["lastStatus"] == "STOPPED") is stopped]
        return [{"taskArns": arns[at : at + 100]} for at in range(0, len(arns), 100)]

    def describe_tasks(self, *, tasks: list[str], **_: str) -> Any:
        assert len(tasks) <= 100
        self.described.append(tasks)
        return {"tasks": [dict(it) for it in self.tasks if it["taskArn"] in tasks]}

    def describe_target_health(self, **_: str) -> Any:
        states = [{"Target": {"Id": it}, "TargetHealth": {"State": how}} for it, how in self.targets.items()]
        return {"TargetHealthDescriptions": states}


def look(reader: Reader, at: float = 0.0) -> Sample:
    found = reader.look(at)
    assert found
    return found


def test_a_task_is_seen_with_the_state_of_the_target_at_its_address() -> None:
    aws = FakeAws()
    aws.add("one", "RUNNING", "10.0.0.1")
    aws.add("two", "PENDING", "10.0.0.2")
    aws.targets = {"10.0.0.1": "healthy", "10.0.0.9": "healthy"}
    seen = look(Reader(aws.client), 1.5)
    assert seen == Sample(
        at=1.5,
        revision=7,
        desired=2,
        running=1,
        healthy=2,
        tasks=(
            TaskSeen(id="one", revision=7, zone="us-east-1a", status="RUNNING", target="healthy"),
            TaskSeen(id="two", revision=7, zone="us-east-1a", status="PENDING"),
        ),
        deployments=(DeploymentSeen(id="ecs-svc/1", revision=7, status="PRIMARY", rollout="IN_PROGRESS"),),
    )


def test_a_task_that_has_stopped_is_described_once_and_seen_ever_after() -> None:
    aws = FakeAws()
    aws.add("one", "STOPPED", "10.0.0.1", stopCode="UserInitiated", stoppedReason="by hand")
    reader = Reader(aws.client)
    first, second = look(reader), look(reader)
    assert first.tasks == second.tasks
    assert (first.tasks[0].stop_code, first.tasks[0].stopped_reason) == ("UserInitiated", "by hand")
    assert aws.described == [[f"{ARN}:task/web/one"]]


def test_an_event_is_news_once_and_the_oldest_comes_first() -> None:
    aws = FakeAws()
    reader = Reader(aws.client)
    aws.say(1, "has started 1 tasks")
    aws.say(2, "registered 1 targets")
    aws.say(2, "registered 1 targets")
    assert look(reader).events == ("has started 1 tasks", "registered 1 targets")
    aws.say(3, "registered 1 targets")
    assert look(reader).events == ("registered 1 targets",)
    assert look(reader).events == ()


def test_before_a_service_is_there_and_after_its_deletion_nothing_is_seen() -> None:
    aws = FakeAws()
    aws.service["status"] = "INACTIVE"
    assert Reader(aws.client).look(0.0) is None


def test_a_look_that_fails_is_made_again() -> None:
    aws = FakeAws()
    answer, asked = aws.describe_target_health, 0

    def fails_at_first(**names: str) -> Any:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise ClientError({"Error": {"Code": "TargetGroupNotFound"}}, "DescribeTargetHealth")
        return answer(**names)

    aws.describe_target_health = fails_at_first  # type: ignore[method-assign]
    told: list[Sample] = []
    with Watcher(aws.client, listener=told.append) as watcher:
        assert watcher.wait_for(lambda seen: seen.desired == 2, seconds=10)
        assert not watcher.wait_for(lambda seen: seen.desired == 3, seconds=0.2)
    assert asked > 1
    assert told[-1] == watcher.latest
    assert watcher.timeline().end == told[-1].at


def printed(*, width: int = 80) -> tuple[Show, io.StringIO]:
    file = io.StringIO()
    return Show(Console(file=file, width=width)), file


def test_an_event_is_told_without_the_ids_that_nobody_reads() -> None:
    task = "0123456789abcdef0123456789abcdef"
    assert (
        brief(f"has started 2 tasks: (task {task}) (task {task}).")
        == "has started 2 tasks: 01234567 01234567."
    )
    assert (
        brief(f"registered 1 targets in (target-group {GROUP})")
        == "registered 1 targets in (target group web-1)"
    )


def test_what_is_piped_is_plain_and_keeps_to_its_width() -> None:
    show, file = printed()
    show.opening(3, "an image that fails", "It exits at once. " * 8)
    with show.live():
        show.seen(sample(0.0, events=("has started 2 tasks: " + "x" * 90,)))
    show.quote(["a task ended: " + "because " * 20])
    show.closing(failure(), 0.0, [Check(sentence="it held " * 15, holds=True, seen="2 of 2")])
    lines = file.getvalue().splitlines()
    assert max(len(line) for line in lines) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in file.getvalue()
    assert {line for line in lines if line.startswith("   ECS: has started 2 tasks")}


def test_events_outside_of_an_act_are_kept_quiet() -> None:
    show, file = printed()
    show.seen(sample(0.0, events=("has started 2 tasks",)))
    assert file.getvalue() == ""


def test_what_didnt_hold_says_so() -> None:
    show, file = printed()
    show.closing(failure(), 0.0, [Check(sentence="only one revision served", holds=False, seen="1 and 2")])
    assert "✗ not so: only one revision served (1 and 2)" in file.getvalue()


def test_more_tasks_are_seen_than_ecs_tells_at_a_time() -> None:
    aws = FakeAws()
    for number in range(150):
        aws.add(str(number), "STOPPED", "")
    aws.add("last", "STOPPED", "")
    assert "last" in {it.id for it in look(Reader(aws.client)).tasks}
