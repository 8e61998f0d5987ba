"""What is said of a config that doesn't fit: one heading, and a line for each problem.

A line is `<setting>: <value> <what is wrong>; <what would be right>`, whoever found the problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_origin

import pulumi
from ecs_policies.checks import shown
from pydantic import BaseModel
from pydantic_core import ErrorDetails

PROJECT = "web-application"


def unfit(problems: Iterable[str], project: str = PROJECT) -> pulumi.RunError:
    """The error that ends a run; each problem begins with its setting."""
    lines = (f"  {project}:{problem}" for problem in problems)
    return pulumi.RunError("\n".join(["The stack's config doesn't fit:", *lines]))


def explained(problem: ErrorDetails, settings: type[BaseModel]) -> str:
    """What pydantic found in `settings`, as a line. A section's own validator names the key it judged."""
    path = [str(part) for part in problem["loc"]]
    key, value = _shown(path), problem["input"]
    match problem["type"]:
        case "extra_forbidden":
            known = sorted(_section(path[:-1], settings).model_fields)
            close = get_close_matches(path[-1], known, n=1, cutoff=0.6)
            hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(known)}"
            return f"{key}: no such setting; {hint}"
        case "missing":
            return f"{key}: required; {_set_command(path)}"
        case "value_error":
            message = problem["msg"].removeprefix("Value error, ")
            return f"{key}.{message}".lstrip(".") if isinstance(value, dict) else _line(key, value, message)
        case "model_type":
            known = ", ".join(_section(path, settings).model_fields)
            return _line(key, value, f"isn't a section; set one of {known}")
        case _:
            # "Input should be …", "String should match …"
            return _line(key, value, re.sub(r"^[A-Z]\w* (?=should )", "", problem["msg"]))


def _line(key: str, value: Any, message: str) -> str:
    return f"{key}: {shown(value)} {message}"


def _set_command(path: list[str]) -> str:
    flag = "--path " if len(path) > 1 else ""
    return f"set it with `pulumi config set {flag}{_shown(path)} VALUE`"


def _shown(path: list[str]) -> str:
    """The path as `pulumi config set --path` takes it: an index stands in brackets."""
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", ".".join(path))


def _section(path: list[str], settings: type[BaseModel]) -> type[BaseModel]:
    """The model that stands at a path of setting names."""
    model = settings
    names = iter(path)
    for name in names:
        annotation = model.model_fields[name].annotation
        options = [annotation, *getattr(annotation, "__args__", ())]
        model = next(
            option for option in options if isinstance(option, type) and issubclass(option, BaseModel)
        )
        if several(annotation):
            next(names, None)  # which of them
    return model


def several(annotation: Any) -> type[Any] | None:
    """The list or mapping that a setting is, whatever it holds; None for anything else."""
    origin: Any = get_origin(annotation)
    return origin if origin in (tuple, Mapping) else None
