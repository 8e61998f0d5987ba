"""Narrows values of unknown type, as protobuf, JSON and boto3 give them."""

from collections.abc import Mapping
from typing import Any, TypeGuard


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether a value is a list."""
    return isinstance(value, list)


def is_map(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is an object or a map."""
    return isinstance(value, Mapping)


def is_dict(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a value is an object or a map that can be written to."""
    return isinstance(value, dict)
