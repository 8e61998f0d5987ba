"""rails: the application, behind nginx on the loopback only."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ecs_policies.checks import Problem

from components.containers import datadog as agent
from components.containers import log_router as router
from components.containers.datadog import DatadogSettings, client_environment, client_mount
from components.containers.defaults import LIVENESS_PATH, NGINX_PORT
from components.containers.model import Condition, Container
from components.containers.parts import (
    HealthCheck,
    LogThroughFireLens,
    LogToCloudWatch,
    MountPoint,
    Secret,
    Tmpfs,
)
from components.containers.sessions import session_mounts
from components.containers.volumes import Volume

NAME = "rails"
INIT_NAME = "rails_init"

_PATH = re.compile(r"/[A-Za-z0-9/_.-]*")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RailsSettings:
    """The application's image and how it runs. CPU in units of 1/1024 vCPU, memory in MiB, times in
    seconds.

    `user` is the image's numeric user. The root file system is read-only but for `<workdir>/tmp` and
    `/tmp`, which are in memory and hide what the image has there, and for `volumes`. `health_path` and
    `health_host` are what health checks ask, of nginx and of rails. `health_command` replaces the check
    inside the container, for an image without curl. `exec` opens the container to ECS Exec.
    """

    image: str
    cpu: int = 640
    memory: int = 1280
    port: int = 3000
    workdir: str = "/rails"
    user: int = 1000
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    health_path: str = "/up"
    health_host: str = "localhost"
    health_command: str | None = None
    start_period: int = 60
    stop_timeout: int = 60
    exec: bool = False
    read_only_root: bool = True
    volumes: tuple[Volume, ...] = ()

    def problems(self, datadog: DatadogSettings | None) -> Iterator[Problem]:
        """Settings that contradict what the task itself arranges, or that rails or nginx wouldn't
        understand."""
        for name in sorted(self.own_environment(datadog).keys() & {*self.environment, *self.secrets}):
            message = "the task sets this variable itself"
            yield Problem(path="rails.environment", value=name, message=message, fix="Leave it out")
        if not self.workdir.startswith("/") or not self.workdir.strip("/"):
            message, fix = "not the absolute path of the application's folder", "Use the image's WORKDIR"
            yield Problem(path="rails.workdir", value=self.workdir, message=message, fix=fix)
        # The containers of a task share one network interface.
        taken = {NGINX_PORT, *router.PORTS, *(agent.PORTS if datadog else ())}
        if not 1024 <= self.port <= 65535 or self.port in taken:
            message = "not a port that rails can have"
            fix = f"Use one from 1024 to 65535, not the sidecars' {', '.join(map(str, sorted(taken)))}"
            yield Problem(path="rails.port", value=self.port, message=message, fix=fix)
        if not _PATH.fullmatch(self.health_path) or self.health_path == LIVENESS_PATH:
            message = f"not a path of rails' ({LIVENESS_PATH} is nginx's own)"
            fix = "Use a plain path such as /up, without a query"
            yield Problem(path="rails.health_path", value=self.health_path, message=message, fix=fix)
        if not _HOST.fullmatch(self.health_host):
            message, fix = "not a host name", "Use one that rails accepts, for instance its domain"
            yield Problem(path="rails.health_host", value=self.health_host, message=message, fix=fix)
        yield from self._volume_problems(datadog)

    def _volume_problems(self, datadog: DatadogSettings | None) -> Iterator[Problem]:
        """Volumes that would hide something or be hidden, or that can never hold anything."""
        taken = dict.fromkeys(self.temporary_folders, "a folder in memory")
        taken |= {mount.path: "the session's" for mount in session_mounts(NAME)} if self.exec else {}
        taken |= {client_mount().path: "the agent's sockets"} if datadog else {}
        for volume in self.volumes:
            place, folder = f"volumes.{volume.name}", PurePosixPath(volume.path)
            if not _PATH.fullmatch(volume.path) or not volume.path.strip("/"):
                message, fix = "not the absolute path of a folder", f"Use one like {self.workdir}/storage"
                yield Problem(path=f"{place}.path", value=volume.path, message=message, fix=fix)
            elif PurePosixPath(self.workdir).is_relative_to(folder):
                message, fix = "it would hide the application", f"Use a folder of its own in {self.workdir}"
                yield Problem(path=f"{place}.path", value=volume.path, message=message, fix=fix)
            for path, what in taken.items():
                if folder.is_relative_to(path) or PurePosixPath(path).is_relative_to(folder):
                    message, fix = f"{path} is {what}, and one would hide the other", "Use another folder"
                    yield Problem(path=f"{place}.path", value=volume.path, message=message, fix=fix)
            if volume.read_only and not volume.file_system:
                message, fix = "the task's own disk is empty, and would stay so", "Leave it out, or set efs"
                yield Problem(path=f"{place}.read_only", value=True, message=message, fix=fix)
            taken[volume.path] = f"volume {volume.name}'s"

    @property
    def temporary_folders(self) -> tuple[str, str]:
        """What the application may write in memory: its own tmp, and everybody's."""
        return (f"{self.workdir.rstrip('/')}/tmp", "/tmp")  # noqa: S108

    def own_environment(self, datadog: DatadogSettings | None) -> dict[str, str]:
        """The variables that the task sets."""
        own = {"BINDING": "127.0.0.1", "PORT": str(self.port)}
        return {**own, **(client_environment(datadog) if datadog else {})}


def rails(
    settings: RailsSettings,
    *,
    max_body_mib: int,
    log: LogToCloudWatch | LogThroughFireLens,
    depends_on: Mapping[str, Condition],
    datadog: DatadogSettings | None = None,
) -> Container:
    """The container. An init process reaps what the application's children leave. Rails keeps an upload in
    /tmp while it reads it: two of the largest fit."""
    check = settings.health_command or (
        f"curl -fsS -o /dev/null -H 'Host: {settings.health_host}' -H 'X-Forwarded-Proto: https' "
        f"http://127.0.0.1:{settings.port}{settings.health_path} || exit 1"
    )
    sizes = zip(settings.temporary_folders, (128, max(128, 2 * max_body_mib)), strict=True)
    return Container(
        name=NAME,
        image=settings.image,
        cpu=settings.cpu,
        memory_reservation=settings.memory,
        user=str(settings.user),
        command=settings.command,
        environment={**settings.environment, **settings.own_environment(datadog)},
        secrets=settings.secrets,
        depends_on=depends_on,
        health_check=HealthCheck(command=check, interval=10, start_period=settings.start_period),
        stop_timeout=settings.stop_timeout,
        read_only_root=settings.read_only_root,
        exec=settings.exec,
        init_process=True,
        tmpfs=tuple(Tmpfs(path=path, size=size, owner=settings.user) for path, size in sizes),
        mount_points=(
            *((client_mount(),) if datadog else ()),
            *(MountPoint(volume=it.name, path=it.path, read_only=it.read_only) for it in settings.volumes),
        ),
        log=log,
    )


def rails_init(settings: RailsSettings, *, log: LogToCloudWatch) -> Container | None:
    """Gives rails its folders on the task's disk and ends; None if it has none. A new one belongs to root,
    and others may only read it. AWS documentation: "Use bind mounts with Amazon ECS"."""
    own = [it for it in settings.volumes if it.file_system is None]
    if not own:
        return None
    folders = " ".join(sorted(it.path for it in own))
    return Container(
        name=INIT_NAME,
        image=settings.image,
        essential=False,
        user="0",
        drop_capabilities=(),  # another's folder takes root's right to give it
        entry_point=("sh", "-c"),
        command=(f"chown {settings.user}:{settings.user} {folders} && chmod 0700 {folders}",),
        mount_points=tuple(MountPoint(volume=it.name, path=it.path) for it in own),
        log=log,
    )
