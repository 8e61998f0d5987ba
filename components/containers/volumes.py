"""Where a container keeps files: on an EFS file system that outlives the task, or on the task's own disk.

AWS documentation: "Use Amazon EFS volumes with Amazon ECS", "Fargate task ephemeral storage for Amazon ECS",
"Working with Amazon EFS access points".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ecs_policies.checks import Problem

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_ID = r"[0-9a-f]{8,40}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """An EFS file system as a volume of the task, entered at one access point, over TLS, as the task's role.

    The access point says whose files these are (its POSIX user) and in which folder, whatever user the
    container runs as. All are made elsewhere and named by their ids: the file system, the access point, and
    the security group of the mount targets, which stand in the VPC and let the tasks' group in on port 2049.
    """

    name: str
    id: str
    access_point: str
    security_group: str

    def to_json(self) -> dict[str, Any]:
        """One of the task definition's `volumes`."""
        return {
            "name": self.name,
            "efsVolumeConfiguration": {
                "fileSystemId": self.id,
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": self.access_point, "iam": "ENABLED"},
            },
        }

    def problems(self) -> Iterator[Problem]:
        """Ids that aren't ones."""
        for key, value, prefix in (
            ("file_system", self.id, "fs"),
            ("access_point", self.access_point, "fsap"),
            ("security_group", self.security_group, "sg"),
        ):
            if not re.fullmatch(f"{prefix}-{_ID}", value):
                path, message = f"volumes.{self.name}.efs.{key}", "not such an id"
                yield Problem(
                    path=path, value=value, message=message, fix=f"Write it like {prefix}-0123456789abcdef0"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A folder of a container that it may write though its root file system is read-only.

    Without a `file_system` it is on the task's own disk: empty at the start and gone with the task.
    """

    name: str
    path: str
    read_only: bool = False
    file_system: FileSystem | None = None


def same_files(file_systems: tuple[FileSystem, ...]) -> Iterator[Problem]:
    """File systems that are entered twice at one access point."""
    entered: dict[tuple[str, str], str] = {}
    for it in file_systems:
        first = entered.setdefault((it.id, it.access_point), it.name)
        if first != it.name:
            path, message = f"volumes.{it.name}.efs.access_point", f"volume {first} has the same files"
            fix = "Use one volume, or an access point for each"
            yield Problem(path=path, value=it.access_point, message=message, fix=fix)


def volume_names(names: list[str]) -> Iterator[Problem]:
    """Names of a task's volumes that ECS doesn't take, or that two have."""
    for name in sorted(set(names)):
        if not _NAME.fullmatch(name):
            message, fix = "not a volume's name", "Use letters, digits, hyphens and underscores, at most 100"
            yield Problem(path="volumes", value=name, message=message, fix=fix)
        if names.count(name) > 1:
            message, fix = "the name of two volumes of the task", "Rename one"
            yield Problem(path="volumes", value=name, message=message, fix=fix)
