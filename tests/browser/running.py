"""Runs the scripts beside it, which drive a real Chromium, in the environment that has what they need."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MISSING = "Chromium isn't installed, in which these tests look at pages (Debian: apt-get install chromium)"
SECONDS = 400


def chromium() -> str:
    """Where the browser is. Without one the test is skipped, and fails in CI."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    return found


def uv() -> str:
    """The uv that make uses."""
    return os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")


def in_docs_group(*command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in the environment of the dependency group `docs`, as `make docs` does."""
    return subprocess.run(
        [uv(), "run", "--quiet", "--locked", "--isolated", "--only-group", "docs", *command],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def looked_at(script: str, *arguments: str) -> Any:
    """What a script saw, from the JSON that it prints."""
    done = in_docs_group("python", str(Path(__file__).with_name(script)), chromium(), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)
