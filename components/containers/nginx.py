"""nginx: the only container that the load balancer reaches, in front of rails.

Its configuration travels in an environment variable as plain text, so that a change of it reads as a diff
in the task definition, and the container's command writes it to its temporary folder: the stock image needs
no build, and no extra container or volume is involved. nginx documentation: "Controlling nginx",
"ngx_http_proxy_module".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template

from ecs_policies.checks import Problem, keep_alive

from components.containers.defaults import LIVENESS_PATH, NGINX_IMAGE, NGINX_PORT
from components.containers.model import Condition, Container
from components.containers.parts import HealthCheck, LogThroughFireLens, LogToCloudWatch, Tmpfs
from components.containers.rails import RailsSettings

NAME = "nginx"

_USER = 101  # the image's own
_TEMP = "/tmp"  # noqa: S108 (the container's own, in memory)
_TEMPLATE = Path(__file__).with_name("nginx.conf.template")
_START = f"printf '%s' \"$NGINX_CONF\" > {_TEMP}/nginx.conf"
_RUN = f"exec nginx -e /dev/stderr -c {_TEMP}/nginx.conf -g 'daemon off;'"


class _AtTemplate(Template):
    """string.Template with @ for $, which nginx needs for itself."""

    delimiter = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class NginxSettings:
    """How nginx serves. Times are seconds, sizes MiB, CPU units of 1/1024 vCPU.

    `keepalive_timeout` must exceed the load balancer's idle timeout. `request_timeout` is how long rails
    may be silent. `max_body_mib` is the largest upload; two of them fit into nginx's temporary folder,
    which is in memory.
    """

    image: str = NGINX_IMAGE
    cpu: int = 64
    stop_timeout: int = 30
    keepalive_timeout: int = 75
    request_timeout: int = 60
    max_body_mib: int = 10

    @property
    def temp_size(self) -> int:
        """MiB of the temporary folder: room for two of the largest uploads."""
        return max(64, 2 * self.max_body_mib)

    @property
    def memory(self) -> int:
        """MiB that nginx reserves: its own, and the temporary folder's."""
        return 64 + self.temp_size

    def problems(self, *, idle_timeout: int) -> Iterator[Problem]:
        """What doesn't fit together, the load balancer's idle timeout included."""
        for problem in keep_alive(self.keepalive_timeout, idle_timeout):
            section = "nginx" if problem.path == "keepalive_timeout" else "load_balancer"
            yield replace(problem, path=f"{section}.{problem.path}")
        for setting, value, least in (
            ("request_timeout", self.request_timeout, 1),
            ("max_body_mib", self.max_body_mib, 1),
            ("stop_timeout", self.stop_timeout, 10),
        ):
            if value < least:
                message, fix = "too little to serve requests with", f"Use {least} or more"
                yield Problem(path=f"nginx.{setting}", value=value, message=message, fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where nginx listens and writes; the defaults are the container's, tests have others."""

    listen: str = str(NGINX_PORT)
    temp: str = _TEMP
    access_log: str = "/dev/stdout"
    error_log: str = "/dev/stderr"


def nginx_config(
    settings: NginxSettings, rails: RailsSettings, load_balancer_cidr: str, places: Places | None = None
) -> str:
    """The text of nginx.conf, for settings without problems."""
    places = places or Places()
    return _AtTemplate(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        access_log=places.access_log,
        error_log=places.error_log,
        health_host=rails.health_host,
        health_path=rails.health_path,
        health_pattern=re.escape(rails.health_path),
        keepalive_timeout=settings.keepalive_timeout,
        listen=places.listen,
        load_balancer_cidr=load_balancer_cidr,
        rails_port=rails.port,
        request_timeout=settings.request_timeout,
        shutdown_timeout=settings.stop_timeout - 5,
        temp=places.temp,
        max_body_mib=settings.max_body_mib,
    )


def nginx(
    settings: NginxSettings,
    rails: RailsSettings,
    *,
    load_balancer_cidr: str,
    log: LogToCloudWatch | LogThroughFireLens,
    depends_on: Mapping[str, Condition],
) -> Container:
    """The container. nginx replaces the shell, so that the image's stop signal, SIGQUIT, reaches it and
    drains."""
    return Container(
        name=NAME,
        image=settings.image,
        cpu=settings.cpu,
        memory_reservation=settings.memory,
        user=str(_USER),
        entry_point=("sh", "-c"),
        command=(f"{_START} && {_RUN}",),
        environment={"NGINX_CONF": nginx_config(settings, rails, load_balancer_cidr)},
        ports=(NGINX_PORT,),
        depends_on=depends_on,
        health_check=HealthCheck(
            command=f"wget -q -O /dev/null http://127.0.0.1:{NGINX_PORT}{LIVENESS_PATH} || exit 1",
            interval=10,
            start_period=10,
        ),
        stop_timeout=settings.stop_timeout,
        tmpfs=(Tmpfs(path=_TEMP, size=settings.temp_size, owner=_USER),),
        log=log,
    )
