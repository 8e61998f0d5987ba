"""Pulumi's own language host for programs in YAML, which the tests bring one up with."""

import re
import shutil
from pathlib import Path

from rich.console import Console

from emulator.engine import go_build
from emulator.engine.cache import cache_directory, exclusive
from emulator.engine.engine import Engine

MODULE = go_build.MODULE / "yaml"
_NAME = "pulumi-language-yaml"


def version() -> str:
    """The version that is built, as its module has it."""
    (found,) = re.findall(r"github\.com/pulumi/pulumi-yaml v(\S+)", (MODULE / "go.mod").read_text())
    return str(found)


def find_yaml_host(engine: Engine, console: Console) -> Path:
    """The one beside an official engine, else on PATH, else in the cache, else one that Go builds.

    Raises EngineError with the reason when it can't be built.
    """
    beside = engine.executable.with_name(_NAME)
    if engine.official and (found := beside if beside.exists() else shutil.which(_NAME)):
        return Path(found)
    entry = f"language-yaml-{version()}"
    executable = cache_directory() / entry / "bin" / _NAME
    if not executable.exists():
        with exclusive(console):
            if not executable.exists():  # another process had the lock and was faster
                go_build.build_tool(
                    go_build.Tool(
                        title=f"Pulumi's language host for YAML {version()}",
                        takes="one to two minutes",
                        module=MODULE,
                        entry=entry,
                        version=version(),
                        variable="github.com/pulumi/pulumi-yaml/pkg/version.Version",
                    ),
                    console,
                )
    return executable
