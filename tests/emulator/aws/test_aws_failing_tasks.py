"""Images that fail, and what a service makes of it, under a clock that the test moves."""

from typing import Any

import pytest
from moto.ecr.models import ecr_backends
from moto.ecs.models import ecs_backends

from emulator.aws.ecs import describe, describe_deployments
from emulator.aws.ecs.breaker import threshold
from emulator.aws.ecs.image import WELL, Behaviour, Fault, behaviour
from emulator.aws.ecs.service import State
from emulator.aws.ecs.task_run import TaskRun
from emulator.aws.ecs.timing import SystemClock
from tests.emulator.aws.world import ACCOUNT, REGION, World, make_world

REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
BAD = {
    "at once": ("web:2-fails-at-once", "Essential container in task exited"),
    "at its health check": ("web:2-fails-health-check", "Task failed container health checks"),
    "after a while": ("web:2-fails-after-20s", "Essential container in task exited"),
    "at the pull": (f"{REGISTRY}/never-pushed:2", "CannotPullContainerError"),
}


@pytest.fixture
def world() -> World:
    world = make_world(breaker={"enable": True, "rollback": True})
    world.pass_time(50)
    return world


def deploy(world: World, image: str) -> str:
    """Begins a deployment of a new revision with this image; the revision's ARN."""
    before: Any = ecs_backends[ACCOUNT][REGION].describe_task_definition(
        world.service.settings["taskDefinition"]
    )
    containers = [{**one, "image": image} for one in before.container_definitions]
    made: Any = ecs_backends[ACCOUNT][REGION].register_task_definition(
        before.family, containers, network_mode="awsvpc"
    )
    world.service.settings = {**world.service.settings, "taskDefinition": made.arn}
    world.service.deploy(world.clock.now())
    return made.arn


def failed(world: World) -> list[TaskRun]:
    return [task for task in world.tasks() if task.ended]


@pytest.mark.parametrize("how", BAD)
def test_a_bad_image_is_rolled_back_and_the_old_revision_serves_all_the_time(world: World, how: str) -> None:
    image, reason = BAD[how]
    before = world.service.settings["taskDefinition"]
    arn = deploy(world, image)
    for _ in range(600):
        world.pass_time(1)
        assert world.health().count("healthy") >= 2
    bad = next(one for one in world.service.deployments if one.settings["taskDefinition"] == arn)
    assert bad.state is State.ROLLBACK_SUCCESSFUL
    assert world.service.settings["taskDefinition"] == before
    assert {task.definition.arn for task in world.running()} == {before}
    assert len(failed(world)) >= 3
    assert all(task.stopped_reason.startswith(reason) for task in failed(world))
    said = [event["message"] for event in world.service.events]
    assert any("deployment failed: tasks failed" in it for it in said)
    assert any("rolling back to deployment ecs-svc/" in it for it in said)


def test_the_failed_deployment_is_shown_with_its_reason_and_its_rollback(world: World) -> None:
    deploy(world, "web:2-fails-at-once")
    world.pass_time(400)
    bad = world.service.deployments[1]
    shown = describe_deployments.service_deployment(bad, world.service, world.tasks())
    assert shown["status"] == "ROLLBACK_SUCCESSFUL"
    assert (
        shown["statusReason"]
        == "Service deployment rolled back because the circuit breaker threshold was exceeded."
    )
    breaker = shown["deploymentCircuitBreaker"]
    assert (breaker["status"], breaker["threshold"]) == ("TRIGGERED", 3)
    assert breaker["failureCount"] >= 3
    assert shown["rollback"]["serviceRevisionArn"] == world.service.deployments[0].revision_arn
    assert describe_deployments.deployment(bad, world.service, world.tasks())["rolloutState"] == "FAILED"


def test_without_rollback_the_failed_deployment_stops_and_no_more_tasks_are_started(world: World) -> None:
    world.service.settings["deploymentConfiguration"]["deploymentCircuitBreaker"]["rollback"] = False
    deploy(world, "web:2-fails-at-once")
    world.pass_time(300)
    assert world.service.deployments[0].state is State.STOPPED
    tried = len(failed(world))
    world.pass_time(100)
    assert len(failed(world)) == tried
    assert world.health() == ["healthy", "healthy"]


def test_without_a_breaker_the_deployment_tries_again_and_again(world: World) -> None:
    world.service.settings["deploymentConfiguration"]["deploymentCircuitBreaker"] = {"enable": False}
    deploy(world, "web:2-fails-at-once")
    world.pass_time(600)
    assert world.service.deployments[0].state is State.IN_PROGRESS
    assert len(failed(world)) > 10
    assert any("unable to consistently start" in event["message"] for event in world.service.events)
    assert world.health() == ["healthy", "healthy"]


def test_a_first_deployment_that_fails_has_nothing_to_go_back_to() -> None:
    world = make_world(breaker={"enable": True, "rollback": True}, image="web:1-fails-at-once")
    world.pass_time(300)
    assert [one.state for one in world.service.deployments] == [State.STOPPED]
    assert world.service.deployments[0].status_reason.startswith("No rollback candidate was found")


def test_a_good_image_after_a_bad_one_is_deployed(world: World) -> None:
    deploy(world, "web:2-fails-health-check")
    world.pass_time(600)
    arn = deploy(world, "web:3")
    world.pass_time(200)
    assert {task.definition.arn for task in world.running()} == {arn}
    assert world.service.deployments[0].state is State.SUCCESSFUL


def test_a_task_that_fails_in_a_service_that_stands_is_replaced(world: World) -> None:
    world.service.settings["deploymentConfiguration"]["deploymentCircuitBreaker"] = {"enable": False}
    deploy(world, "web:2-fails-after-1000s")
    world.pass_time(100)
    assert world.service.deployments[0].state is State.SUCCESSFUL
    world.pass_time(1000)
    assert failed(world)
    assert len(world.running()) == 2


def test_a_sidecar_that_fails_leaves_its_task_running(world: World) -> None:
    containers = [
        {"name": "web", "image": "web:1", "memory": 512},
        {"name": "agent", "image": "agent:1-fails-at-once", "memory": 64, "essential": False},
    ]
    made: Any = ecs_backends[ACCOUNT][REGION].register_task_definition(
        world.service.cluster_name, containers, network_mode="awsvpc"
    )
    world.service.settings = {**world.service.settings, "taskDefinition": made.arn}
    world.service.deploy(world.clock.now())
    world.pass_time(200)
    assert world.service.deployments[0].state is State.SUCCESSFUL
    assert failed(world) == []


def test_a_container_that_waits_for_an_unhealthy_one_never_runs(world: World) -> None:
    containers = [
        {
            "name": "rails",
            "image": "rails:2-fails-health-check",
            "memory": 512,
            "healthCheck": {"command": ["CMD", "true"]},
        },
        {
            "name": "nginx",
            "image": "nginx:1",
            "memory": 64,
            "dependsOn": [{"containerName": "rails", "condition": "HEALTHY"}],
        },
    ]
    made: Any = ecs_backends[ACCOUNT][REGION].register_task_definition(
        world.service.cluster_name, containers, network_mode="awsvpc"
    )
    world.service.settings = {**world.service.settings, "taskDefinition": made.arn}
    world.service.deploy(world.clock.now())
    world.pass_time(300)
    assert failed(world)
    assert all("RUNNING" not in task.entered for task in failed(world))
    shown = describe.task(failed(world)[0])
    assert shown["healthStatus"] == "UNHEALTHY"


@pytest.mark.parametrize(("desired", "tasks"), [(1, 3), (2, 3), (6, 3), (7, 4), (25, 13), (1000, 200)])
def test_the_breaker_waits_for_half_of_the_tasks_within_bounds(desired: int, tasks: int) -> None:
    assert threshold(desired) == tasks


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginx", WELL),
        ("nginx:1.29.3", WELL),
        ("web:fails-at-once", Behaviour(fault=Fault.EXITS)),
        ("web:1.2-fails-health-check", Behaviour(fault=Fault.UNHEALTHY)),
        ("web:1.2-fails-after-30s", Behaviour(fault=Fault.EXITS, after=30)),
        ("web:1.2-fails-command", Behaviour(fault=Fault.COMMAND)),
        ("web:nofails-at-once", WELL),
        ("111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1", WELL),
        (f"{REGISTRY}/never-pushed:1", Behaviour(fault=Fault.MISSING)),
    ],
)
def test_an_image_says_by_its_tag_how_it_fails(image: str, expected: Behaviour) -> None:
    assert behaviour(image, account=ACCOUNT) == expected


def test_an_image_by_digest_fails_as_the_tag_that_the_repository_gives_it_says() -> None:
    ecr: Any = ecr_backends[ACCOUNT][REGION]
    ecr.create_repository("failing", None, {}, None, "MUTABLE", [])
    image = ecr.put_image("failing", "{}", "2-fails-at-once", "application/vnd.oci.image.manifest.v1+json")
    reference = f"{REGISTRY}/failing@{image.image_digest}"
    assert behaviour(reference, account=ACCOUNT) == Behaviour(fault=Fault.EXITS)
    assert behaviour(f"{REGISTRY}/failing:2-fails-at-once", account=ACCOUNT) == Behaviour(fault=Fault.EXITS)


def test_the_clock_runs_faster_from_now_on_and_never_back() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.run(1000)
    later = clock.now()
    clock.run(1)
    assert before <= later <= clock.now()
    with pytest.raises(ValueError, match="above 0"):
        clock.run(0)
