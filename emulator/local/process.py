"""Runs the engine so that an interrupt reaches it exactly once and its end is waited for."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


def run(
    command: Sequence[str], *, environment: Mapping[str, str], directory: Path, capture: bool
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; without `capture` it has the terminal.

    In a terminal the engine shares the foreground, where Ctrl-C reaches it without us. Elsewhere it gets a
    process group of its own, and each interrupt or termination of ours is passed on as one interrupt. With
    `capture` nobody sees what the engine says of that, so KeyboardInterrupt is raised after its end.
    """
    shares_terminal = not capture and sys.stdin.isatty()
    pipe = subprocess.PIPE if capture else None
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=directory,
        env=dict(environment),
        stdin=None if shares_terminal else subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
        process_group=None if shares_terminal else 0,
    )
    with process, _interrupts(None if shares_terminal else process) as interrupts:
        stdout, stderr = process.communicate()
    if capture and interrupts:
        raise KeyboardInterrupt
    return subprocess.CompletedProcess(command, process.returncode, stdout or "", stderr or "")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and that nobody reaped doesn't."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A container without an init keeps orphans that ended as zombies.
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and ") Z " in stat.read_text())


@contextmanager
def _interrupts(process: subprocess.Popen[str] | None) -> Generator[list[int]]:
    """Passes signals on to the process while the block runs, and gives their numbers."""
    seen: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield seen  # only the main thread may handle signals
        return

    def pass_on(number: int, _frame: object) -> None:
        seen.append(number)
        if process:
            process.send_signal(signal.SIGINT)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, pass_on) for number in numbers]
    try:
        yield seen
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
