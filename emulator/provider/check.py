"""Check: are the inputs right, and what does the official provider fill in."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.provider.codec import UNKNOWN
from emulator.provider.model import Name, Resource
from emulator.provider.schema import Property, Shape
from emulator.provider.tagging import all_tags
from emulator.provider.values import is_dict, is_list, is_map

DEFAULTS = "__defaults"
INTERNAL = (DEFAULTS, "__meta")
SCALARS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


@dataclass(frozen=True, slots=True)
class Failure:
    property: str
    reason: str


def check(
    resource: Resource,
    shape: Shape,
    *,
    logical: str,
    olds: Mapping[str, Any],
    news: Mapping[str, Any],
    seed: bytes,
    default_tags: Mapping[str, str],
) -> tuple[dict[str, Any], list[Failure]]:
    """The inputs with everything filled in, and what is wrong with them.

    `olds` are the old checked inputs: an automatic name is kept from them, since `seed` is stable for the
    first creation only.
    """
    given = {k: v for k, v in news.items() if k not in INTERNAL and k != "tagsAll"}
    failures = shape_failures(resource.token, shape, given)
    inputs = {
        k: _coerced(v, shape.properties[k].type, shape) for k, v in given.items() if k in shape.properties
    }
    filled: list[str] = []
    if resource.name is not None and _name_wanted(resource.name, inputs):
        kept = olds.get(resource.name.prop) if resource.name.prop in olds.get(DEFAULTS, []) else None
        name = kept or automatic_name(resource.name, logical, seed)
        if len(name) > resource.name.longest:
            failures.append(_too_long(resource, resource.name, logical))
        inputs[resource.name.prop] = name
        filled.append(resource.name.prop)
    filled += _fill_defaults(resource, inputs)
    failures += missing(resource.token, shape, inputs)
    failures += _rule_failures(resource, inputs)
    if "tagsAll" in shape.properties:
        inputs["tagsAll"] = all_tags(inputs, default_tags)
    return {**inputs, DEFAULTS: sorted(filled)}, failures


def automatic_name(rule: Name, logical: str, seed: bytes) -> str:
    digits = (
        hashlib.sha256(seed).hexdigest()[:7] if seed else hashlib.sha256(logical.encode()).hexdigest()[:7]
    )
    return f"{rule.prefix}{logical}-{digits}{rule.suffix}"


def _name_wanted(rule: Name, inputs: Mapping[str, Any]) -> bool:
    """Neither a name nor a prefix was given."""
    return rule.prop not in inputs and f"{rule.prop}Prefix" not in inputs


def _too_long(resource: Resource, rule: Name, logical: str) -> Failure:
    return Failure(
        rule.prop,
        f"{resource.token}: the logical name {logical!r} plus 8 random characters is longer than the maximum "
        f"length {rule.longest} of {rule.prop}; shorten the logical name or set {rule.prop}",
    )


def shape_failures(token: str, shape: Shape, given: Mapping[str, Any]) -> list[Failure]:
    """Unknown properties, wrong types, and missing nested properties."""
    return list(_walk(token, shape, given, shape.properties, ""))


def missing(token: str, shape: Shape, inputs: Mapping[str, Any]) -> list[Failure]:
    return [
        Failure(p.name, f"{token}: missing required property {p.name!r}")
        for p in shape.inputs()
        if p.required and p.name not in inputs
    ]


def _walk(
    token: str, shape: Shape, given: Mapping[str, Any], fields: Mapping[str, Property], prefix: str
) -> Iterator[Failure]:
    for name, value in given.items():
        path = prefix + name
        prop = fields.get(name)
        if prop is None:
            yield Failure(path, f"{token}: unknown property {path!r}")
        elif not prop.input:
            yield Failure(path, f"{token}: {path!r} is computed by AWS and can't be set")
        else:
            yield from _value(token, shape, value, prop.type, path)


def _value(token: str, shape: Shape, value: Any, kind: Any, path: str) -> Iterator[Failure]:
    if value is UNKNOWN or kind == "any":
        return
    wrong = Failure(path, f"{token}: {path!r} should be {_spoken(kind)}, got {_shown(value)}")
    fields = shape.fields(kind)
    if is_list(kind):
        if not is_list(value):
            yield wrong
            return
        for i, item in enumerate(value):
            yield from _value(token, shape, item, kind[0], f"{path}[{i}]")
    elif fields is not None:
        if not is_map(value):
            yield wrong
            return
        body: Mapping[str, Any] = {k: v for k, v in value.items() if k not in INTERNAL}
        yield from _walk(token, shape, body, fields, f"{path}.")
        for prop in fields.values():
            if prop.required and prop.name not in body:
                yield Failure(
                    f"{path}.{prop.name}", f"{token}: missing required property '{path}.{prop.name}'"
                )
    elif is_dict(kind):
        if not is_map(value):
            yield wrong
            return
        for key, item in value.items():
            yield from _value(token, shape, item, kind["*"], f"{path}.{key}")
    elif not isinstance(_scalar(value, kind), SCALARS[kind]) or (
        kind != "boolean" and isinstance(_scalar(value, kind), bool)
    ):
        yield wrong


def _spoken(kind: Any) -> str:
    if is_list(kind):
        return "a list"
    if is_dict(kind):
        return "a map"
    return "an object" if kind.startswith("#") else f"a {kind}" if kind != "integer" else "an integer"


def _shown(value: Any) -> str:
    """A value's type rather than its content, which may be a secret."""
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list"}
    return next((text for kind, text in kinds.items() if isinstance(value, kind)), "an object")


def _scalar(value: Any, kind: str) -> Any:
    """A scalar as the bridge coerces it: numbers and booleans from and to their text."""
    if kind == "string" and isinstance(value, bool):
        return "true" if value else "false"
    if kind == "string" and isinstance(value, (int, float)):
        return str(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind in ("integer", "number") and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return value
    return value


def _coerced(value: Any, kind: Any, shape: Shape) -> Any:
    if value is UNKNOWN or kind == "any":
        return value
    fields = shape.fields(kind)
    if is_list(kind):
        items: list[Any] = value if is_list(value) else []
        return [_coerced(v, kind[0], shape) for v in items]
    if is_dict(kind) or fields is not None:
        body: Mapping[str, Any] = value if is_map(value) else {}
        return {
            k: _coerced(v, fields[k].type if fields else kind["*"], shape)
            for k, v in body.items()
            if k not in INTERNAL and (fields is None or k in fields)
        }
    return _scalar(value, kind)


def _fill_defaults(resource: Resource, inputs: dict[str, Any]) -> list[str]:
    """Sets defaults; returns the top-level ones. A default doesn't apply where a conflicting property is
    set.
    """
    filled: list[str] = []
    for path, value in resource.defaults.items():
        *parents, last = path.split(".")
        if not parents:
            rivals = {p for group in resource.conflicts if path in group for p in group if p != path}
            if path not in inputs and not rivals & set(inputs):
                inputs[path] = value
                filled.append(path)
            continue
        for holder in objects_at(inputs, parents):
            holder.setdefault(last, value)
    return filled


def objects_at(value: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    """Every known object at a dotted path, through lists."""
    if is_list(value):
        for item in value:
            yield from objects_at(item, path)
    elif is_dict(value):
        if not path:
            yield value
        else:
            yield from objects_at(value.get(path[0]), path[1:])


def _rule_failures(resource: Resource, inputs: Mapping[str, Any]) -> list[Failure]:
    token, failures = resource.token, list[Failure]()
    for path, allowed in resource.enums.items():
        *parents, last = path.split(".")
        for holder in objects_at(dict(inputs), parents):
            values: Any = holder.get(last)
            for value in values if is_list(values) else [values]:
                if value is not None and value is not UNKNOWN and value not in allowed:
                    reason = f"{token}: expected {path} to be one of {', '.join(allowed)}, got {value}"
                    failures.append(Failure(path, reason))
    for group in resource.conflicts:
        present = [p for p in group if p in inputs]
        if len(present) > 1:
            failures.append(
                Failure(present[0], f"{token}: {present[0]} conflicts with {', '.join(present[1:])}")
            )
    for group in resource.exactly_one:
        if len([p for p in group if p in inputs]) != 1:
            failures.append(Failure(group[0], f"{token}: exactly one of {', '.join(group)} must be set"))
    for group in resource.at_least_one:
        if not any(p in inputs for p in group):
            failures.append(Failure(group[0], f"{token}: at least one of {', '.join(group)} must be set"))
    for path in resource.refused:
        *parents, last = path.split(".")
        if any(
            holder.get(last) not in (None, False, "", [], {}) for holder in objects_at(dict(inputs), parents)
        ):
            failures.append(Failure(path, f"{token}: {path} isn't supported by the stand-in provider"))
    if resource.check is not None:
        failures += [Failure(k, f"{token}: {v}") for k, v in resource.check(inputs).items()]
    return failures
