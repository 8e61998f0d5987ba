"""A task as a value: its containers, and what the rest of the program needs to know of them.

Everything is checked when a `Task` is constructed, all problems at once. Memory and tmpfs sizes are MiB,
CPU is in units of 1/1024 vCPU, times are seconds. AWS documentation: "Amazon ECS task definition parameters
for Fargate".
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ecs_policies import checks
from ecs_policies.checks import Problem, Problems

from components.containers.canonical import canonical_json
from components.containers.images import EcrRepository, ImageReference, InvalidImageError
from components.containers.parts import (
    FireLens,
    HealthCheck,
    LogThroughFireLens,
    LogToCloudWatch,
    MountPoint,
    RestartPolicy,
    Secret,
    Tmpfs,
    secrets_json,
)
from components.containers.sessions import session_mounts
from components.containers.volumes import FileSystem, same_files, volume_names

Condition = Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]
Architecture = Literal["ARM64", "X86_64"]


class InvalidTaskError(ValueError):
    """A task that ECS would refuse or that could not work; names every setting, its value and what would
    fit, a line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container of the task. `memory_reservation` is its share of the task, `memory` a hard limit.

    `exec` opens it to ECS Exec, with the volumes that a session needs on a read-only root file system.
    """

    name: str
    image: str
    log: LogToCloudWatch | LogThroughFireLens
    cpu: int = 0
    memory_reservation: int | None = None
    memory: int | None = None
    essential: bool = True
    user: str | None = None
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    ports: tuple[int, ...] = ()
    depends_on: Mapping[str, Condition] = field(default_factory=dict[str, Condition])
    health_check: HealthCheck | None = None
    restart_policy: RestartPolicy | None = None
    stop_timeout: int | None = None
    read_only_root: bool = True
    exec: bool = False
    tmpfs: tuple[Tmpfs, ...] = ()
    mount_points: tuple[MountPoint, ...] = ()
    drop_capabilities: tuple[str, ...] = ("ALL",)
    init_process: bool = False
    firelens: FireLens | None = None
    docker_labels: Mapping[str, str] = field(default_factory=dict[str, str])

    def to_json(self) -> dict[str, Any]:
        """The container as one of AWS's `containerDefinitions`; what is empty is dropped by
        `canonical_json`."""
        restart = self.restart_policy
        return {
            "name": self.name,
            "image": self.image,
            "cpu": self.cpu,
            "memoryReservation": self.memory_reservation,
            "memory": self.memory,
            "essential": self.essential,
            "user": self.user,
            "entryPoint": list(self.entry_point),
            "command": list(self.command),
            "environment": [{"name": name, "value": value} for name, value in self.environment.items()],
            "secrets": secrets_json(self.secrets),
            "portMappings": [{"containerPort": port} for port in self.ports],
            "dependsOn": [
                {"containerName": name, "condition": condition} for name, condition in self.depends_on.items()
            ],
            "healthCheck": self.health_check.to_json() if self.health_check else None,
            "restartPolicy": restart
            and {
                "enabled": True,
                "restartAttemptPeriod": restart.attempt_period,
                "ignoredExitCodes": list(restart.ignored_exit_codes),
            },
            "stopTimeout": self.stop_timeout,
            "readonlyRootFilesystem": self.read_only_root,
            "linuxParameters": {
                "capabilities": {"drop": list(self.drop_capabilities)},
                "initProcessEnabled": self.init_process,
                "tmpfs": [each.to_json() for each in self.tmpfs],
            },
            "mountPoints": [
                {"sourceVolume": mount.volume, "containerPath": mount.path, "readOnly": mount.read_only}
                for mount in (*self.mount_points, *self.session_mounts)
            ],
            "logConfiguration": self.log.to_json(),
            "firelensConfiguration": self.firelens.to_json() if self.firelens else None,
            "dockerLabels": {**self.docker_labels, **self._secret_versions()},
        }

    @property
    def session_mounts(self) -> tuple[MountPoint, ...]:
        """Where a session's agent writes: volumes of the task that are this container's alone."""
        return session_mounts(self.name) if self.exec and self.read_only_root else ()

    def image_problems(self) -> Problems:
        """Whether the image is one that a registry would understand, and says which build of it is meant."""
        path = f"containers.{self.name}.image"
        try:
            reference = ImageReference.parse(self.image)
        except InvalidImageError as error:
            return (Problem(path=path, value=self.image, message=error.reason, fix=error.FIX),)
        if reference.tag is None and reference.digest is None:
            message = "without a tag or a digest each start of a task would run whatever is latest then"
            return (Problem(path=path, value=self.image, message=message, fix=InvalidImageError.FIX),)
        return ()

    def all_secrets(self) -> Mapping[str, Secret]:
        """What the execution role reads for this container: its variables' secrets and its log driver's."""
        return {**(self.log.secrets if isinstance(self.log, LogThroughFireLens) else {}), **self.secrets}

    def _secret_versions(self) -> dict[str, str]:
        return {
            f"secret-version.{name}": secret.version_id
            for name, secret in self.all_secrets().items()
            if secret.version_id
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The container and port that the load balancer sends to."""

    container: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A Fargate task definition. Raises `InvalidTaskError` with all its problems when it is constructed.

    `routed` is what the load balancer reaches, None for a task behind none (a worker). `volumes` are folders
    on the task's own disk, by name, that live as long as the task; `file_systems` outlive it.
    `ephemeral_storage` is the disk, 21 to 200 GiB, or None for the 20 GiB that every task has.
    """

    family: str
    containers: tuple[Container, ...]
    routed: Routed | None = None
    cpu: int = 1024
    memory: int = 2048
    architecture: Architecture = "ARM64"
    ephemeral_storage: int | None = None
    volumes: tuple[str, ...] = ()
    file_systems: tuple[FileSystem, ...] = ()

    def __post_init__(self) -> None:
        definition = self.to_json()
        containers = definition["containerDefinitions"]
        problems = (
            *(problem for container in self.containers for problem in container.image_problems()),
            *checks.task_definition(definition),
            *(checks.routed_port(containers, self.routed.container, self.routed.port) if self.routed else ()),
            *(problem for file_system in self.file_systems for problem in file_system.problems()),
            *same_files(self.file_systems),
            *volume_names([*self.disk_volumes, *(it.name for it in self.file_systems)]),
        )
        if problems:
            raise InvalidTaskError(problems)

    def to_json(self) -> dict[str, Any]:
        """The task definition in the shape of AWS's RegisterTaskDefinition, without its roles."""
        storage = self.ephemeral_storage
        return {
            "family": self.family,
            "cpu": str(self.cpu),
            "memory": str(self.memory),
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": {"cpuArchitecture": self.architecture, "operatingSystemFamily": "LINUX"},
            **({} if storage is None else {"ephemeralStorage": {"sizeInGiB": storage}}),
            "volumes": [
                *({"name": name} for name in self.disk_volumes),
                *(it.to_json() for it in sorted(self.file_systems, key=lambda it: it.name)),
            ],
            "containerDefinitions": json.loads(self.container_definitions()),
        }

    def container_definitions(self) -> str:
        """The containers as canonical JSON: the string that the task-definition resource takes."""
        return canonical_json(container.to_json() for container in self.containers)

    @property
    def disk_volumes(self) -> tuple[str, ...]:
        """The volumes on the task's own disk, those of sessions included."""
        sessions = (mount.volume for container in self.containers for mount in container.session_mounts)
        return tuple(sorted((*self.volumes, *sessions)))

    def writes(self, file_system: FileSystem) -> bool:
        """Whether some container may write to it."""
        mounts = (mount for container in self.containers for mount in container.mount_points)
        return any(mount.volume == file_system.name and not mount.read_only for mount in mounts)

    @property
    def images(self) -> tuple[ImageReference, ...]:
        """The images the task pulls, each once, in order of their references."""
        references = sorted({container.image for container in self.containers})
        return tuple(ImageReference.parse(reference) for reference in references)

    @property
    def repositories(self) -> tuple[EcrRepository, ...]:
        """The private ECR repositories among them: what the execution role may pull from."""
        found = {image.ecr_repository for image in self.images}
        return tuple(sorted((each for each in found if each), key=lambda each: each.arn))

    @property
    def secret_arns(self) -> tuple[str, ...]:
        """The secrets and parameters that the execution role reads, the log drivers' included."""
        secrets = (secret for container in self.containers for secret in container.all_secrets().values())
        return tuple(sorted({secret.arn for secret in secrets}))

    @property
    def execution_log_groups(self) -> tuple[str, ...]:
        """The log groups that the awslogs driver writes, with the execution role."""
        logs = (container.log for container in self.containers)
        return tuple(sorted({log.group for log in logs if isinstance(log, LogToCloudWatch)}))

    @property
    def task_log_groups(self) -> tuple[str, ...]:
        """The log groups that the log router writes, with the task role."""
        logs = (container.log for container in self.containers)
        return tuple(
            sorted({log.log_group for log in logs if isinstance(log, LogThroughFireLens) and log.log_group})
        )

    @property
    def minimum_grace(self) -> int:
        """The shortest health-check grace period that lets the routed container and those before it
        start; 0 without one."""
        if self.routed is None:
            return 0
        return checks.grace_needed([each.to_json() for each in self.containers], self.routed.container)

    def fit_service(self, *, health_check_grace: int, deregistration_delay: int, spot: bool) -> Problems:
        """Judge the service's clocks together with the task's; raises `InvalidTaskError`, returns the
        warnings. A task behind no load balancer has none to judge."""
        if self.routed is None:
            return ()
        containers = [each.to_json() for each in self.containers]
        problems = (
            *checks.grace(containers, self.routed.container, health_check_grace),
            *checks.draining(containers, self.routed.container, deregistration_delay, spot=spot),
        )
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise InvalidTaskError(errors)
        return problems
