"""A release: a command in the application's own container that ends well before a new revision serves.

It can't run as the service's own task with another command: the containers that wait for the application to
be healthy give up after their start timeout (on Fargate at most 120 seconds), and end a long migration with
the task. AWS documentation: "Amazon ECS task definition parameters for Fargate" (Container timeouts).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ecs_policies.checks import Problem

from components.containers.model import Container, InvalidTaskError, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The command, its words as they are (there is no shell), and the container whose image runs it.

    `timeout` is how many seconds it may take, from the task's start.
    """

    container: str
    command: tuple[str, ...]
    timeout: int = 900


def release_task(task: Task, release: Release) -> Task:
    """The task that runs the release: that container with the command, and the containers it waits for.

    It has the image, environment, secrets, volumes, logs and size of the task that it goes before; nothing
    reaches it, and that the command ends is its only sign of health. Raises `InvalidTaskError`.
    """
    containers = {each.name: each for each in task.containers}
    problems = tuple(_problems(release, containers))
    if problems:
        raise InvalidTaskError(problems)
    kept = tuple(each for each in task.containers if each.name in _with_needs(release.container, containers))
    mounted = {mount.volume for each in kept for mount in each.mount_points}
    return replace(
        task,
        family=f"{task.family}-release",
        routed=None,
        volumes=tuple(volume for volume in task.volumes if volume in mounted),
        file_systems=tuple(each for each in task.file_systems if each.name in mounted),
        containers=tuple(_running(each, release) for each in kept),
    )


def _problems(release: Release, containers: dict[str, Container]) -> Iterator[Problem]:
    if not release.command:
        message, fix = "no command", "Give its words, for instance bin/rails and db:migrate"
        yield Problem(path="release.command", value=list(release.command), message=message, fix=fix)
    if release.container not in containers:
        message, fix = "no container of the task", f"Use one of {', '.join(sorted(containers))}"
        yield Problem(path="release.container", value=release.container, message=message, fix=fix)


def _running(container: Container, release: Release) -> Container:
    if container.name != release.container:
        return container
    return replace(
        container,
        command=release.command,
        essential=True,
        ports=(),
        health_check=None,
        restart_policy=None,
        exec=False,
    )


def _with_needs(name: str, containers: dict[str, Container]) -> set[str]:
    """The container and all that it waits for, over however many edges."""
    found: set[str] = set()
    pending = [name]
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending.extend(containers[each].depends_on)
    return found
