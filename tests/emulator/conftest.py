"""Which of the emulator's tests are slow: those that talk to a running embedded AWS."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SERVERS = {"server", "start", "aws_url"}
"""The fixtures that start an embedded AWS."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.engine)
