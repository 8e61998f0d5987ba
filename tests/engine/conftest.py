"""Local stacks for tests: each in a folder of its own, with its own embedded AWS on its own port."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from emulator.engine.engine import Engine
from emulator.engine.finder import find_engine
from emulator.local.aws import ROOT
from emulator.local.seed import seed
from emulator.local.stack import LocalStack
from tests.engine.clone import Clone
from tests.engine.harness import driver, environment
from tests.engine.standing import ALONE, FULL, PRIVATE, Standing
from tests.engine.warm import warm_python

HERE = Path(__file__).parent
StackFactory = Callable[[], LocalStack]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Python of what the engine starts, with its imports behind it."""
    with warm_python(tmp_path_factory.mktemp("python")) as python:
        yield python


@pytest.fixture(scope="session")
def engine(python: Path) -> Engine:
    """The engine that `make up` uses, from the user's cache; the first test of all may have to build it."""
    return replace(find_engine(Console(stderr=True)), python=python)


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


# Stacks that stand, each brought up when a worker's first test asks for it (--dist loadfile keeps the tests
# of a file on one worker). Tests share them, and so leave them as they are.


@pytest.fixture(scope="session")
def committed(new_stack: StackFactory) -> Standing:
    """The local stack as it is committed: four containers with Datadog, plain HTTP, one NAT gateway."""
    return Standing.build(new_stack(), {})


@pytest.fixture(scope="session")
def image_alone(new_stack: StackFactory) -> Standing:
    """Nothing set but the image: three containers."""
    return Standing.build(new_stack(), ALONE)


@pytest.fixture(scope="session")
def private(new_stack: StackFactory) -> Standing:
    """An image alone without NAT, and so with all images in private repositories."""
    return Standing.build(new_stack(), PRIVATE)


@pytest.fixture(scope="session")
def full(new_stack: StackFactory) -> Standing:
    """TLS under a domain, the firewall, ECS Exec, Spot, and a NAT gateway in each of three zones."""
    return Standing.build(new_stack(), FULL)


@pytest.fixture(scope="session")
def changed_stack(new_stack: StackFactory) -> Standing:
    return Standing.build(new_stack(), {})


@pytest.fixture
def changing(changed_stack: Standing) -> Standing:
    """A stack to change, as committed again whatever an earlier test made of it."""
    restored = changed_stack.up("--refresh")
    assert restored.code == 0, restored.stdout + restored.stderr
    return changed_stack


@pytest.fixture(scope="session")
def backend(new_stack: StackFactory, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone whose `make backend` has made where state is kept; what that said is in `said`."""
    clone = Clone.of(new_stack(), tmp_path_factory.mktemp("backend") / "clone")
    (clone.folder / "said").write_text(clone.make_backend())
    return clone


@pytest.fixture
def clone(new_stack: StackFactory, tmp_path: Path) -> Iterator[Clone]:
    """A clone for one test alone, with nothing in its AWS."""
    clone = Clone.of(new_stack(), tmp_path / "clone")
    yield clone
    clone.stack.stop()


@pytest.fixture
def empty_stack(new_stack: StackFactory) -> Iterator[LocalStack]:
    """A stack for one test alone."""
    stack = new_stack()
    yield stack
    stack.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A clone's run-time folder; what runs in it ends with the test."""
    directory = tmp_path / "clone"
    yield directory
    subprocess.run(driver("clean"), cwd=ROOT, env=environment(directory), check=True)
