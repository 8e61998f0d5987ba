"""The steps of `make backend`. After each, finished or not, the next run knows where to go on."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from backend.names import Backend
from backend.setup.account import Reached, reach
from backend.setup.adoption import adopt, remove_lock
from backend.setup.engine import Engine
from backend.setup.failure import BackendError

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "backend"
WORK = ROOT / ".backend"
"""Has the engine's home, and the state of each stack that isn't in its bucket yet."""


def make_backend(stack: str, console: Console) -> Backend:
    """Brings bucket and key up, with their own state in the bucket in the end.

    Raises `BackendError`, or one of the SDK's, with what stopped it. The same call goes on from there.
    """
    with alone():
        folder = WORK / "state" / stack
        # Without metadata the engine writes each file at one go, and a kill leaves none that is half written.
        local = _engine(stack, f"file://{folder}?metadata=skip")
        with console.status("Looking at what stands in AWS"):
            reached = reach(PROGRAM, stack)
            shared = _engine(stack, reached.backend.url)
            moved = reached.bucket_stands and shared.count()
            if not moved:
                _begin(local, folder, reached)
        if moved:
            _drop_passphrase(PROGRAM / f"Pulumi.{stack}.yaml")
            shared.up()
        else:
            local.up()
            with console.status("Moving the state into the bucket"):
                _move(local, shared, reached)
        if folder.exists():
            with console.status("Checking that all of it is there and changes nothing"):
                _compare(local, shared)
                shared.verify()
            _forget(folder)
    return reached.backend


@contextmanager
def alone() -> Generator[None]:
    """One run at a time in a clone; BackendError for the second. The lock ends with its process."""
    WORK.mkdir(exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackendError(
                "Another `make backend` is at work in this clone. Try again when it has ended."
            ) from None
        yield


def _engine(stack: str, url: str) -> Engine:
    return Engine(program=PROGRAM, pack=ROOT / "policies", stack=stack, url=url, home=WORK / "pulumi")


def _begin(local: Engine, folder: Path, reached: Reached) -> None:
    """Has a state in `folder`, for there is no other place yet, that knows what stands."""
    folder.mkdir(parents=True, exist_ok=True)
    if local.count() is None:
        local.create()
    adopt(local, reached)


def _move(local: Engine, shared: Engine, reached: Reached) -> None:
    """Moves the state into the bucket, from the beginning if a move was interrupted."""
    remove_lock(reached)
    if shared.count() is not None:
        shared.remove()  # created, and still without a resource
    shared.migrate(local, secrets_provider=reached.backend.secrets_provider)


def _drop_passphrase(settings: Path) -> None:
    """Takes the local state's passphrase out of the settings, which learn the key from the bucket's then."""
    lines = settings.read_text().splitlines(keepends=True)
    kept = [it for it in lines if not it.startswith("encryptionsalt:")]
    if kept != lines:
        settings.write_text("".join(kept))


def _compare(local: Engine, shared: Engine) -> None:
    """Raises BackendError when the local state has a resource that the bucket's doesn't."""
    missing = local.resources() - shared.resources()
    if missing:
        raise BackendError(
            f"The state at {shared.url} lacks what {local.url} has: {', '.join(sorted(missing))}. Two "
            "clones made the backend at once. Nothing was removed: delete in AWS what only the local state "
            "has, then its folder, and run the same command again."
        )


def _forget(folder: Path) -> None:
    """Removes the local state in one step, for half of one could be taken for a whole."""
    with tempfile.TemporaryDirectory(dir=WORK) as removed:
        folder.rename(Path(removed) / folder.name)
    # The settings from before, which the engine kept as it wrote the key's name into them.
    for backup in PROGRAM.glob(f"Pulumi.{folder.name}.yaml.bak.*"):
        backup.unlink()
