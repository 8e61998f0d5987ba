"""What a container needs for ECS Exec besides permissions: folders that the agent of a session can write.

ECS puts the agent into the container and runs it there as root, whatever user the container has. It keeps its
state and its logs in two folders; on a read-only root file system it can't and stops, and no session starts.
A volume of the task at each of them is root's alone, so that the application can write there as little as
anywhere else. AWS documentation, "Monitor Amazon ECS containers with ECS Exec", doesn't support a read-only
root: docs/decisions/0014 says why it is done nevertheless.
"""

from components.containers.parts import MountPoint

_FOLDERS = {"session_logs": "/var/log/amazon", "session_state": "/var/lib/amazon"}


def session_mounts(container: str) -> tuple[MountPoint, ...]:
    """The volumes of one container, at their places: an agent shares them with no other's."""
    return tuple(MountPoint(volume=f"{container}_{name}", path=path) for name, path in _FOLDERS.items())
