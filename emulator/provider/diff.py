"""Diff: what changed between the recorded state and the new inputs, and whether that forces a replacement."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emulator.provider.check import DEFAULTS
from emulator.provider.codec import UNKNOWN
from emulator.provider.model import Resource
from emulator.provider.schema import Property, Shape
from emulator.provider.values import is_dict, is_list, is_map

Kind = Literal["add", "update", "delete"]
PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Difference:
    path: str
    """As the engine shows it: `ingress[0].cidrBlocks[1]`."""
    kind: Kind
    replace: bool

    @property
    def wire_kind(self) -> str:
        """The protocol's name of the kind: ADD, ADD_REPLACE …"""
        return self.kind.upper() + ("_REPLACE" if self.replace else "")

    @property
    def top(self) -> str:
        return re.split(r"[.\[]", self.path, maxsplit=1)[0]


def diff(
    resource: Resource, shape: Shape, olds: Mapping[str, Any], news: Mapping[str, Any]
) -> list[Difference]:
    """The differences between the recorded outputs and the new checked inputs."""
    comparer = _Comparer(resource, shape)
    found: list[Difference] = []
    for prop in shape.properties.values():
        if prop.input or prop.name == "tagsAll":
            for path, kind in comparer.property(prop, olds.get(prop.name), news.get(prop.name)):
                found.append(Difference(path, kind, _replaces(resource, path, kind, olds, news)))
    return found


def delete_before_replace(resource: Resource, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """As the bridge decides it: the new one can't have the old one's explicit name at the same time."""
    if resource.delete_before_replace:
        return True
    if resource.name is None or DEFAULTS not in news:
        return False
    name = resource.name.prop
    return name not in news[DEFAULTS] and name in news and olds.get(name) == news.get(name)


def same(resource: Resource, shape: Shape, name: str, old: Any, new: Any) -> bool:
    """Whether two values of a top-level property mean the same."""
    return not list(_Comparer(resource, shape).property(shape.properties[name], old, new))


def _replaces(
    resource: Resource, path: str, kind: Kind, olds: Mapping[str, Any], news: Mapping[str, Any]
) -> bool:
    dotted = re.sub(r"\[[^\]]*\]", "", path)
    for name in resource.replace:
        inside = dotted == name or dotted.startswith(name + ".")
        if inside or (kind != "update" and name.startswith(dotted + ".")):
            return True
    condition: Callable[..., bool] | None = resource.replace_when.get(dotted.split(".")[0])
    return condition is not None and condition(olds, news)


def empty(value: Any) -> bool:
    return value in (None, False, "", [], {}) or (value == 0 and not isinstance(value, str))


class _Comparer:
    def __init__(self, resource: Resource, shape: Shape) -> None:
        self.resource, self.shape = resource, shape

    def property(self, prop: Property, old: Any, new: Any) -> Iterator[tuple[str, Kind]]:
        if new is None:
            left_out = prop.optional and prop.name not in self.resource.computed
            if left_out and not empty(old):
                yield prop.name, "delete"
            return
        yield from self.compare(old, new, prop.type, prop.name, prop.name)

    def compare(self, old: Any, new: Any, kind: Any, path: str, dotted: str) -> Iterator[tuple[str, Kind]]:
        """The differing leaves; `path` is as the engine shows it, `dotted` has no indices."""
        if new is UNKNOWN:
            yield path, "update"
            return
        if old is None:
            # An empty block can be a choice of its own ({"allow": {}}), an empty list or map never is.
            if not empty(new) or (new == {} and self.shape.fields(kind) is not None):
                yield path, "add"
            return
        if self._means_the_same(dotted, old, new):
            return
        fields = self.shape.fields(kind)
        if is_list(kind) and is_list(old) and is_list(new):
            yield from self._lists(old, new, kind[0], path, dotted)  # pyright: ignore[reportUnknownArgumentType]
        elif fields is not None and is_map(old) and is_map(new):
            yield from self._objects(old, new, fields, path, dotted)  # pyright: ignore[reportUnknownArgumentType]
        elif is_dict(kind) and is_map(old) and is_map(new):
            yield from self._maps(old, new, kind["*"], path, dotted)  # pyright: ignore[reportUnknownArgumentType]
        elif _text(old) != _text(new):
            yield path, "update"

    def _means_the_same(self, dotted: str, old: Any, new: Any) -> bool:
        if old == new:
            return True
        if dotted in self.resource.json and isinstance(old, str) and isinstance(new, str):
            return same_document(old, new)
        meaning, prop = self.resource.same.get(dotted), self.shape.at(dotted)
        whole = prop is not None and is_list(prop.type) == is_list(new)
        return meaning is not None and whole and meaning(old, new)

    def _objects(
        self,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        fields: Mapping[str, Property],
        path: str,
        dotted: str,
    ) -> Iterator[tuple[str, Kind]]:
        for name, prop in fields.items():
            inner, plain = f"{path}.{name}", f"{dotted}.{name}"
            if new.get(name) is not None:
                yield from self.compare(old.get(name), new[name], prop.type, inner, plain)
            elif prop.input and plain not in self.resource.computed and not empty(old.get(name)):
                yield inner, "delete"

    def _maps(
        self, old: Mapping[str, Any], new: Mapping[str, Any], kind: Any, path: str, dotted: str
    ) -> Iterator[tuple[str, Kind]]:
        for key in sorted({*old, *new}):
            inner = f"{path}.{key}" if PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key)}]"
            if key not in new:
                yield inner, "delete"
            elif key not in old:
                yield inner, "add"
            else:
                yield from self.compare(old[key], new[key], kind, inner, dotted)

    def _lists(
        self, old: list[Any], new: list[Any], kind: Any, path: str, dotted: str
    ) -> Iterator[tuple[str, Kind]]:
        if dotted in self.resource.sets:
            old, new, indices = self._unmatched(old, new, kind, dotted)
        else:
            indices = list(range(max(len(old), len(new))))
        for position, index in enumerate(indices):
            inner = f"{path}[{index}]"
            if position >= len(new):
                yield inner, "delete"
            elif position >= len(old):
                yield inner, "add"
            else:
                yield from self.compare(old[position], new[position], kind, inner, dotted)

    def _unmatched(
        self, old: list[Any], new: list[Any], kind: Any, dotted: str
    ) -> tuple[list[Any], list[Any], list[int]]:
        """What is left of two sets when equal elements are taken out, with the indices to show."""
        rest, extra = list(old), list[tuple[int, Any]]()
        for index, item in enumerate(new):
            match = next((o for o in rest if not list(self.compare(o, item, kind, "", dotted))), None)
            if match is None:
                extra.append((index, item))
            else:
                rest.remove(match)
        indices = [i for i, _ in extra]
        indices += range(len(new), len(new) + len(rest) - len(extra))
        return rest, [item for _, item in extra], indices


def _text(value: Any) -> Any:
    """Scalars as text, since AWS and a program may differ in how they write a number or a boolean."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def same_document(old: str, new: str) -> bool:
    """Whether two JSON documents mean the same as policies: lists unordered, one element equal to its
    list.
    """
    try:
        return _canonical(json.loads(old)) == _canonical(json.loads(new))
    except ValueError:
        return False


def _canonical(value: Any) -> Any:
    if is_dict(value):
        return {k: _canonical(v) for k, v in value.items()}
    if is_list(value):
        items = sorted((_canonical(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
        return items[0] if len(items) == 1 else items
    return _text(value)
