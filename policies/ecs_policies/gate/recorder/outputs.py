"""What a resource or an invoke answers beyond what the program said, found in the classes of its SDK.

Only a text can bear a mark, so only texts, and objects and lists of them, get placeholders. A number or a
boolean would pass for a real one, and an input that the program left out is the provider's choice: those stay
unknown, as in a preview.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, cast, get_args, get_origin

from pulumi import _types  # pyright: ignore[reportPrivateUsage] (the SDK's own reading of its classes)
from pulumi.runtime import rpc

from ecs_policies import wire
from ecs_policies.gate.recorder.plain import opened, secret
from ecs_policies.gate.recorder.subject import Subject

_MISSING: Final = object()
_DEEPEST: Final = 6  # some providers' types contain themselves


def resource_class(token: str) -> type | None:
    """The loaded class of a resource type, if an SDK has registered one."""
    package, _, rest = token.partition(":")
    module: Any = rpc.get_resource_module(package, rest.partition(":")[0], "")
    info: Mapping[str, Any] = getattr(module, "mod_info", {})
    name = info.get("classes", {}).get(token)
    return getattr(sys.modules.get(info["fqn"]), name, None) if name else None


def takes_default_tags(made: type | None) -> bool:
    """Whether the AWS provider puts its default tags on resources of a class."""
    return made is not None and "tagsAll" in _types.resource_types(made)


def of_resource(made: type | None, subject: Subject) -> dict[str, Any]:
    """A resource's outputs: its inputs, and placeholders for what only the provider can say."""
    inputs = subject.inputs
    if made is None:
        return {**inputs, **subject.known}
    types, settable = _types.resource_types(made), _settable(made)
    outputs = {name: _completed(value, types.get(name)) for name, value in inputs.items()}
    for name, kind in types.items():
        if name in outputs or name in ("id", "urn"):
            continue
        value = subject.known.get(name, _MISSING)
        if value is _MISSING:
            value = subject.special(name) if kind is str else None
        if value is None and name not in settable:
            value = _placeholder(kind, name, subject)
        if value is not None and value is not _MISSING:
            outputs[name] = value
    return outputs


def of_invoke(result: type | None, given: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """An invoke's answer: what is given, and placeholders for its other texts."""
    types = _types.output_type_types(result) if result else {}
    rest = {name: _placeholder(kind, name, subject) for name, kind in types.items() if name not in given}
    return {**{name: it for name, it in rest.items() if it is not None}, **given}


def unknown_answer(result: type | None) -> dict[str, Any]:
    """What a caller gets who takes no unknowns, of an invoke that can't be answered: each text holds one."""
    types = _types.output_type_types(result) if result else {}
    return {name: it for name, kind in types.items() if (it := _unknown(kind, name)) is not None}


def as_secrets(outputs: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Outputs with those named marked as secret."""
    return {name: secret(it) if name in names else it for name, it in outputs.items()}


@cache
def _settable(made: type) -> frozenset[str]:
    """The properties of a class that a program may set."""
    arguments = getattr(sys.modules.get(made.__module__), f"{made.__name__}Args", None)
    return frozenset(_types.input_type_py_to_pulumi_names(arguments).values()) if arguments else frozenset()


def _placeholder(kind: Any, name: str, subject: Subject, depth: int = 0) -> Any:
    """A marked value of a type, or None where there can't be one."""
    if kind is str:
        return subject.text(name)
    element = _element(kind)
    if element is not None:
        one = _placeholder(element, name, subject, depth)
        return None if one is None else [one]
    if not _is_object(kind) or depth == _DEEPEST:
        return None
    types = _types.output_type_types(kind)
    found = {key: _placeholder(it, key, subject, depth + 1) for key, it in types.items()}
    return None if any(it is None for it in found.values()) else found


def _unknown(kind: Any, name: str, depth: int = 0) -> Any:
    if kind is str:
        # Not the bare mark, which the SDK turns into an object that its own classes refuse.
        return f"{wire.UNKNOWN_TEXT}-{name}"
    element = _element(kind)
    if element is not None:
        one = _unknown(element, name, depth)
        return [] if one is None else [one]
    if not _is_object(kind) or depth == _DEEPEST:
        return None
    return {key: _unknown(it, key, depth + 1) for key, it in _types.output_type_types(kind).items()}


def _completed(value: Any, kind: Any) -> Any:
    """An input as its output: an object for a text is JSON, and what the SDK's classes refuse is unknown."""
    if opened(value) is not value:
        return secret(_completed(opened(value), kind))
    if isinstance(value, Mapping):
        return _completed_object(cast("Mapping[str, Any]", value), kind)
    if isinstance(value, list):
        element = _element(kind)
        fits = element is not None or kind in (None, Any)
        return [_completed(it, element) for it in cast("list[Any]", value)] if fits else wire.UNKNOWN_TEXT
    return wire.UNKNOWN_TEXT if _is_object(kind) else value


def _completed_object(content: Mapping[str, Any], kind: Any) -> Any:
    if wire.SIGNATURE in content or kind in (None, Any):
        return content
    if kind is str:
        return json.dumps(content)
    if _is_object(kind):
        types = _types.output_type_types(kind)
        given = {key: _completed(it, types.get(key)) for key, it in content.items()}
        # Among the texts that the program left out may be some that only the provider can say.
        rest = {key: _unknown(it, key) for key, it in types.items() if it is str and key not in given}
        return {**rest, **given}
    if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        inner = _types.unwrap_optional_type(get_args(kind)[-1])
        return {key: _completed(it, inner) for key, it in content.items()}
    return wire.UNKNOWN_TEXT


def _element(kind: Any) -> Any:
    """The type of a list's elements; None for what is no list."""
    origin = get_origin(kind)
    if not isinstance(origin, type) or not issubclass(origin, Sequence):
        return None
    return _types.unwrap_optional_type(get_args(kind)[0])


def _is_object(kind: Any) -> bool:
    return isinstance(kind, type) and _types.is_output_type(kind)
