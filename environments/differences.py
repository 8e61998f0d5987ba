"""Which settings differ between two environments, defaults included: pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from pydantic import BaseModel

from settings import PROJECT, Settings

_OF_THE_PROVIDER = {
    "aws:allowedAccountIds": "accounts that the provider accepts: in any other, every command is refused",
    "aws:defaultTags": "tags that every resource gets",
    "aws:region": "the region that the stack is in",
}
"""The AWS provider's settings that stand in the stacks' files: `Settings` has this project's own only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One setting with its value in each of the two environments, as text, and what it means."""

    setting: str
    first: str
    second: str
    meaning: str


def of_settings(first: Settings, second: Settings) -> list[Difference]:
    """The settings that differ in what they come to, in the order in which the model has them."""
    return list(_between(Settings, first, second, ""))


def of_provider(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """The settings of providers that differ between two files' configs, an object's members one by one."""
    one, other = dict(_members(first)), dict(_members(second))
    keys = sorted(key for key in {*one, *other} if not key.startswith(f"{PROJECT}:"))
    return [
        Difference(
            setting=key,
            first=shown(one.get(key)),
            second=shown(other.get(key)),
            meaning=_OF_THE_PROVIDER.get(key.partition(".")[0], "see the provider's own documentation"),
        )
        for key in keys
        if one.get(key) != other.get(key)
    ]


def _members(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _members(cast("Mapping[str, Any]", value), f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _between(model: type[BaseModel], first: Any, second: Any, prefix: str) -> Iterator[Difference]:
    """A section that one of the two hasn't got counts as one in which nothing is set."""
    for name, field in model.model_fields.items():
        one, other = getattr(first, name, None), getattr(second, name, None)
        if one == other:
            continue
        section = _section(field.annotation)
        if section:
            yield from _between(section, one, other, f"{prefix}{name}.")
        else:
            meaning = field.description or ""
            yield Difference(setting=prefix + name, first=shown(one), second=shown(other), meaning=meaning)


def _section(annotation: Any) -> type[BaseModel] | None:
    """The model of a setting that is a section, optional or not; a list or mapping of sections is none."""
    options = (annotation, *get_args(annotation)) if not _is_collection(annotation) else ()
    return next((it for it in options if isinstance(it, type) and issubclass(it, BaseModel)), None)


def _is_collection(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", None)
    return isinstance(origin, type) and issubclass(origin, (Mapping, Sequence))


def shown(value: Any) -> str:
    """A setting's value on one line; what is unset or empty is `none`."""
    match value:
        case None:
            return "none"
        case str():
            return value
        case bool() | int() | float():
            return json.dumps(value)
        case list() | tuple():
            parts = [shown(it) for it in cast("Sequence[Any]", value)]
            return ", ".join(parts) or "none"
        case _:
            return json.dumps(_plain(value), sort_keys=True) if value else "none"


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_defaults=True)
    if isinstance(value, Mapping):
        return {key: _plain(it) for key, it in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_plain(it) for it in cast("Sequence[Any]", value)]
    return value
