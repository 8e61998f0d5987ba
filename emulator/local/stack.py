"""A stack of the program on the embedded AWS, in a folder of its own."""

import os
import tempfile
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
import yaml

from emulator.engine.engine import Engine
from emulator.local.aws import ROOT, Announcement, EmbeddedAws
from emulator.local.environment import REGION, local_variables, process_environment
from emulator.local.events import Result, read_log
from emulator.local.failure import LocalStackError
from emulator.local.orphans import living_providers
from emulator.local.process import run
from emulator.local.wrappers import write_wrappers

PACK = ROOT / "policies"


class LocalStack:
    """The engine, its state and the embedded AWS of one folder; two folders never meet.

    `program` is the folder with Pulumi.yaml and the stack's settings file. The engine runs there, with an
    environment that holds nothing of the user's own login, settings or AWS profile.
    """

    def __init__(
        self,
        directory: Path,
        *,
        engine: Engine,
        program: Path = ROOT,
        pack: Path | None = PACK,
        stack: str = "local",
    ) -> None:
        self.directory = directory.resolve()
        self.program = program
        self.pack = pack
        self.stack = stack
        self.aws = EmbeddedAws(self.directory)
        self._engine = engine
        self._running: Announcement | None = None

    def start(self, *, port: int = 0) -> Announcement:
        """Makes the folder ready and starts its embedded AWS unless that runs."""
        for name in ("pulumi", "state"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        living_providers(self.directory)  # removes the marks of those that ended
        self._drop_half_written_attributes()
        write_wrappers(self.directory, self._engine)
        self._running = self.aws.start(port=port)
        return self._running

    def _drop_half_written_attributes(self) -> None:
        """A kill can leave the state's file whole and its attributes beside it empty, and then the engine
        can't read either; without attributes it can."""
        for attributes in (self.directory / "state").rglob("*.attrs"):
            if not attributes.read_bytes():
                attributes.unlink()

    def stop(self) -> bool:
        """Ends the embedded AWS; whether it ran. The state stays and describes an AWS that is gone."""
        self._running = None
        return self.aws.stop()

    @property
    def running(self) -> Announcement:
        """The embedded AWS; LocalStackError when it doesn't run."""
        self._running = self._running or self.aws.running()
        if not self._running:
            raise LocalStackError("The embedded AWS doesn't run. `make up` starts it.")
        return self._running

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that point a client at this stack."""
        return local_variables(self.directory, endpoint=self.running.url, stack=self.stack)

    @property
    def environment(self) -> dict[str, str]:
        """A child process's whole environment."""
        return process_environment(self.variables)

    def client(self, service: str) -> Any:
        """A plain boto3 client of the embedded AWS; nothing of the provider's code is behind it."""
        return _client(service, self.running.url)

    @cached_property
    def project(self) -> str:
        """The project's name, from Pulumi.yaml."""
        return str(yaml.safe_load((self.program / "Pulumi.yaml").read_text())["name"])

    @property
    def settings_file(self) -> Path:
        """The stack's settings file, as committed."""
        return self.program / f"Pulumi.{self.stack}.yaml"

    def settings(self) -> dict[str, Any]:
        """What the settings file's `config:` says."""
        return dict(yaml.safe_load(self.settings_file.read_text()).get("config") or {})

    @property
    def checkpoint(self) -> Path:
        """Where the engine keeps the stack's state."""
        return self.directory / "state" / ".pulumi" / "stacks" / self.project / f"{self.stack}.json"

    def lock_files(self) -> list[Path]:
        """The engine's lock of each run that is under way, or was killed."""
        locks = self.directory / "state" / ".pulumi" / "locks" / "organization" / self.project / self.stack
        return sorted(locks.glob("*.json"))

    def pulumi(self, *arguments: str, capture: bool = True, cwd: Path | None = None) -> Result:
        """Runs the engine; without `capture` in the terminal, and its output isn't in the result."""
        command = [str(self.directory / "bin" / "pulumi"), *arguments]
        done = run(command, environment=self.environment, directory=cwd or self.program, capture=capture)
        return Result(code=done.returncode, stdout=done.stdout, stderr=done.stderr, events=())

    def init(self) -> None:
        """Creates the stack unless it exists; the salt in its settings file is used, not changed."""
        if not self.checkpoint.exists():
            done = self.pulumi("stack", "init", self.stack, "--no-select")
            if done.code:
                raise LocalStackError(f"The engine couldn't create the stack:\n{done.stderr.strip()}")

    def up(self, *flags: str, **options: Any) -> Result:
        """`pulumi up`, the preview first, as a person would; see `operate` for the options."""
        return self.operate("up", "--yes", *flags, **options)

    def preview(self, *flags: str, **options: Any) -> Result:
        """`pulumi preview`."""
        return self.operate("preview", *flags, **options)

    def refresh(self, *flags: str, **options: Any) -> Result:
        """`pulumi refresh`; with `--expect-no-changes`, exit code 7 when there was drift."""
        return self.operate("refresh", "--yes", *flags, **options)

    def destroy(self, *flags: str, **options: Any) -> Result:
        """`pulumi destroy`."""
        return self.operate("destroy", "--yes", *flags, **options)

    def operate(
        self,
        verb: str,
        *flags: str,
        settings: Mapping[str, Any] | None = None,
        program: Path | None = None,
        pack: Path | None = None,
        capture: bool = True,
    ) -> Result:
        """Runs one verb on the stack and reads its event log.

        `settings` are laid over the committed ones for this run (a value of None takes its key away);
        `program` is another folder with the same project's name; `pack` another policy pack.
        """
        self.init()
        with tempfile.TemporaryDirectory(dir=self.directory) as scratch:
            log = Path(scratch) / "events.json"
            arguments = [verb, *flags, "--stack", self.stack, "--event-log", str(log)]
            if verb in {"up", "preview"} and (pack := pack or self.pack):
                arguments += ["--policy-pack", str(pack)]
            if settings or program:
                arguments += ["--config-file", str(self._settings_copy(Path(scratch), settings or {}))]
            command = [str(self.directory / "bin" / "pulumi"), *arguments]
            environment = {**self.environment, "PULUMI_DEBUG_COMMANDS": "true"}  # reveals --event-log
            done = run(command, environment=environment, directory=program or self.program, capture=capture)
            return Result(code=done.returncode, stdout=done.stdout, stderr=done.stderr, events=read_log(log))

    def _settings_copy(self, scratch: Path, settings: Mapping[str, Any]) -> Path:
        content: dict[str, Any] = yaml.safe_load(self.settings_file.read_text())
        merged: dict[str, Any] = {**(content.get("config") or {}), **settings}
        content["config"] = {key: value for key, value in merged.items() if value is not None}
        copy = scratch / self.settings_file.name
        copy.write_text(yaml.safe_dump(content, sort_keys=False))
        return copy


@cache
def _client(service: str, endpoint: str) -> Any:
    # Kept: to make one takes longer than a call, and who watches a deployment makes many.
    return boto3.client(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106
    )


def default_directory() -> Path:
    """The clone's run-time folder; WEB_APPLICATION_LOCAL names another."""
    return Path(os.environ.get("WEB_APPLICATION_LOCAL") or ROOT / ".local").resolve()
