"""Local stacks for tests: each in a folder of its own, with its own embedded AWS on its own port."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from emulator.engine.engine import Engine
from emulator.engine.finder import find_engine
from emulator.local.seed import seed
from emulator.local.stack import LocalStack

HERE = Path(__file__).parent
StackFactory = Callable[[], LocalStack]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine that `make up` uses, from the user's cache; the first test of all may have to build it."""
    return find_engine(Console(stderr=True))


@pytest.fixture(scope="session")
def new_stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackFactory]:
    """Makes a stack with a started, seeded and otherwise empty AWS."""
    made: list[LocalStack] = []

    def make() -> LocalStack:
        stack = LocalStack(tmp_path_factory.mktemp("local"), engine=engine)
        made.append(stack)
        stack.start()
        seed(stack)
        return stack

    yield make
    for stack in made:
        stack.stop()


@pytest.fixture(scope="session")
def local_stack(new_stack: StackFactory) -> LocalStack:
    """The stack that a worker's tests share; it is empty until one of them fills it."""
    return new_stack()


@pytest.fixture
def empty_stack(new_stack: StackFactory) -> Iterator[LocalStack]:
    """A stack for one test alone."""
    stack = new_stack()
    yield stack
    stack.stop()
