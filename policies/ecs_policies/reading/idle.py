"""For how long a container keeps an idle connection open, as far as its definition says so."""

import re
from collections.abc import Iterator, Mapping

from ecs_policies.model import Value
from ecs_policies.reading.values import items, mapping

# nginx documentation, "Module ngx_http_core_module", keepalive_timeout: seconds unless a unit says otherwise.
_NGINX = re.compile(r"(?<![\w.])keepalive_timeout\s+(\d{1,6})(ms|s|m|h)?\s*[;\s]")
_UNITS: Mapping[str, float] = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
# Connections to an upstream, and what a comment says, are others' affair.
_BESIDE = re.compile(r"#[^\n]*|\bupstream\s+\S+\s*\{[^}]*\}")
# Gunicorn, "Settings", keepalive; uvicorn, "Settings", "Timeouts": seconds.
_SERVERS = re.compile(r"--(?:keep-alive|timeout-keep-alive)[= ](\d{1,6})\b")


def idle_seconds(container: Mapping[str, Value]) -> float | None:
    """The seconds that nginx's configuration or a server's command line in the container names; else None."""
    for written in _texts(container):
        nginx = _NGINX.search(_BESIDE.sub(" ", written))
        if nginx:
            return int(nginx[1]) * _UNITS[nginx[2] or "s"]
        server = _SERVERS.search(written)
        if server:
            return float(server[1])
    return None


def _texts(container: Mapping[str, Value]) -> Iterator[str]:
    for it in items(container.get("environment")):
        value = mapping(it).get("value")
        if isinstance(value, str):
            yield value
    for name in ("entryPoint", "command"):
        yield " ".join(it for it in items(container.get(name)) if isinstance(it, str))
