"""`python -m emulator.engine FOLDER`: puts the engine that GitHub's jobs deliver with into FOLDER/bin.

It will hold a role, so it is what Go builds from the committed module, whose go.sum has the checksum of every
source, whatever else is on PATH or was downloaded.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from emulator.engine import go_build
from emulator.engine.cache import cached, exclusive
from emulator.engine.engine import EngineError, pinned_version


def main(arguments: Sequence[str] | None = None) -> int:
    """Puts it there; 1 with one paragraph when it can't be built."""
    parser = argparse.ArgumentParser(prog="python -m emulator.engine", description=__doc__)
    parser.add_argument("FOLDER", type=Path)
    given = parser.parse_args(arguments)
    console = Console(stderr=True, soft_wrap=True)
    try:
        put(given.FOLDER / "bin", console)
    except EngineError as error:
        console.print(f"The engine couldn't be built: {error}", style="red", markup=False)
        return 1
    return 0


def put(folder: Path, console: Console) -> None:
    """The engine and its language host, side by side. Raises EngineError when it can't be built.

    The host is a copy: the job may check another commit out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(_built(console), folder)
    code = Path(shutil.copy(go_build.MODULE / "language_host.py", folder)).absolute()
    host = folder / "pulumi-language-python"
    host.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-P", str(code)])} "$@"\n')
    host.chmod(0o755)


def _built(console: Console) -> Path:
    version = pinned_version()
    with exclusive(console):
        found = cached(version)
        if found is None or found.official:  # a download, which no checksum of ours was compared with
            go_build.build(version, console)
            found = cached(version)
    if found is None or found.official:
        raise EngineError("Go ended well and left no engine")
    return found.executable


if __name__ == "__main__":
    sys.exit(main())
