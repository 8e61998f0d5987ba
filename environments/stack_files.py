"""The committed settings file of each environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
import yaml

from environments.failure import EnvironmentsError
from settings import PROJECT, Settings

ROOT = Path(__file__).resolve().parent.parent


def stack_file(stack: str, root: Path = ROOT) -> Path:
    """The file of a stack; raises `EnvironmentsError`, naming the stacks there are, when it has none."""
    known = sorted(it.name.split(".")[1] for it in root.glob("Pulumi.*.yaml"))
    if stack not in known:
        raise EnvironmentsError(
            f"There is no stack {stack!r}: it would have a file Pulumi.{stack}.yaml. The stacks are "
            f"{', '.join(known)}."
        )
    return root / f"Pulumi.{stack}.yaml"


def config(file: Path) -> dict[str, Any]:
    """What the file's `config:` says, by full key. Raises `EnvironmentsError` when it can't be read."""
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EnvironmentsError(f"{file.name} can't be read: {' '.join(str(error).split())}") from None
    held: Any = cast("dict[str, Any]", content).get("config") if isinstance(content, dict) else None
    if not isinstance(held, dict):
        raise EnvironmentsError(f"{file.name} has no settings: put them below `config:`.")
    return cast("dict[str, Any]", held)


def settings(file: Path, held: Mapping[str, Any]) -> Settings:
    """The settings in a file's config. Raises `EnvironmentsError` with every problem when they don't fit."""
    own = {
        key.removeprefix(f"{PROJECT}:"): value for key, value in held.items() if key.startswith(f"{PROJECT}:")
    }
    try:
        return Settings.parse(own)
    except pulumi.RunError as error:
        raise EnvironmentsError(f"{file.name}: {error}") from None
