"""Python processes that have imported the SDKs before they are asked for.

A run of the engine starts four: a language host for the program, one for the policy pack, the pack, and the
provider. Their imports are a third of its work, and the tests run the engine hundreds of times. So a process
imports once what isn't this project's, and forks for each that is wanted; the engine, the scripts that it
starts and the project's own code are the same as ever. What runs `make` or the driver starts everything anew,
as on a user's machine.
"""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).parent


@contextmanager
def warm_python(directory: Path) -> Generator[Path]:
    """An executable that takes what `python` takes, for as long as the context lasts."""
    address, executable = directory / "socket", directory / "python"
    client = f"{sys.executable} -IS {_HERE / 'client.py'} {address}"
    executable.write_text(f'#!/bin/sh\nexec {client} "$@"\n')
    executable.chmod(0o755)
    command = [sys.executable, "-P", str(_HERE / "server.py"), str(address), str(executable)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout
        assert server.stdout.readline() == b"ready\n"
        try:
            yield executable
        finally:
            server.terminate()
