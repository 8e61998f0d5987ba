"""Records a program for several stacks, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from time import monotonic
from typing import IO, Final

import ecs_policies
from ecs_policies.gate.project import Project, ProjectError
from ecs_policies.gate.recorder.isolation import environment
from ecs_policies.gate.recording import Recording

AT_A_TIME: Final = 2
TIMEOUT: Final = 600.0
"""Seconds that a program may take for one stack."""


def record_stacks(
    program: Path,
    stacks: Sequence[str] = (),
    *,
    stack_references: Mapping[str, Path] | None = None,
    timeout: float = TIMEOUT,
) -> Iterator[Recording]:
    """What the program whose `Pulumi.yaml` is in `program` registers for each stack, in the order given.

    Without `stacks`, each that has a file beside `Pulumi.yaml`. Two run at a time, each in the program's own
    Python. `stack_references` are files with other stacks' outputs, or their JSON schema, by stack name. A
    program that fails, or takes more than `timeout` seconds, makes a recording with an `error`. Raises
    `ProjectError` when `program` is no Python program of Pulumi, or has no stacks.
    """
    return record_programs({program: stacks}, stack_references=stack_references, timeout=timeout)


def record_programs(
    programs: Mapping[Path, Sequence[str]],
    *,
    stack_references: Mapping[str, Path] | None = None,
    timeout: float = TIMEOUT,
) -> Iterator[Recording]:
    """The same for several programs, each with its stacks, one after the other; two run at a time of all."""
    named = [
        (project, stack)
        for project, stacks in ((Project.load(it), stacks) for it, stacks in programs.items())
        for stack in stacks or _all_of(project)
    ]
    return _recordings(named, stack_references or {}, timeout)


def stack_names(program: Path) -> tuple[str, ...]:
    """The stacks that have a file beside `Pulumi.yaml`, sorted. Raises `ProjectError`."""
    return Project.load(program).stacks()


def _all_of(project: Project) -> tuple[str, ...]:
    stacks = project.stacks()
    if not stacks:
        raise ProjectError(
            f"{project.stack_directory} has no Pulumi.STACK.yaml, so there is no stack to record"
        )
    return stacks


def _recordings(
    named: Sequence[tuple[Project, str]], references: Mapping[str, Path], timeout: float
) -> Iterator[Recording]:
    options = [f"--stack-reference={name}={file.resolve()}" for name, file in references.items()]
    with _only_this_package() as path, ThreadPoolExecutor(AT_A_TIME) as pool:
        runs = [_Run(project, stack, options, path, timeout) for project, stack in named]
        waiting = [pool.submit(it.recording) for it in runs]
        try:
            for it in waiting:
                yield it.result()
        finally:
            # Whoever stops listening, or is interrupted, leaves no process behind.
            for run in runs:
                run.end()


@contextmanager
def _only_this_package() -> Generator[str]:
    """A folder for PYTHONPATH that has this package alone.

    So nothing of the gate's own environment hides what is installed in the program's.
    """
    with TemporaryDirectory(prefix="ecs-policies-gate-") as folder:
        (Path(folder) / "ecs_policies").symlink_to(
            Path(ecs_policies.__file__).parent, target_is_directory=True
        )
        yield folder


class _Run:
    """One stack's process."""

    def __init__(
        self, project: Project, stack: str, options: Sequence[str], path: str, timeout: float
    ) -> None:
        self._project = project
        self._stack = stack
        self._command = [
            *(project.interpreter, "-P", "-m", "ecs_policies.gate.recorder"),
            *("--program", str(project.root), "--stack", stack, *options),
        ]
        paths = [path, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._environment = environment(os.environ) | {"PYTHONPATH": os.pathsep.join(paths)}
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._lock = threading.Lock()

    def recording(self) -> Recording:
        """Run the process to its end."""
        started = monotonic()
        # A file and no pipe, which a process that the program leaves behind would hold open.
        with TemporaryFile() as said:
            with self._lock:
                if self._ended:
                    return self._failed("it was not started")
                process = self._process = self._started(said)
            try:
                out, _ = process.communicate(timeout=self._timeout)
            except subprocess.TimeoutExpired:
                self.end()
                process.communicate()
                return self._failed(f"the program took more than {self._timeout:g} seconds")
            try:
                made = Recording.from_json(json.loads(out))
            except (KeyError, TypeError, ValueError):
                return self._failed(
                    f"the program's process ended with {process.returncode}: {_last_line(said)}"
                )
        return replace(made, seconds=monotonic() - started)

    def end(self) -> None:
        """End the process if it runs, and never start it if it doesn't yet."""
        with self._lock:
            self._ended = True
            if self._process is not None and self._process.poll() is None:
                self._process.kill()

    def _started(self, said: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 (the program's own Python)
            self._command,
            cwd=self._project.root,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )

    def _failed(self, error: str) -> Recording:
        return Recording(project=self._project.name, stack=self._stack, error=error)


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
