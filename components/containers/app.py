"""An ordinary container: a program of an image, whose output goes straight to CloudWatch Logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.containers.model import Condition, Container
from components.containers.parts import HealthCheck, LogToCloudWatch, MountPoint, Secret, Tmpfs


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A program and how it runs. CPU in units of 1/1024 vCPU, memory in MiB, times in seconds.

    `port` is what it listens on, on every address of the task; None for a worker, whom nobody reaches. `cpu`
    and `memory` are its share of the task, which needn't be said when it is alone there. The root file system
    is read-only but for the folders of `writable`, which are in memory, each with its size.
    """

    image: str
    name: str = "app"
    command: tuple[str, ...] = ()
    """Empty: what the image starts."""
    port: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    user: int = 1000
    """The image's numeric user."""
    cpu: int = 0
    memory: int | None = None
    health_path: str = "/up"
    """What answers 200 on `port` when the program can serve."""
    health_command: str | None = None
    """Succeeds when the program is well, for a worker, or for an image without curl."""
    start_period: int = 60
    """In which a failing health check doesn't count."""
    stop_timeout: int = 60
    writable: Mapping[str, int] = field(default_factory=lambda: {"/tmp": 64})  # noqa: S108
    mount_points: tuple[MountPoint, ...] = ()
    exec: bool = False
    """Open to ECS Exec, if the service is too."""
    depends_on: Mapping[str, Condition] = field(default_factory=dict[str, Condition])


def container(app: App, *, log: LogToCloudWatch) -> Container:
    """The container. An init process reaps what the program's children leave and passes signals on."""
    return Container(
        name=app.name,
        image=app.image,
        command=app.command,
        cpu=app.cpu,
        memory_reservation=app.memory,
        user=str(app.user),
        environment=app.environment,
        secrets=app.secrets,
        ports=() if app.port is None else (app.port,),
        health_check=_health_check(app),
        depends_on=app.depends_on,
        stop_timeout=app.stop_timeout,
        init_process=True,
        tmpfs=tuple(Tmpfs(path=path, size=size, owner=app.user) for path, size in app.writable.items()),
        mount_points=app.mount_points,
        exec=app.exec,
        log=log,
    )


def _health_check(app: App) -> HealthCheck | None:
    command = app.health_command
    if command is None and app.port is not None:
        command = f"curl -fsS -o /dev/null http://127.0.0.1:{app.port}{app.health_path} || exit 1"
    return HealthCheck(command=command, interval=10, start_period=app.start_period) if command else None
