import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.containers import RailsSettings
from tests.nginx.stand import Nginx, Rails, running_nginx, running_rails

MISSING = (
    "nginx isn't installed; these tests run its rendered configuration (Debian: apt-get install nginx-light)"
)


@pytest.fixture(scope="session")
def nginx_binary() -> str:
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"))
    binary = shutil.which("nginx", path=path)
    if binary is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    return binary


@pytest.fixture
def rails() -> Iterator[Rails]:
    with running_rails() as server:
        yield server


@pytest.fixture
def settings(rails: Rails) -> RailsSettings:
    return RailsSettings(image="web:1", port=rails.port, health_host="app.example.com")


@pytest.fixture
def web(nginx_binary: str, tmp_path: Path, settings: RailsSettings) -> Iterator[Nginx]:
    with running_nginx(nginx_binary, tmp_path, settings) as server:
        yield server
