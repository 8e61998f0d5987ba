from dataclasses import replace
from functools import cache

import pytest

from components.containers import DatadogSettings, LogGroups, RailsSettings, Secret, Task, web_task
from components.containers.model import InvalidTaskError
from components.containers.parts import RestartPolicy
from components.containers.release import Release, release_task

SECRETS = "arn:aws:secretsmanager:us-east-1:123456789012:secret"
KEY = Secret(arn=f"{SECRETS}:key-AbCdEf", version_id="current")
MIGRATION = Release(container="rails", command=("bin/rails", "db:migrate"))


@cache
def web(*, datadog: bool = True) -> Task:
    return web_task(
        family="app-prod-web",
        rails=RailsSettings(
            image="123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.4.2", secrets={"KEY": KEY}
        ),
        load_balancer_cidr="10.0.0.0/16",
        log_groups=LogGroups(region="us-east-1", application="app", sidecars="sidecars"),
        datadog=DatadogSettings(site="datadoghq.eu", api_key=KEY) if datadog else None,
        ephemeral_storage=30,
    )


def names(task: Task) -> set[str]:
    return {it.name for it in task.containers}


def test_a_release_is_the_application_and_what_it_waits_for_with_another_command():
    task = release_task(web(), MIGRATION)
    assert names(task) == {"rails", "log_router", "datadog", "datadog_init"}
    served = {it.name: it for it in web().containers}
    assert {it.name: it for it in task.containers} == {
        **{name: served[name] for name in names(task)},
        "rails": replace(served["rails"], command=MIGRATION.command, health_check=None),
    }


def test_a_release_without_an_agent_keeps_its_log_router_and_no_volume():
    task = release_task(web(datadog=False), MIGRATION)
    assert names(task) == {"rails", "log_router"}
    assert release_task(web(), MIGRATION).volumes == web().volumes
    assert task.volumes == ()


def test_a_release_has_a_family_of_its_own_the_tasks_size_and_nothing_that_reaches_it():
    task = release_task(web(), MIGRATION)
    assert task.family == "app-prod-web-release"
    assert task.routed is None
    same = (task.cpu, task.memory, task.architecture, task.ephemeral_storage)
    assert same == (web().cpu, web().memory, web().architecture, 30)


def test_a_command_that_ends_is_not_started_again_and_ends_the_task():
    rails = next(it for it in web().containers if it.name == "rails")
    sidecar = replace(rails, essential=False, restart_policy=RestartPolicy(), ports=(3000,))
    others = (it for it in web().containers if it.name != "rails")
    released = release_task(replace(web(), containers=(sidecar, *others)), MIGRATION)
    [container] = [it for it in released.containers if it.name == "rails"]
    assert container.essential
    assert container.restart_policy is None
    assert container.ports == ()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            replace(MIGRATION, container="app"),
            "release.container: 'app' doesn't fit: no container of the task",
        ),
        (replace(MIGRATION, command=()), r"release.command: \[\] doesn't fit: no command"),
    ],
)
def test_a_release_of_nothing_is_refused(given: Release, message: str):
    with pytest.raises(InvalidTaskError, match=message):
        release_task(web(), given)
