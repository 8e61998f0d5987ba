"""Runs a program for one stack, as the engine's language host would for a preview."""

from __future__ import annotations

import asyncio
import contextvars
import os
import runpy
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.runtime.settings import Settings
from pulumi.runtime.stack import run_in_stack

from ecs_policies.gate.config import StackConfig
from ecs_policies.gate.project import Project, ProjectError
from ecs_policies.gate.recorder.asked import note_calls
from ecs_policies.gate.recorder.failure import Failures, with_unanswered
from ecs_policies.gate.recorder.isolation import refuse_network
from ecs_policies.gate.recorder.kept import Log
from ecs_policies.gate.recorder.monitor import Monitor
from ecs_policies.gate.recorder.places import Places, shown
from ecs_policies.gate.recorder.references import ReferenceFileError, References
from ecs_policies.gate.recorder.secrecy import note_made_secrets
from ecs_policies.gate.recording import Recording

_THREADS = 64
"""Enough that transforms, which wait for the program while they hold one, leave some for its own invokes."""


def record(root: Path, stack: str, references: Mapping[str, Path]) -> Recording:
    """What the program in `root` registers for a stack; never raises for what the program does.

    Changes the process for good (working directory, import path, audit hook): one process, one recording.
    """
    started = time.monotonic()
    try:
        project = Project.load(root)
        config = StackConfig.load(project, stack)
        files = References(references)
    except (ProjectError, ReferenceFileError) as error:
        return Recording(project=root.resolve().name, stack=stack, error=str(error))
    return _Run(project, stack, config, files).record(started)


class _ContextExecutor(ThreadPoolExecutor):
    """Runs in a copy of the caller's context, so that the monitor knows which call it serves."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(contextvars.copy_context().run, fn, *args, **kwargs)


class _Run:
    def __init__(self, project: Project, stack: str, config: StackConfig, references: References) -> None:
        self._project = project
        self._stack = stack
        self._config = config
        self._places = Places(project.root)
        self._failures = Failures(self._places)
        self._refused: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._monitor = Monitor(
            loop=self._loop,
            project=project.name,
            stack=stack,
            config=config.values,
            places=self._places,
            stack_references=references,
        )

    def record(self, started: float) -> Recording:
        note_made_secrets(self._monitor.secrets)
        note_calls(self._places)
        refuse_network(lambda: shown(self._places.now()), self._refused.append)
        os.chdir(self._project.directory)
        sys.path[0 : 0 if sys.flags.safe_path else 1] = [str(self._project.directory)]
        sys.argv = [str(self._project.entry)]
        error = self._failure()
        kept, redacted = self._monitor.kept, self._monitor.secrets.redacted
        missed = (
            f"the ESC environment {it}: its values aren't in the stack's file"
            for it in self._config.environments
        )
        unanswered = {*kept.unanswered, *missed}
        if error is not None:
            error = redacted(with_unanswered(error, unanswered))
        return Recording(
            project=self._project.name,
            stack=self._stack,
            # Threads register in no fixed order.
            resources=tuple(kept.resources[urn] for urn in sorted(kept.resources)),
            unanswered=tuple(sorted(map(redacted, unanswered))),
            placeholders=tuple(sorted(map(redacted, kept.placeholders))),
            messages=tuple(map(redacted, kept.messages)),
            error=error,
            seconds=time.monotonic() - started,
        )

    def _failure(self) -> str | None:
        """Run the program; what went wrong, if anything did. A refused connection is wrong even if caught."""
        try:
            self._run()
        except BaseException as error:  # noqa: BLE001 (whatever the program raises is what this reports)
            return self._refused[0] if self._refused else self._failures.paragraph(error)
        return self._refused[0] if self._refused else None

    def _run(self) -> None:
        settings = Settings(
            project=self._project.name,
            stack=self._stack,
            monitor=self._monitor,
            engine=Log(self._monitor.kept),
            dry_run=True,
            organization="organization",
            root_directory=str(self._project.root),
        )
        pulumi.runtime.set_all_config(dict(self._config.values), list(self._config.secret_keys))
        cast("Any", settings).callbacks = self._monitor.callbacks
        asyncio.set_event_loop(self._loop)
        self._loop.set_default_executor(_ContextExecutor(max_workers=_THREADS))
        self._loop.set_task_factory(self._failures.task)
        # `run_in_stack` raises the first failure itself; the rest follow from it.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._loop.run_until_complete(run_in_stack(self._program))

    def _program(self) -> None:
        try:
            runpy.run_path(str(self._project.entry), run_name="__main__")
        except SystemExit as leave:
            if isinstance(leave.code, str):
                raise pulumi.RunError(leave.code) from leave
            if leave.code:
                text = f"{shown(self._failures.place(leave))}: the program exits with code {leave.code}"
                raise pulumi.RunError(text) from leave
