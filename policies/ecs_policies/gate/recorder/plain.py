"""Pulumi's wire format of properties: protobuf's structs as plain data and back, secrets by signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from google.protobuf import struct_pb2

from ecs_policies import wire


def plain(value: Any) -> Any:
    """A protobuf value as plain data that JSON can hold; a whole number is an int."""
    if isinstance(value, struct_pb2.Value):
        kind = value.WhichOneof("kind")
        return None if kind in (None, "null_value") else plain(getattr(value, kind))
    if isinstance(value, struct_pb2.Struct):
        return {key: plain(it) for key, it in value.fields.items()}
    if isinstance(value, struct_pb2.ListValue):
        return [plain(it) for it in value.values]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain data as a protobuf struct."""
    made = struct_pb2.Struct()
    made.update(dict(properties))
    return made


def returning(response: Any, answer: Mapping[str, Any]) -> Any:
    """A response of a protobuf class with an answer in its `return`, a name that Python reserves."""
    return response(**{"return": struct(answer)})


def secret(value: Any) -> Any:
    """A value marked as secret; one that is already stays as it is."""
    return value if is_secret(value) else {wire.SIGNATURE: wire.SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Whether a value is marked as secret."""
    return isinstance(value, Mapping) and cast("Any", value).get(wire.SIGNATURE) == wire.SECRET


def opened(value: Any) -> Any:
    """A value without the mark of a secret."""
    return value.get("value") if is_secret(value) else value


def is_unknown(value: Any) -> bool:
    """Whether a value is unknown itself."""
    return isinstance(value, str) and value in wire.UNKNOWNS
