"""What a container is made of: its logs, health check, secrets, mounts, each a value that knows its JSON.

Memory and tmpfs sizes are MiB, times are seconds. AWS documentation: "Amazon ECS task definition parameters
for Fargate".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret that ECS reads when the container starts; its value never passes through the program.

    `arn` is the full ARN, with the six random characters that Secrets Manager adds; `key` picks a field of
    a JSON secret. `version_id` is the version current at preview. It isn't pinned (a pinned one disappears
    when the secret rotates): it stands in a docker label, so that a new version is a visible change and
    rolls the tasks.
    """

    arn: str
    key: str | None = None
    version_id: str | None = None

    @property
    def value_from(self) -> str:
        """What `valueFrom` says. AWS documentation: "Pass Secrets Manager secrets through … environment
        variables"."""
        return f"{self.arn}:{self.key}::" if self.key else self.arn


@dataclass(frozen=True, slots=True, kw_only=True)
class LogToCloudWatch:
    """The awslogs driver: the execution role writes the container's output to a log group that exists."""

    group: str
    region: str
    stream_prefix: str
    max_buffer_size: str = "10m"

    @property
    def place(self) -> str:
        """Where the output is read."""
        return f"the log group {self.group}"

    def to_json(self) -> dict[str, Any]:
        """The `logConfiguration`; non-blocking, since an outage of CloudWatch mustn't stop the
        container."""
        options = {
            "awslogs-group": self.group,
            "awslogs-region": self.region,
            "awslogs-stream-prefix": self.stream_prefix,
            "max-buffer-size": self.max_buffer_size,
            "mode": "non-blocking",
        }
        return {"logDriver": "awslogs", "options": options}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogThroughFireLens:
    """The awsfirelens driver: the task's log router sends the container's output on.

    `options` are those of the Fluent Bit output that `options["Name"]` names. `log_group` is the CloudWatch
    log group it writes to with the task role's permission, if it does. `buffer_limit` counts lines.
    """

    options: Mapping[str, str]
    secrets: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    log_group: str | None = None
    buffer_limit: int = 8192

    @property
    def place(self) -> str:
        """Where the output is read: the log group, or else what the router's output is named after."""
        return f"the log group {self.log_group}" if self.log_group else self.options["Name"]

    def to_json(self) -> dict[str, Any]:
        """The `logConfiguration`; non-blocking, since an outage of the destination mustn't stop the
        container."""
        options = {**self.options, "log-driver-buffer-limit": str(self.buffer_limit), "mode": "non-blocking"}
        return {"logDriver": "awsfirelens", "options": options, "secretOptions": secrets_json(self.secrets)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FireLens:
    """What makes a container the task's log router. `config_file` is a Fluent Bit file inside its image."""

    config_file: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The `firelensConfiguration`. On Fargate the only file type is `file`."""
        options = {"enable-ecs-log-metadata": "true"}
        if self.config_file:
            options |= {"config-file-type": "file", "config-file-value": self.config_file}
        return {"type": "fluentbit", "options": options}


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """A command that ECS runs in the container: healthy when it exits with 0."""

    command: str
    interval: int = 30
    timeout: int = 5
    retries: int = 3
    start_period: int = 0

    def to_json(self) -> dict[str, Any]:
        """The `healthCheck`, run by the image's shell."""
        return {
            "command": ["CMD-SHELL", self.command],
            "interval": self.interval,
            "timeout": self.timeout,
            "retries": self.retries,
            "startPeriod": self.start_period,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Tmpfs:
    """A writable folder in memory, owned by the container's user. Its pages count as the container's
    memory."""

    path: str
    size: int
    owner: int
    mode: str = "0700"

    def to_json(self) -> dict[str, Any]:
        """One of `linuxParameters.tmpfs`. Mounted without devices, programs and setuid."""
        ownership = [f"uid={self.owner}", f"gid={self.owner}", f"mode={self.mode}"]
        return {
            "containerPath": self.path,
            "mountOptions": ["rw", "nodev", "nosuid", "noexec", *ownership],
            "size": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MountPoint:
    """A volume of the task, mounted at a path of the container."""

    volume: str
    path: str
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartPolicy:
    """Restart the container alone when it exits, once it has run for `attempt_period` seconds (60 to
    1800)."""

    attempt_period: int = 60
    ignored_exit_codes: tuple[int, ...] = ()


def secrets_json(secrets: Mapping[str, Secret]) -> list[dict[str, str]]:
    """Secrets by the variable or option they fill, as AWS's list of name and valueFrom."""
    return [{"name": name, "valueFrom": secret.value_from} for name, secret in secrets.items()]
