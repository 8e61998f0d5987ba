"""Property values between the engine's protobuf Struct and Python.

Secrets are taken out of their wrapping and remembered by path, so that resource code sees plain values only
and answers are wrapped again. Unknowns become the one value UNKNOWN.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from emulator.provider.values import is_dict, is_list, is_map

Path = tuple[str | int, ...]
SIGNATURE = rpc._special_sig_key  # pyright: ignore[reportPrivateUsage]  # the wire protocol's constants
SECRET = rpc._special_secret_sig  # pyright: ignore[reportPrivateUsage]
OUTPUT = rpc._special_output_value_sig  # pyright: ignore[reportPrivateUsage]


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return True

    def __deepcopy__(self, memo: Any) -> "_Unknown":
        return self


UNKNOWN: Final = _Unknown()


class UnsupportedError(ValueError):
    """A value that the protocol has but no AWS property takes (an asset, an archive, a resource
    reference).
    """


def decode(struct: struct_pb2.Struct) -> tuple[dict[str, Any], frozenset[Path]]:
    """The values of a Struct and the paths that were secret. Raises UnsupportedError."""
    secrets: set[Path] = set()
    values: dict[str, Any] = json_format.MessageToDict(struct)
    plain: dict[str, Any] = {k: _plain(v, (k,), secrets) for k, v in values.items()}
    return {k: v for k, v in plain.items() if v is not None}, frozenset(secrets)


def _plain(value: Any, path: Path, secrets: set[Path]) -> Any:
    if isinstance(value, str):
        return UNKNOWN if value == rpc.UNKNOWN else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if is_list(value):
        return [_plain(v, (*path, i), secrets) for i, v in enumerate(value)]
    if is_dict(value):
        signature = value.get(SIGNATURE)
        if signature == SECRET:
            secrets.add(path)
            return _plain(value.get("value"), path, secrets)
        if signature == OUTPUT:
            if value.get("secret"):
                secrets.add(path)
            return _plain(value["value"], path, secrets) if "value" in value else UNKNOWN
        if signature is not None:
            raise UnsupportedError(
                f"{'.'.join(map(str, path))}: assets, archives and resource references aren't supported"
            )
        plain = {k: _plain(v, (*path, k), secrets) for k, v in value.items()}
        return {k: v for k, v in plain.items() if v is not None}
    return value


def encode(values: Mapping[str, Any], secrets: Iterable[Path] = ()) -> struct_pb2.Struct:
    """A Struct of the values, wrapped as secret at each of `secrets`' paths that exists."""
    struct = struct_pb2.Struct()
    marked = frozenset(secrets)
    struct.update({k: _wire(v, (k,), marked) for k, v in values.items() if v is not None})
    return struct


def _wire(value: Any, path: Path, secrets: frozenset[Path]) -> Any:
    if value is UNKNOWN:
        wired: Any = rpc.UNKNOWN
    elif is_map(value):
        wired = {k: _wire(v, (*path, k), secrets) for k, v in value.items() if v is not None}
    elif is_list(value):
        wired = [_wire(v, (*path, i), secrets) for i, v in enumerate(value)]
    else:
        wired = value
    return {SIGNATURE: SECRET, "value": wired} if path in secrets else wired


def has_unknown(value: Any) -> bool:
    """Whether a value is or contains UNKNOWN."""
    if is_map(value):
        return any(has_unknown(v) for v in value.values())
    if is_list(value):
        return any(has_unknown(v) for v in value)
    return value is UNKNOWN


def secret_outputs(secrets: Iterable[Path], declared: Iterable[str]) -> frozenset[Path]:
    """The secret paths of outputs: those of the inputs (up to the first list, whose order AWS may change) and
    those that the provider declares."""
    paths: set[Path] = {(name,) for name in declared}
    for path in secrets:
        indices = [i for i, part in enumerate(path) if isinstance(part, int)]
        paths.add(path[: indices[0]] if indices else path)
    return frozenset(paths)
