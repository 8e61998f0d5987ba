"""A program's refusal or failure in one paragraph: no traceback, no secret."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from traceback import walk_tb
from typing import Any

import pulumi
from pulumi.runtime import resource as registration

from ecs_policies.gate.recorder import asked
from ecs_policies.gate.recorder.places import Line, Places, shown


class Failures:
    """Knows where in the program an error came from."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._noted: dict[int, tuple[BaseException, Line]] = {}

    def task(self, loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        """A task of the loop (its task factory) whose error is looked at first here.

        A future forgets an error's traceback when it hands it over, and the SDK asks several times.
        """
        task = asyncio.Task(work, loop=loop, **options)
        task.add_done_callback(self._note)
        return task

    def paragraph(self, error: BaseException) -> str:
        """What went wrong: a refusal in the program's own words, else where, what kind and what it says."""
        if isinstance(error, pulumi.RunError):
            return "\n".join(line for line in str(error).splitlines() if line.strip())
        place = self.place(error)
        at = f"{shown(place)}: " if place else ""
        said = " ".join(str(error).split("\n\n")[0].split())
        if isinstance(error, ModuleNotFoundError):
            said += (
                f" in {sys.prefix}: install what the program needs there, or name its own environment in "
                "Pulumi.yaml, runtime.options.virtualenv"
            )
        return f"{at}{type(error).__name__}: {said}" if said else f"{at}{type(error).__name__}"

    def place(self, error: BaseException) -> Line | None:
        """The program's last line before an error."""
        _, noted = self._noted.get(id(error), (error, None))
        return noted or self._places.failed(error)

    def _note(self, task: asyncio.Task[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        place = self._places.failed(error)
        if place is None and _while_registering(error):
            # This callback runs in the context that made the task: the resource's own.
            place = asked.current.get().place
        if place:
            self._noted.setdefault(id(error), (error, place))


def _while_registering(error: BaseException) -> bool:
    frames = (it.f_code.co_filename for it, _ in walk_tb(error.__traceback__))
    return registration.__file__ in frames


def with_unanswered(text: str, unanswered: Iterable[str]) -> str:
    """A failure after an answer that the gate couldn't give says so, since that may be why."""
    missed = "; ".join(sorted(unanswered))
    return f"{text}\nBefore, it asked for what the gate can't answer: {missed}" if missed else text
