"""Stack references, answered from files that the caller gives: a stack's outputs, or their JSON schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

from ecs_policies.gate.recorder.subject import PLACEHOLDER


class ReferenceFileError(Exception):
    """A file given for a stack reference can't be used; the text says why."""


class References:
    """The outputs of other stacks by stack name, which may be a pattern (`*/network/prod`)."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._outputs = {name: _outputs(file, name) for name, file in files.items()}

    def outputs(self, stack: str) -> dict[str, Any] | None:
        """A stack's outputs; None when no file was given for it."""
        return next((it for name, it in self._outputs.items() if fnmatchcase(stack, name)), None)


def _outputs(file: Path, name: str) -> dict[str, Any]:
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReferenceFileError(f"--stack-reference {name}={file}: {error}") from None
    if not isinstance(content, dict):
        raise ReferenceFileError(f"--stack-reference {name}={file}: not a JSON object of outputs")
    outputs = cast("dict[str, Any]", content)
    if "$schema" in outputs or (outputs.get("type") == "object" and "properties" in outputs):
        return cast("dict[str, Any]", _placeholder(outputs, name.replace("/", "-")))
    return outputs


def _placeholder(schema: Mapping[str, Any], name: str) -> Any:
    """A value that fits a schema: the example that it has, else a marked text or the least of its type."""
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    for several in ("enum", "examples"):
        if schema.get(several):
            return schema[several][0]
    kinds: Any = schema.get("type")
    match cast("list[Any]", kinds)[0] if isinstance(kinds, list) else kinds:
        case "object":
            members = cast("dict[str, Any]", schema.get("properties", {}))
            return {key: _placeholder(it, f"{name}-{key}") for key, it in members.items()}
        case "array":
            return [_placeholder(schema.get("items", {}), name)]
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case _:
            return f"{PLACEHOLDER}-{name}"
