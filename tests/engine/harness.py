"""Throw-away programs and packs for the engine's tests."""

import os
import sys
import textwrap
from pathlib import Path

from emulator.local.aws import ROOT

PROJECT = f"""\
name: web-application
runtime: {{name: python, options: {{toolchain: uv, virtualenv: {ROOT / ".venv"}}}}}
"""
PACK = f"""\
runtime: {{name: python, options: {{virtualenv: {ROOT / ".venv"}}}}}
version: 0.0.1
"""


def write_program(directory: Path, source: str) -> Path:
    """A program with this project's name and no required setting, for `stack.up(program=…)`."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "Pulumi.yaml").write_text(PROJECT)
    (directory / "__main__.py").write_text(textwrap.dedent(source))
    return directory


def write_pack(directory: Path, source: str) -> Path:
    """A policy pack, for `stack.up(pack=…)`."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "PulumiPolicy.yaml").write_text(PACK)
    (directory / "__main__.py").write_text(textwrap.dedent(source))
    return directory


def driver(*arguments: str) -> list[str]:
    """The command behind make's targets."""
    return [sys.executable, "-m", "emulator.local", *arguments]


def environment(directory: Path) -> dict[str, str]:
    """The environment in which make's targets use `directory` as the clone's run-time folder."""
    return {**os.environ, "WEB_APPLICATION_LOCAL": str(directory)}
