"""Runs `pulumi` on one place of state, with a home of its own: the user's login is never touched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from backend.setup.failure import BackendError


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """`pulumi` for one stack of the program in `program`, whose state is at `url`.

    `pack` are the policies, `home` is where the engine keeps its plugins.
    """

    program: Path
    pack: Path
    stack: str
    url: str
    home: Path

    def count(self) -> int | None:
        """How many resources the stack has; None when there is no such stack."""
        listed: list[dict[str, Any]] = json.loads(self._ask("stack", "ls", "--json"))
        counts: dict[str, int] = {it["name"]: it.get("resourceCount", 0) for it in listed}
        return counts.get(self.stack)

    def create(self) -> None:
        """Creates the stack, with a passphrase that guards nothing: there is no secret in it."""
        self._ask("stack", "init", self.stack, "--no-select", "--secrets-provider", "passphrase")

    def remove(self) -> None:
        """Removes a stack that has no resources; its settings stay."""
        self._ask("stack", "rm", self.stack, "--yes", "--preserve-config")

    def migrate(self, source: Engine, *, secrets_provider: str) -> None:
        """Creates the stack with the state that it has at `source`, its secrets encrypted anew."""
        to_here = ("stack", "migrate", source.url, self.stack)
        self._ask(*to_here, "--secrets-provider", secrets_provider, "--yes")

    def export(self) -> dict[str, Any]:
        """The stack's state; secrets are in it as ciphertext."""
        return dict(json.loads(self._ask("stack", "export", "--stack", self.stack)))

    def resources(self) -> set[str]:
        """Each resource of the stack in AWS, with its id; stack and provider are the engine's own."""
        deployment: dict[str, Any] = self.export()["deployment"] or {}
        resources = cast("list[dict[str, Any]]", deployment.get("resources") or [])
        return {f"{it['urn']} ({it['id']})" for it in resources if it["type"].startswith("aws:")}

    def replace_state(self, state: dict[str, Any]) -> None:
        """Puts a state in the place of the stack's own."""
        self._ask("stack", "import", "--stack", self.stack, given=json.dumps(state))

    def import_resources(self, ids: dict[str, str]) -> None:
        """Takes what stands in AWS into the state: ids by type, for the program calls each `state`."""
        if not ids:
            return
        resources = [
            {"type": kind, "name": f"state{number}", "logicalName": "state", "id": standing}
            for number, (kind, standing) in enumerate(ids.items())
        ]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"resources": resources}, file)
            file.flush()
            self._ask("import", "--file", file.name, "--generate-code=false", "--yes", "--stack", self.stack)

    def cancel(self) -> None:
        """Removes the stack's lock."""
        self._ask("cancel", "--yes", "--stack", self.stack)

    def up(self) -> None:
        """Brings the stack up under the policies, and back in step with AWS; the terminal shows it."""
        done = self._run(("up", "--yes", "--refresh", "--suppress-outputs", *self._judged), shown=True)
        if done.returncode:
            raise BackendError(
                f"`pulumi up` ended with {done.returncode}; what it says is above. Its state is at "
                f"{self.url}, and the same command goes on from there. To run pulumi on it by hand, set "
                "PULUMI_BACKEND_URL to that, in backend/."
            )

    def verify(self) -> None:
        """Raises `BackendError` when an `up` would change anything."""
        self._ask("preview", "--expect-no-changes", *self._judged)

    @property
    def _judged(self) -> tuple[str, ...]:
        return ("--policy-pack", str(self.pack), "--stack", self.stack)

    def _ask(self, *arguments: str, given: str | None = None) -> str:
        """What a command prints, `given` on its stdin. Raises `BackendError` when it fails."""
        done = self._run(arguments, given=given)
        if done.returncode:
            said = " ".join((done.stderr or done.stdout).split())
            raise BackendError(f"`pulumi {' '.join(arguments[:2])}` failed on {self.url}: {said}")
        return done.stdout

    def _run(
        self, arguments: Sequence[str], *, given: str | None = None, shown: bool = False
    ) -> subprocess.CompletedProcess[str]:
        executable = shutil.which("pulumi")
        if executable is None:
            raise BackendError(
                "There is no `pulumi` on PATH. Install it (https://www.pulumi.com/docs/install/), and run "
                "the same command again."
            )
        pipe = None if shown else subprocess.PIPE
        process = subprocess.Popen(  # noqa: S603
            [executable, *arguments],
            cwd=self.program,
            env=self._environment,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=pipe,
            stderr=pipe,
            text=True,
            process_group=0,  # Ctrl-C reaches it through us, once
        )
        with process, _passed_on(process) as interrupts:
            stdout, stderr = process.communicate(given)
        if interrupts:
            raise KeyboardInterrupt
        return subprocess.CompletedProcess(arguments, process.returncode, stdout or "", stderr or "")

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": self.url,
            "PULUMI_CONFIG_PASSPHRASE": "",
            # A clone whose settings don't name the key yet learns it from the state.
            "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }


@contextmanager
def _passed_on(process: subprocess.Popen[str]) -> Generator[list[int]]:
    """Passes interrupts on, after which the engine ends in order; gives the numbers of the signals."""
    seen: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        seen.append(number)
        process.send_signal(signal.SIGINT)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, pass_on) for number in numbers]
    try:
        yield seen
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
