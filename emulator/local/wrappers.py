"""The executables in the folder's bin/: on PATH for the local stack, and for nothing else."""

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from emulator.engine.engine import Engine
from emulator.local.aws import ROOT


def write_wrappers(directory: Path, engine: Engine) -> None:
    """Writes bin/: the engine, the stand-in provider, and what else the engine looks for on PATH.

    Scripts `exec`, so that process ids and signals are the tool's own. The engine warns of a language host
    outside its own folder: an official engine runs where it is, a built one is linked to stand beside ours.
    """
    bin_directory = directory / "bin"
    bin_directory.mkdir(exist_ok=True)
    python = [str(engine.python), "-P"]  # -P: neither the script's folder nor the current one is importable
    provider = [*python, "-m", "emulator.local.provider", str(directory)]
    _write(bin_directory / "pulumi-resource-aws", provider, {"PYTHONPATH": str(ROOT)})
    host = bin_directory / "pulumi-language-python"
    if engine.official:
        _write(bin_directory / "pulumi", [str(engine.executable)])
        host.unlink(missing_ok=True)
    else:
        _link(bin_directory / "pulumi", engine.executable)
        _write(host, [*python, str(ROOT / "emulator" / "engine" / "language_host.py")])
    if (uv := os.environ.get("UV")) and not shutil.which("uv"):
        _write(bin_directory / "uv", [uv])  # the official language host asks for it (Pulumi.yaml's toolchain)


def _link(path: Path, target: Path) -> None:
    if path.exists() and _same(path.stat(), target.stat()):
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.hardlink_to(target)
    except OSError:  # another file system
        shutil.copy2(target, draft)
    draft.replace(path)


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _write(path: Path, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    settings = "".join(f"{name}={shlex.quote(value)} " for name, value in (environment or {}).items())
    text = f'#!/bin/sh\n{settings}exec {shlex.join(command)} "$@"\n'
    if path.exists() and path.read_text() == text:
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.chmod(0o755)
    draft.replace(path)
