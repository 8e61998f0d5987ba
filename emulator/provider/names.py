"""Pulumi's property names and values to boto's members and back.

Names match in any case, singular or plural: `subnetIds` is `SubnetIds`, `metricsConfig` is not guessed.
What the match can't find is a rename in the table.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.provider.schema import Property, Shape
from emulator.provider.values import is_dict, is_list, is_map

SCALARS = {"string": str, "integer": int, "long": int, "float": float, "double": float, "boolean": bool}


class UntranslatableError(ValueError):
    """A property without a member in the operation's input."""


@functools.cache
def normal(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


@functools.cache
def spellings(name: str) -> tuple[str, ...]:
    """A name's normal form, then its singular and plural forms."""
    plain = normal(name)
    forms = [plain, plain + "s", plain + "es"]
    if plain.endswith("y"):
        forms.append(plain[:-1] + "ies")
    if plain.endswith("ies"):
        forms.append(plain[:-3] + "y")
    if plain.endswith("es"):
        forms.append(plain[:-2])
    if plain.endswith("s"):
        forms.append(plain[:-1])
    return tuple(forms)


def find_name(name: str, candidates: Mapping[str, Any]) -> str | None:
    """The candidate that `name` means, None when there is none."""
    by_normal = {normal(c): c for c in candidates}
    return next((by_normal[s] for s in spellings(name) if s in by_normal), None)


def member_of(path: str, rename: Mapping[str, str], operation: Any) -> str | None:
    """The member path of an operation's input (a botocore StructureShape) that carries a top-level
    property.
    """
    if path in rename:
        return rename[path]
    return find_name(path, operation.members)


class Writer:
    """Translates property values into one operation's arguments."""

    def __init__(self, shape: Shape, operation: Any, rename: Mapping[str, str]) -> None:
        self.shape, self.operation, self.rename = shape, operation, rename

    def put(self, params: dict[str, Any], name: str, value: Any) -> None:
        """Sets a property's value in `params`. Raises UntranslatableError."""
        path = member_of(name, self.rename, self.operation)
        if path is None:
            raise UntranslatableError(f"{name}: {self.operation.name} has no such member")
        found, target = self.operation, params
        *parents, last = path.split(".")
        for part in parents:
            found = self._member(found, part, name)
            target = target.setdefault(part, {})
        given = self.value(value, self.shape.properties[name].type, self._member(found, last, name), name)
        # Other properties may already stand inside the same member.
        target[last] = {**target[last], **given} if isinstance(target.get(last), dict) else given

    def _member(self, structure: Any, part: str, name: str) -> Any:
        if structure.type_name != "structure" or part not in structure.members:
            raise UntranslatableError(f"{name}: {structure.name} has no member {part}")
        return structure.members[part]

    def value(self, value: Any, kind: Any, target: Any, path: str) -> Any:
        if target.type_name == "list":
            items: list[Any] = value if is_list(value) else [value]
            inner = kind[0] if is_list(kind) else kind
            return [self.value(v, inner, target.member, path) for v in items]
        if is_list(kind):
            # A block of which the API takes one.
            if len(value) != 1:
                raise UntranslatableError(f"{path}: {len(value)} of them, but {target.name} takes one")
            return self.value(value[0], kind[0], target, path)
        fields = self.shape.fields(kind)
        if fields is not None:
            return self._object(value, fields, target, path)
        if is_dict(kind) and target.type_name == "map":
            return {k: scalar(v, target.value.type_name, path) for k, v in value.items()}
        if target.type_name in ("structure", "map"):
            raise UntranslatableError(f"{path}: {target.name} is a {target.type_name}")
        return scalar(value, target.type_name, path)

    def _object(
        self, value: Mapping[str, Any], fields: Mapping[str, Property], target: Any, path: str
    ) -> Any:
        if target.type_name != "structure":
            raise UntranslatableError(f"{path}: {target.name} isn't a structure")
        result: dict[str, Any] = {}
        for name, given in value.items():
            nested = f"{path}.{name}"
            member = self.rename.get(nested) or find_name(name, target.members)
            if member is None:
                raise UntranslatableError(f"{nested}: {target.name} has no such member")
            found, into = target, result
            *parents, last = member.split(".")
            for part in parents:
                found = self._member(found, part, nested)
                into = into.setdefault(part, {})
            into[last] = self.value(given, fields[name].type, self._member(found, last, nested), nested)
        return result


def scalar(value: Any, target: str, path: str) -> Any:
    """A scalar in the type that boto wants."""
    if target == "blob":
        return value.encode() if isinstance(value, str) else value
    if target == "boolean" and isinstance(value, str):
        return value == "true"
    convert = SCALARS.get(target)
    if convert is str and isinstance(value, bool):
        return "true" if value else "false"
    try:
        return convert(value) if convert is not None else value
    except (TypeError, ValueError):
        raise UntranslatableError(f"{path}: {value!r} isn't a {target}") from None


class Reader:
    """Translates an answer's object into property values."""

    def __init__(self, shape: Shape, rename: Mapping[str, str]) -> None:
        self.shape, self.rename = shape, rename

    def object(
        self, value: Mapping[str, Any], fields: Mapping[str, Property], prefix: str = ""
    ) -> dict[str, Any]:
        """The properties among `fields` that the object has."""
        result: dict[str, Any] = {}
        for name, prop in fields.items():
            path = prefix + name
            found = self._lookup(value, self.rename.get(path), name)
            if found is not None:
                result[name] = self.value(found, prop.type, path)
        return result

    def _lookup(self, value: Mapping[str, Any], renamed: str | None, name: str) -> Any:
        if renamed is None:
            member = find_name(name, value)
            return value[member] if member is not None else None
        found: Any = value
        for part in renamed.split("."):
            found = found.get(part) if is_map(found) else None
        return found

    def value(self, value: Any, kind: Any, path: str) -> Any:
        if is_list(kind):
            items: list[Any] = value if is_list(value) else [value]
            return [self.value(v, kind[0], path) for v in items]
        fields = self.shape.fields(kind)
        if is_list(value):
            items = value
            if not items:
                return None
            value = items[0]
        if fields is not None:
            return self.object(value, fields, f"{path}.") if is_map(value) else None
        if is_dict(kind):
            return dict(pairs(value)) if isinstance(value, (Mapping, list)) else None
        return typed(value, kind)


def pairs(value: Any) -> Iterator[tuple[str, str]]:
    return ((k, v if isinstance(v, str) else typed(v, "string")) for k, v in value.items())


def typed(value: Any, kind: Any) -> Any:
    """An answer's scalar as a property of type `kind`."""
    if kind == "string":
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (Mapping, list)):
            return json.dumps(value)
        if hasattr(value, "isoformat"):
            return value.isoformat().replace("+00:00", "Z")
        return value.decode() if isinstance(value, bytes) else str(value)
    if kind == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    if kind == "integer" and isinstance(value, (str, float)):
        return int(value)
    if kind == "number" and isinstance(value, str):
        return float(value)
    return value
