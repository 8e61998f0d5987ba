"""Provider processes that outlive their engine, told by the marks that emulator.local.provider sets."""

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path


def living_providers(directory: Path) -> list[int]:
    """The process ids of the folder's providers that still run; the marks of those that ended are removed."""
    return [int(mark.name) for mark in sorted((directory / "providers").glob("*")) if _is_held(mark)]


def end_providers(directory: Path, *, patience: float) -> tuple[list[int], list[int]]:
    """Waits `patience` seconds for the folder's providers to finish what they do, then ends the rest.

    Returns the ids of those that ended by themselves, and of those that were ended.
    """
    found = living_providers(directory)
    deadline = time.monotonic() + patience
    while (left := living_providers(directory)) and time.monotonic() < deadline:
        time.sleep(0.2)
    for pid in left:
        # The lock that is still held proves that the id is still that provider's.
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while living_providers(directory):
        time.sleep(0.05)
    return [pid for pid in found if pid not in left], left


def _is_held(mark: Path) -> bool:
    with mark.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        mark.unlink()
        return False
