"""The shape of resources and invokes, as schemas/*.json hold it (generate.py says how it is written)."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.provider.values import is_list

SCHEMAS = Path(__file__).parent / "schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    name: str
    type: Any
    """"string", "boolean", "integer", "number", "any", "#Name", [type] or {"*": type}."""
    required: bool
    input: bool
    optional: bool
    """An input that AWS never fills in by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A resource's or an invoke's properties, with the nested types of its module."""

    properties: Mapping[str, Property]
    types: Mapping[str, Mapping[str, Property]]
    replace: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    results: Mapping[str, Property] | None = None

    def fields(self, kind: Any) -> Mapping[str, Property] | None:
        """The properties of a nested object type, None for any other type."""
        return self.types[kind[1:]] if isinstance(kind, str) and kind.startswith("#") else None

    def at(self, path: str) -> Property | None:
        """The property at a dotted path without indices, None when there's none."""
        fields: Mapping[str, Property] | None = self.properties
        found: Property | None = None
        for name in path.split("."):
            found = fields.get(name) if fields else None
            if found is None:
                return None
            fields = self.fields(element(found.type))
        return found

    def inputs(self) -> Iterator[Property]:
        return (p for p in self.properties.values() if p.input)


def element(kind: Any) -> Any:
    """The type inside lists."""
    while is_list(kind):
        kind = kind[0]
    return kind


def _properties(encoded: Mapping[str, Any]) -> dict[str, Property]:
    found: dict[str, Property] = {}
    for key, kind in encoded.items():
        name, mark = (key[:-1], key[-1]) if key[-1] in "!=?" else (key, "")
        found[name] = Property(
            name=name, type=kind, required=mark == "!", input=mark != "=", optional=mark == "?"
        )
    return found


@functools.cache
def _module(name: str) -> dict[str, Any]:
    path = SCHEMAS / f"{name}.json"
    if not path.exists():
        return {"resources": {}, "invokes": {}, "types": {}}
    loaded: dict[str, Any] = json.loads(path.read_text())
    loaded["types"] = {k: _properties(v) for k, v in loaded["types"].items()}
    return loaded


@functools.cache
def resource_shape(token: str) -> Shape:
    """The shape of a resource type; KeyError when the schemas have none (run generate.py)."""
    module = _module(token.split(":")[1].split("/")[0])
    entry = module["resources"][token]
    return Shape(
        properties=_properties(entry["properties"]),
        types=module["types"],
        replace=tuple(entry["replace"]),
        secret=tuple(entry["secret"]),
    )


@functools.cache
def invoke_shape(token: str) -> Shape:
    """The shape of an invoke: its arguments as properties, and its results."""
    module = _module(token.split(":")[1].split("/")[0])
    entry = module["invokes"][token]
    return Shape(
        properties=_properties(entry["args"]), types=module["types"], results=_properties(entry["results"])
    )
