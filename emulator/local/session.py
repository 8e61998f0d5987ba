"""The clone's one local stack: made ready for a verb, recognised after a restart or a kill."""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from emulator.engine.finder import find_engine
from emulator.local.aws import ROOT
from emulator.local.failure import LocalStackError
from emulator.local.process import is_alive
from emulator.local.seed import seed
from emulator.local.stack import LocalStack


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOn:
    """The embedded AWS that the folder's state describes, and the code that it runs."""

    port: int
    instance: str
    code: str


@contextmanager
def alone(directory: Path) -> Generator[None]:
    """One verb at a time in a folder; LocalStackError for the second. The lock ends with its process."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalStackError(
                f"Another make is at work on the local stack in {directory}. Try again when it has ended."
            ) from None
        yield


def made_ready(directory: Path, console: Console) -> LocalStack:
    """The local stack with its engine found, its AWS running and seeded, and a state that belongs to both.

    Raises LocalStackError when a run is under way, or was killed and has to be repaired first.
    """
    stack = LocalStack(directory, engine=find_engine(console))
    made_on = _made_on(directory)
    if made_on and made_on.code != _code():
        stack.stop()  # it would go on with what it loaded of the old code, and load the rest of the new
    running = stack.start(port=made_on.port if made_on else 0)
    if made_on and made_on.instance != running.instance and (directory / "state" / ".pulumi").exists():
        console.print(
            "The embedded AWS was restarted and is empty: its old state is forgotten, and all is built again."
        )
        shutil.rmtree(directory / "state")
        stack.start()
    _write_made_on(directory, MadeOn(port=running.port, instance=running.instance, code=_code()))
    refuse_interrupted(stack)
    if seeded := seed(stack):
        console.print(f"Put into the embedded AWS, as a real account has it before: {', '.join(seeded)}.")
    return stack


def matches_state(stack: LocalStack) -> bool:
    """Whether the stack's AWS runs and is the one that its state was made on."""
    running, made_on = stack.aws.running(), _made_on(stack.directory)
    return running is not None and made_on is not None and running.instance == made_on.instance


def refuse_interrupted(stack: LocalStack) -> None:
    """Raises LocalStackError when a run is under way, or one was killed and left something in flight."""
    if holder := living_lock_holder(stack):
        raise LocalStackError(
            f"The engine is at work on this stack already (process {holder}). Try again when it has ended."
        )
    creating = [op for op in pending_operations(exported(stack)) if op["type"] == "creating"]
    if stack.lock_files() or creating:
        names = ", ".join(str(op["resource"]["urn"]).rsplit("::", 1)[1] for op in creating)
        raise LocalStackError(
            "An earlier run was killed"
            + (f" while it created {names}; whether that exists now is unknown" if creating else "")
            + ". Run `make repair`: it lists what was in flight, takes what exists into the state, and "
            "clears the rest. Then run the same command again."
        )


def living_lock_holder(stack: LocalStack) -> int | None:
    """The process id of an engine that holds the stack's lock and lives."""
    for lock in stack.lock_files():
        pid = int(json.loads(lock.read_text())["pid"])
        if is_alive(pid):
            return pid
    return None


def exported(stack: LocalStack) -> dict[str, Any]:
    """The engine's `stack export`; empty when there is no stack. Secrets are in it as ciphertext."""
    if not stack.checkpoint.exists():
        return {}
    done = stack.pulumi("stack", "export")
    if done.code:
        raise LocalStackError(f"The engine couldn't export the stack:\n{done.stderr.strip()}")
    return dict(json.loads(done.stdout))


def pending_operations(export: dict[str, Any]) -> list[dict[str, Any]]:
    """What was in flight when a run was killed, as the engine lists it."""
    return list(export.get("deployment", {}).get("pending_operations") or [])


def _made_on(directory: Path) -> MadeOn | None:
    try:
        return MadeOn(**json.loads((directory / "made-on.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write_made_on(directory: Path, made_on: MadeOn) -> None:
    (directory / "made-on.json").write_text(json.dumps(asdict(made_on)) + "\n")


def _code() -> str:
    """A digest of the embedded AWS's own code."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "emulator" / "aws").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
