"""A clone of what `make backend` needs, and nothing of the emulator, for one local stack's AWS."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.names import Backend
from emulator.local.aws import ROOT
from emulator.local.environment import ACCOUNT, REGION
from emulator.local.stack import LocalStack

# Ends as a kill does, with nothing cleared away, once the engine has run a command that begins so.
_ENDED = """
import os, sys
from backend.setup import __main__ as command, engine

run = engine.Engine._run

def run_and_end(self, arguments, **options):
    answer = run(self, arguments, **options)
    if " ".join(arguments).startswith({after!r}):
        os._exit(137)
    return answer

engine.Engine._run = run_and_end
sys.argv = ["backend.setup", "local"]
sys.exit(command.main())
"""
BACKEND = Backend(stack="local", account=ACCOUNT, region=REGION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """`folder` has a copy of backend/, whose settings the engine writes to; the rest is linked."""

    folder: Path
    stack: LocalStack

    @staticmethod
    def of(stack: LocalStack, folder: Path) -> "Clone":
        """A clone in `folder`, which is made."""
        folder.mkdir()
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "backend", folder / "backend", ignore=ignored)
        for name in ("Makefile", "components", "policies", "pyproject.toml", "uv.lock", ".venv"):
            (folder / name).symlink_to(ROOT / name)
        return Clone(folder=folder, stack=stack)

    @property
    def environment(self) -> dict[str, str]:
        """A shell's after `eval "$(make -s env)"`."""
        return self.stack.environment

    @property
    def settings(self) -> Path:
        """The backend's stack file."""
        return self.folder / "backend" / "Pulumi.local.yaml"

    @property
    def local_state(self) -> Path:
        """Where the backend's own state is before it is moved."""
        return self.folder / ".backend" / "state" / "local"

    def make_backend(self, stack: str = "local", *, code: int = 0, **environment: str) -> str:
        """`make backend`, which has to end with `code`; everything that it prints."""
        # The environment that is linked is the tests' own: it is ready.
        command = ["make", "--old-file=.venv/.ready", "backend", f"STACK={stack}"]
        return self.run(command, self.folder, code=code, **environment)

    def end_backend(self, *, after: str) -> None:
        """`make backend` that is ended after that command of the engine."""
        self.run([sys.executable, "-c", _ENDED.format(after=after)], self.folder, code=137)

    def pulumi(self, *arguments: str, cwd: Path | None = None, code: int = 0, **environment: str) -> str:
        """`pulumi` on the shared state, as a person runs it who logged in there."""
        command = [str(self.stack.directory / "bin" / "pulumi"), *arguments, "--non-interactive"]
        given = {"PULUMI_BACKEND_URL": BACKEND.url, **environment}
        return self.run(command, cwd or self.folder / "backend", code=code, **given)

    def run(self, command: list[str], cwd: Path, *, code: int = 0, **environment: str) -> str:
        """Runs anything in this clone's environment; what it prints."""
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**self.environment, "NO_COLOR": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def client(self, service: str) -> Any:
        """An ordinary client of the embedded AWS."""
        return self.stack.client(service)

    def objects(self) -> dict[str, bytes]:
        """What is in the bucket now."""
        s3 = self.client("s3")
        keys = [it["Key"] for it in s3.list_objects_v2(Bucket=BACKEND.bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=BACKEND.bucket, Key=key)["Body"].read() for key in keys}

    def locks(self, project: str) -> list[str]:
        """The keys of the locks on a project's local stack."""
        prefix = f".pulumi/locks/organization/{project}/local/"
        return [key for key in self.objects() if key.startswith(prefix)]
