"""A task of ordinary containers in a few words: a worker, an API, whatever isn't the web application."""

from __future__ import annotations

from components.containers.app import App, container
from components.containers.model import Architecture, Container, Routed, Task
from components.containers.parts import LogToCloudWatch
from components.containers.volumes import FileSystem
from components.context import Context


def app_task(
    context: Context,
    service: str,
    *containers: App | Container,
    cpu: int = 256,
    memory: int = 512,
    architecture: Architecture = "ARM64",
    ephemeral_storage: int | None = None,
    volumes: tuple[str, ...] = (),
    file_systems: tuple[FileSystem, ...] = (),
) -> Task:
    """The task of a service, in a family `<project>-<stack>-<service>` and a log group of its own.

    The load balancer reaches the first container that has a port, if one has. `cpu` and `memory` (MiB) are
    the whole task's. Raises `InvalidTaskError` with every problem at once.
    """
    family = context.name(service)
    ports = [(it.name, port) for it in containers for port in _ports(it)]
    return Task(
        family=family,
        containers=tuple(
            container(it, log=_log(context, service, it.name)) if isinstance(it, App) else it
            for it in containers
        ),
        routed=Routed(container=ports[0][0], port=ports[0][1]) if ports else None,
        cpu=cpu,
        memory=memory,
        architecture=architecture,
        ephemeral_storage=ephemeral_storage,
        volumes=volumes,
        file_systems=file_systems,
    )


def _ports(it: App | Container) -> tuple[int, ...]:
    if isinstance(it, Container):
        return it.ports
    return () if it.port is None else (it.port,)


def _log(context: Context, service: str, name: str) -> LogToCloudWatch:
    group = context.name(service, "application")
    return LogToCloudWatch(group=group, region=context.region, stream_prefix=name)
