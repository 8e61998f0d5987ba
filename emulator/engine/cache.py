"""The per-user cache of engines: one folder a version, whole or not there, one builder at a time."""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from emulator.engine.engine import Engine


def cache_directory() -> Path:
    """$XDG_CACHE_HOME/web-application/engine, with ~/.cache for what isn't set."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "web-application" / "engine"


def cached(version: str) -> Engine | None:
    """The engine of this version, if an earlier download or build left one."""
    bin_directory = cache_directory() / version / "bin"
    executable = bin_directory / "pulumi"
    if not executable.exists():
        return None
    official = (bin_directory / "pulumi-language-python").exists()
    return Engine(executable=executable, version=version, official=official)


@contextmanager
def exclusive(console: Console) -> Generator[None]:
    """Holds the cache's lock; it ends with the process, however that ends."""
    directory = cache_directory()
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print("Another process is getting the engine for this user; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def new_entry(version: str) -> Generator[Path]:
    """A draft folder that becomes the version's folder when the block ends well, and else vanishes."""
    draft = cache_directory() / f"draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        final = cache_directory() / version
        shutil.rmtree(final, ignore_errors=True)  # left without an executable: `cached` didn't find one
        draft.replace(final)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
