"""The task's containers as values. Pure: nothing here registers a resource or knows of Pulumi."""

from components.containers.images import EcrRepository, ImageReference, InvalidImageError
from components.containers.model import Container, InvalidTaskError, Routed, Task
from components.containers.parts import (
    FireLens,
    HealthCheck,
    LogThroughFireLens,
    LogToCloudWatch,
    MountPoint,
    RestartPolicy,
    Secret,
    Tmpfs,
)

__all__ = [
    "Container",
    "EcrRepository",
    "FireLens",
    "HealthCheck",
    "ImageReference",
    "InvalidImageError",
    "InvalidTaskError",
    "LogThroughFireLens",
    "LogToCloudWatch",
    "MountPoint",
    "RestartPolicy",
    "Routed",
    "Secret",
    "Task",
    "Tmpfs",
]
