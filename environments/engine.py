"""The two questions to `pulumi`: what a stack's outputs are, and to write a setting into a stack's file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from environments.failure import EnvironmentsError


def outputs(stack: str, root: Path) -> dict[str, Any]:
    """The outputs of a stack's last `up`, as the backend has them that the user is logged in to.

    A secret one is `[secret]`. Raises `EnvironmentsError` when the stack isn't there, or nobody is logged in.
    """
    advice = (
        f". The state of {stack} is in its own environment's backend: log in to that (`pulumi login`, or "
        "PULUMI_BACKEND_URL; see docs/state.md), and run the same command again."
    )
    told = _pulumi(["stack", "output", "--json", "--stack", stack], root, {}, advice)
    return dict(json.loads(told))


def set_setting(file: Path, key: str, value: str) -> None:
    """Writes one setting into a stack's file; its comments and order stay.

    `pulumi config set` does that only for a stack that its backend has. Here the file alone is meant, so the
    backend is an empty one of its own, and neither the stack's state nor the user's login is touched.
    """
    stack = file.name.split(".")[1]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "Pulumi.yaml").write_text(f"name: {key.partition(':')[0]}\nruntime: python\n")
        own = {
            "PULUMI_BACKEND_URL": f"file://{scratch}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "",
        }
        _pulumi(["stack", "init", stack, "--no-select"], folder, own)
        command = ["config", "set", key, value, "--stack", stack, "--config-file", str(file.resolve())]
        _pulumi(command, folder, own)


def _pulumi(arguments: list[str], folder: Path, variables: Mapping[str, str], advice: str = "") -> str:
    """What a command prints. Raises `EnvironmentsError` with what it says when it fails, and what to do."""
    executable = shutil.which("pulumi")
    if executable is None:
        raise EnvironmentsError(
            "There is no `pulumi` on PATH. Install it (https://www.pulumi.com/docs/install/), and run the "
            "same command again."
        )
    done = subprocess.run(  # noqa: S603
        [executable, *arguments, "--non-interactive", "--color", "never"],
        cwd=folder,
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).removeprefix("error: ").split())
        raise EnvironmentsError(f"`pulumi {' '.join(arguments[:2])}` ends with: {said}{advice}")
    return done.stdout
