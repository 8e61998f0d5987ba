"""The scheduler and its tasks under a clock that the test moves."""

import pytest
from moto.ecs.models import ecs_backends

from emulator.aws.ecs.service import Service
from emulator.aws.ecs.task_run import Status
from tests.emulator.aws.world import ACCOUNT, REGION, World, make_world


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_task_passes_through_every_state_and_its_target_follows(world: World) -> None:
    world.pass_time(1)
    assert {task.status for task in world.tasks()} == {Status.PROVISIONING}
    world.pass_time(10)
    assert {task.status for task in world.tasks()} == {Status.PENDING}
    world.pass_time(10)
    assert {task.status for task in world.tasks()} == {Status.ACTIVATING}
    assert world.health() == ["initial", "initial"]
    world.pass_time(10)
    assert {task.status for task in world.tasks()} == {Status.RUNNING}
    assert world.health() == ["initial", "initial"]
    assert world.service.primary is not None
    assert world.service.primary.state == "IN_PROGRESS"
    world.pass_time(11)
    assert world.health() == ["healthy", "healthy"]
    assert world.service.primary.state == "SUCCESSFUL"


def test_a_stopped_task_drains_first_and_its_replacement_goes_to_its_zone(world: World) -> None:
    world.pass_time(50)
    victim = world.tasks()[0]
    world.scheduler.fleet.stop(victim, code="UserInitiated", reason="by hand")
    assert victim.status is Status.DEACTIVATING
    assert world.health() == ["draining", "healthy"]
    world.pass_time(1)
    replacement = world.running()[-1]
    assert replacement.id != victim.id
    assert replacement.zone == victim.zone
    world.pass_time(30)
    assert victim.status is Status.STOPPED
    world.pass_time(30)
    assert world.health() == ["healthy", "healthy"]


def test_a_deployment_keeps_two_healthy_targets_throughout(world: World) -> None:
    world.pass_time(50)
    before = {task.id for task in world.running()}
    world.service.deploy(world.clock.now())
    for _ in range(120):
        world.pass_time(1)
        assert world.health().count("healthy") >= 2
        assert len(world.running()) <= 4
    assert not before & {task.id for task in world.running()}
    assert [one.status for one in world.service.deployments] == ["PRIMARY", "INACTIVE"]
    assert {task.zone for task in world.running()} == {"us-east-1a", "us-east-1b"}


def test_a_deployment_that_is_completed_is_the_only_one_from_that_moment(world: World) -> None:
    world.pass_time(50)
    made = world.service.deploy(world.clock.now())
    while made.state != "SUCCESSFUL":
        world.pass_time(1)
    assert [one.status for one in world.service.deployments] == ["PRIMARY", "INACTIVE"]


def test_a_deployment_that_is_overtaken_is_stopped(world: World) -> None:
    world.pass_time(50)
    world.service.deploy(world.clock.now())
    world.pass_time(5)
    world.service.deploy(world.clock.now())
    world.pass_time(120)
    assert [one.state for one in world.service.deployments] == ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]
    assert len(world.running()) == 2


def test_a_task_that_never_ran_skips_deactivating(world: World) -> None:
    world.pass_time(1)
    task = world.tasks()[0]
    world.scheduler.fleet.stop(task, code="UserInitiated", reason="by hand")
    assert task.status is Status.STOPPING


def test_slow_ticks_do_not_make_a_task_slower(world: World) -> None:
    world.pass_time(1)
    task = world.tasks()[0]
    world.clock.at += 500
    world.scheduler.tick()
    assert task.status is Status.RUNNING
    assert task.entered[Status.RUNNING] == task.created_at + 30


def test_stopped_tasks_are_forgotten_after_a_while(world: World) -> None:
    world.pass_time(50)
    victim = world.tasks()[0]
    world.scheduler.fleet.stop(victim, code="UserInitiated", reason="by hand")
    world.pass_time(40)
    assert victim.id in {task.id for task in world.tasks()}
    world.clock.at += 1000
    world.scheduler.tick()
    assert victim.id not in {task.id for task in world.tasks()}


def test_a_service_that_fails_does_not_hold_up_the_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Service(
        arn=f"{world.service.arn}-broken",
        name="broken",
        cluster_arn=world.service.cluster_arn,
        cluster_name=world.service.cluster_name,
        account=ACCOUNT,
        region=REGION,
        settings={**world.service.settings, "deploymentConfiguration": {}},
        tags=[],
        created_at=0,
    )
    broken.deploy(0)
    services = ecs_backends[ACCOUNT][REGION].services
    services[f"{world.service.cluster_name}:a-broken"] = broken  # pyright: ignore[reportArgumentType]
    world.pass_time(1)
    del services[f"{world.service.cluster_name}:a-broken"]
    assert "the scheduler failed with" in caplog.text
    assert len(world.tasks()) == 2
