"""One spelling for container definitions, so that a second `up` shows no change and a diff shows only what
changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

# Lists whose order means nothing to ECS, with the field that identifies an element.
_UNORDERED = {
    "dependsOn": "containerName",
    "environment": "name",
    "mountPoints": "containerPath",
    "portMappings": "containerPort",
    "secretOptions": "name",
    "secrets": "name",
    "tmpfs": "containerPath",
}

# What ECS fills in where nothing is said, by the field that holds the object (API reference:
# ContainerDefinition, HealthCheck, MountPoint, PortMapping). A host port is its container port.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "containerDefinitions": {"cpu": 0, "essential": True},
    "healthCheck": {"interval": 30, "retries": 3, "timeout": 5},
    "mountPoints": {"readOnly": False},
    "portMappings": {"protocol": "tcp"},
}


def canonical_json(containers: Iterable[Mapping[str, Any]]) -> str:
    """The container definitions as the one string that stands for them, whatever order they were written
    in."""
    definitions = [_canonical("containerDefinitions", container) for container in containers]
    return _compact(_sorted(definitions, by="name"))


def _canonical(key: str, value: Any) -> Any:
    """The value of `key`, or one element of it: filled in, sorted, and without what is None or empty."""
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        canonical = {name: _canonical(name, field) for name, field in fields.items()}
        said = {name: field for name, field in canonical.items() if field not in (None, [], {})}
        return _filled(key, said) if said else {}
    if isinstance(value, Sequence) and not isinstance(value, str):
        elements = [_canonical(key, element) for element in cast("Sequence[Any]", value)]
        return _sorted(elements, by=_UNORDERED[key]) if key in _UNORDERED else elements
    return value


def _filled(key: str, said: dict[str, Any]) -> dict[str, Any]:
    host_port = {"hostPort": said["containerPort"]} if "containerPort" in said else {}
    return {**_DEFAULTS.get(key, {}), **host_port, **said}


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sorted(elements: Iterable[Any], by: str) -> list[Any]:
    # The whole element breaks ties, so that even a name written twice has one order.
    return sorted(elements, key=lambda each: (str(each.get(by)), _compact(each)))
