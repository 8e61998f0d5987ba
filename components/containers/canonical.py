"""One spelling for container definitions, so that a second `up` shows no change and a diff shows only what
changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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

# What ECS fills in where nothing is said (API reference: ContainerDefinition, HealthCheck, PortMapping,
# MountPoint).
_CONTAINER_DEFAULTS: dict[str, Any] = {"cpu": 0, "essential": True}
_HEALTH_CHECK_DEFAULTS: dict[str, Any] = {"interval": 30, "retries": 3, "timeout": 5}


def canonical_json(containers: Iterable[Mapping[str, Any]]) -> str:
    """The container definitions as the one string that stands for them, whatever order they were written
    in."""
    return _compact(_sorted((_container(container) for container in containers), by="name"))


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sorted(elements: Iterable[Any], by: str) -> list[Any]:
    # The whole element breaks ties, so that even a name written twice has one order.
    return sorted(elements, key=lambda each: (str(each.get(by)), _compact(each)))


def _container(container: Mapping[str, Any]) -> dict[str, Any]:
    definition: dict[str, Any] = {**_CONTAINER_DEFAULTS, **_tidy(container)}
    if "healthCheck" in definition:
        definition["healthCheck"] = {**_HEALTH_CHECK_DEFAULTS, **definition["healthCheck"]}
    if "portMappings" in definition:
        definition["portMappings"] = [
            {"hostPort": port["containerPort"], "protocol": "tcp", **port}
            for port in definition["portMappings"]
        ]
    if "mountPoints" in definition:
        definition["mountPoints"] = [{"readOnly": False, **mount} for mount in definition["mountPoints"]]
    return definition


def _tidy(value: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is None or empty, and with the lists in their order."""
    tidied = {key: _element(key, element) for key, element in value.items()}
    return {key: element for key, element in tidied.items() if element not in (None, [], {})}


def _element(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _tidy(value)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, Sequence) and not isinstance(value, str):
        elements = [_element("", element) for element in value]  # pyright: ignore[reportUnknownVariableType]
        identity = _UNORDERED.get(key)
        return _sorted(elements, by=identity) if identity else elements
    return value
