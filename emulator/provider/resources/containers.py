"""When two container definitions mean the same to ECS, as the official provider compares them."""

import json
from typing import Any

BY_NAME = ("environment", "secrets")
BY_CONTENT = ("dependsOn", "environmentFiles", "mountPoints", "portMappings", "volumesFrom")
HEALTH_CHECK = {"interval": 30, "retries": 3, "timeout": 5}
"""Amazon ECS API Reference, "HealthCheck": what ECS fills in."""


def same_containers(old: str, new: str) -> bool:
    """Whether two JSON documents of containers register the same revision.

    A host port that is left out is compared as the container's own, which it is in awsvpc and host mode; in
    bridge mode, which Fargate doesn't have, that hides the change from a fixed host port to a dynamic one.
    """
    try:
        return _reduced(json.loads(old)) == _reduced(json.loads(new))
    except (ValueError, TypeError, KeyError, AttributeError):  # no list of containers
        return False


def _reduced(containers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted((_container(c) for c in containers), key=lambda c: c["name"])


def _container(given: dict[str, Any]) -> dict[str, Any]:
    """A container without what says the same as leaving it out."""
    found = {k: v for k, v in given.items() if v not in (None, [], {}, "")}
    found["essential"] = given.get("essential", True)
    if not found.get("cpu"):
        found.pop("cpu", None)
    if "portMappings" in found:
        found["portMappings"] = [_port(p) for p in found["portMappings"]]
    if "healthCheck" in found:
        found["healthCheck"] = HEALTH_CHECK | {k: v for k, v in found["healthCheck"].items() if v is not None}
    for name in (*BY_NAME, *BY_CONTENT):
        if name in found:
            found[name] = sorted(map(_known, found[name]), key=lambda v: json.dumps(v, sort_keys=True))
    return found


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if v not in (None, False, "")}


def _port(mapping: dict[str, Any]) -> dict[str, Any]:
    port = {k: v for k, v in mapping.items() if v is not None}
    if port.get("protocol") == "tcp":
        del port["protocol"]
    if not port.get("hostPort") or port["hostPort"] == port.get("containerPort"):
        port.pop("hostPort", None)
    return port
