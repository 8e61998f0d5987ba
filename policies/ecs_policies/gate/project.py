"""A Pulumi project as its files describe it: what runs, in which Python, for which stacks."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

_SUFFIXES = (".yaml", ".yml")
_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>.+)\.ya?ml\Z")


class ProjectError(Exception):
    """The project's files don't say what the gate needs; the text says which file, and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What `Pulumi.yaml` says. All paths are absolute.

    `entry` is what Python runs, a folder with a `__main__.py` or a file; `directory` is the working directory
    that the engine gives it. `declared` is the config block, by full key, with its values as YAML nodes.
    """

    name: str
    root: Path
    directory: Path
    entry: Path
    stack_directory: Path
    virtualenv: Path | None = None
    declared: Mapping[str, yaml.Node] = field(default_factory=dict[str, yaml.Node])

    @classmethod
    def load(cls, root: Path) -> Project:
        """The project whose `Pulumi.yaml` is in `root`. Raises `ProjectError`."""
        root = root.resolve()
        file = _file(root, "Pulumi")
        if file is None:
            raise ProjectError(f"{root} has no Pulumi.yaml, so it is no Pulumi program")
        node = read(file)
        content: Any = value(node)
        if not isinstance(content, dict):
            raise ProjectError(f"{file} isn't an object of settings")
        name, runtime = member(content, "name"), member(content, "runtime")
        if not isinstance(name, str):
            raise ProjectError(f"{file} names no project; give it a `name`")
        language = member(runtime, "name") or runtime
        if language != "python":
            raise ProjectError(f"{file} is a program in {language}; this gate runs Python programs")
        entry = (root / str(member(content, "main") or ".")).resolve()
        if not entry.exists():
            raise ProjectError(f"{file} says `main: {member(content, 'main')}`, which doesn't exist")
        config = members(node).get("config")
        # The block of declared keys was once the folder of the stacks' files.
        folder = member(content, "stackConfigDir") or (
            config.value if isinstance(config, yaml.ScalarNode) else "."
        )
        return cls(
            name=name,
            root=root,
            directory=entry if entry.is_dir() else entry.parent,
            entry=entry,
            stack_directory=root / str(folder),
            virtualenv=_virtualenv(root, member(runtime, "options")),
            declared={full_key(key, name): it for key, it in members(config).items()},
        )

    @property
    def interpreter(self) -> str:
        """The Python that the program runs in: its own environment's, else this one."""
        if self.virtualenv is None:
            return sys.executable
        windows = os.name == "nt"
        return str(
            self.virtualenv / ("Scripts" if windows else "bin") / ("python.exe" if windows else "python")
        )

    def stacks(self) -> tuple[str, ...]:
        """The stacks that have a file, sorted by name."""
        found = (_STACK_FILE.fullmatch(it.name) for it in self.stack_directory.iterdir())
        return tuple(sorted(it["stack"] for it in found if it))

    def stack_file(self, stack: str) -> Path:
        """The file with a stack's config. Raises `ProjectError` when there is none."""
        file = _file(self.stack_directory, f"Pulumi.{stack}")
        if file is None:
            known = ", ".join(self.stacks()) or "none"
            raise ProjectError(
                f"{self.stack_directory} has no Pulumi.{stack}.yaml; stacks with a file: {known}"
            )
        return file


def read(file: Path) -> yaml.Node | None:
    """A file's YAML, not yet made into values, since the engine keeps a scalar's own spelling."""
    try:
        return cast(Any, yaml).compose(file.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProjectError(f"{file} can't be read: {' '.join(str(error).split())}") from error


def full_key(key: str, project: str) -> str:
    """A config key with its namespace, which is the project's unless the key names one."""
    return key.replace(":config:", ":", 1) if ":" in key else f"{project}:{key}"


def value(node: yaml.Node | None) -> Any:
    """A node as plain data."""
    return cast(Any, yaml.SafeLoader("")).construct_document(node) if node else None


def members(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """The entries of an object; none of anything else."""
    pairs = (
        cast("list[tuple[yaml.Node, yaml.Node]]", node.value) if isinstance(node, yaml.MappingNode) else []
    )
    return {str(key.value): it for key, it in pairs}


def member(content: Any, key: str) -> Any:
    """An entry of plain data; None where there is none, or no object."""
    return cast("dict[str, Any]", content).get(key) if isinstance(content, dict) else None


def _file(directory: Path, stem: str) -> Path | None:
    candidates = (directory / f"{stem}{suffix}" for suffix in _SUFFIXES)
    return next((it for it in candidates if it.is_file()), None)


def _virtualenv(root: Path, options: Any) -> Path | None:
    """The environment that is named; else uv's, which stands beside the nearest uv.lock."""
    named = member(options, "virtualenv")
    home = root
    if not named and member(options, "toolchain") == "uv":
        named = ".venv"
        home = next((it for it in (root, *root.parents) if (it / "uv.lock").is_file()), root)
    folder = home / str(named) if named else None
    return folder if folder and folder.is_dir() else None
