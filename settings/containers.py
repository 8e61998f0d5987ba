"""The settings of the task and of each of its containers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from settings.base import SecretName, Section, Words


class Task(Section):
    cpu: int = Field(default=1024, description="CPU units of a task (1024 is one vCPU)")
    memory: int = Field(
        default=2048, description="memory of a task, MiB; Fargate allows certain pairs with cpu only"
    )
    architecture: Literal["ARM64", "X86_64"] = Field(
        default="ARM64", description="processor architecture of the images"
    )
    ephemeral_storage: int = Field(
        default=21, description="disk of a task, GiB: its images, and `volumes` without `efs`", ge=21, le=200
    )


class Efs(Section):
    file_system: str = Field(description="id of the file system")
    access_point: str = Field(
        description="id of the access point: its user is the files' owner, its folder the root"
    )
    security_group: str = Field(
        description="id of the mount targets' group, which lets `task_security_group_id` in on port 2049"
    )


class Volume(Section):
    path: str = Field(description="where rails finds it")
    read_only: bool = Field(default=False, description="rails may only read it")
    efs: Efs | None = Field(
        default=None, description="file system that holds it; unset: the task's disk, empty at first"
    )


class Rails(Section):
    cpu: int = Field(default=640, description="CPU units reserved for rails", ge=1)
    memory: int = Field(default=1280, description="memory reserved for rails, MiB", ge=6)
    port: int = Field(
        default=3000, description="port that rails listens on, on localhost only", ge=1024, le=65535
    )
    workdir: str = Field(
        default="/rails", description="the image's working directory; its tmp is writable", pattern="^/"
    )
    user: int = Field(
        default=1000, description="the image's numeric user, which its tmp belongs to", ge=0, le=65535
    )
    health_path: str = Field(
        default="/up", description="path that answers 200 when rails can serve", pattern="^/"
    )
    health_host: str = Field(
        default="localhost", description="Host header of health checks (HostAuthorization)"
    )
    health_command: str | None = Field(
        default=None,
        description="shell command that succeeds when rails can serve, for an image without curl",
        min_length=1,
    )
    start_period: int = Field(
        default=60, description="seconds in which a failing health check of rails doesn't count", ge=0, le=300
    )
    stop_timeout: int = Field(default=60, description="seconds between SIGTERM and SIGKILL", ge=2, le=120)
    read_only_root: bool = Field(
        default=True,
        description="rails can't write outside its tmp and `volumes`; the policies refuse false",
    )
    release_command: Words = Field(
        default=(),
        description="words of a command that has to end well before a new revision serves; empty: none",
    )
    release_timeout: int = Field(
        default=900, description="seconds that the release command may take", ge=60, le=86400
    )
    environment: Mapping[str, str] = Field(
        default_factory=dict, description="environment variables, none of them secret"
    )
    secrets: Mapping[str, SecretName] = Field(
        default_factory=dict,
        description="environment variables read from Secrets Manager: variable to `name` or `name#key`",
    )


class Nginx(Section):
    image: str | None = Field(default=None, description="nginx's image, instead of the pinned one")
    max_body_mib: int = Field(default=10, description="largest request body, MiB", ge=1, le=2048)
    stop_timeout: int = Field(default=30, description="seconds that nginx may drain", ge=10, le=120)


class LogRouter(Section):
    image: str | None = Field(default=None, description="Fluent Bit's image, instead of the pinned one")


class Datadog(Section):
    site: Literal[
        "datadoghq.com",
        "datadoghq.eu",
        "us3.datadoghq.com",
        "us5.datadoghq.com",
        "ap1.datadoghq.com",
        "ap2.datadoghq.com",
        "ddog-gov.com",
    ] = Field(description="Datadog site that receives metrics, traces and logs")
    api_key_secret: SecretName = Field(description="name of the secret that holds Datadog's API key")
    image: str | None = Field(default=None, description="the agent's image, instead of the pinned one")
