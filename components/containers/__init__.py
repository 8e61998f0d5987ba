"""The task's containers as values. Pure: nothing here registers a resource or knows of Pulumi."""

from components.containers.app import App
from components.containers.datadog import DatadogSettings
from components.containers.images import EcrRepository, ImageReference, InvalidImageError
from components.containers.log_router import LogRouterSettings
from components.containers.model import Container, InvalidTaskError, Routed, Task
from components.containers.nginx import NginxSettings
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
from components.containers.rails import RailsSettings
from components.containers.volumes import FileSystem, Volume
from components.containers.web_task import LogGroups, web_task

__all__ = [
    "App",
    "Container",
    "DatadogSettings",
    "EcrRepository",
    "FileSystem",
    "FireLens",
    "HealthCheck",
    "ImageReference",
    "InvalidImageError",
    "InvalidTaskError",
    "LogGroups",
    "LogRouterSettings",
    "LogThroughFireLens",
    "LogToCloudWatch",
    "MountPoint",
    "NginxSettings",
    "RailsSettings",
    "RestartPolicy",
    "Routed",
    "Secret",
    "Task",
    "Tmpfs",
    "Volume",
    "web_task",
]
