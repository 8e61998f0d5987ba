"""The provider's tests share one embedded AWS and one provider for each worker."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.provider.harness import CREDENTIALS, Engine, World, serve_aws, serve_provider


@pytest.fixture(scope="session")
def aws_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("aws")
    with serve_aws(directory) as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def aws_environment(aws_url: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for key, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": aws_url}.items():
            patch.setenv(key, value)
        yield


@pytest.fixture(scope="session")
def engine(aws_environment: None) -> Iterator[Engine]:
    with serve_provider() as served:
        served.configure(defaultTags={"tags": {"team": "web"}}, allowedAccountIds=["123456789012"])
        yield served


@pytest.fixture
def world(engine: Engine, request: Any) -> Iterator[World]:
    label = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[-24:].strip("-")
    made = World(engine, label)
    yield made
    made.close()
