"""What one service of a stack has to itself, so that a second one can't take it unseen."""

from __future__ import annotations

from components.containers.model import Task
from components.errors import InvalidSettingError


class Claims:
    """Families and log groups that services have taken so far.

    One family of two services would mix their revisions, and a log group can be created once.
    """

    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], str] = {}

    def take(self, task: Task, *, service: str) -> None:
        """Raises `InvalidSettingError`, with both services' names, if another one has a name of this task."""
        names = [("task.family", task.family)]
        names += [("log group", it) for it in (*task.execution_log_groups, *task.task_log_groups)]
        for kind, name in names:
            owner = self._owners.setdefault((kind, name), service)
            if owner != service:
                raise InvalidSettingError(kind, name, f"is that of {owner} already; give {service} its own")
