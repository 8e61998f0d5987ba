"""Two people and one stack on the shared backend: one at a time, and nothing of either is lost."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.clone import BACKEND, Clone
from tests.engine.harness import write_program

SETTINGS = """\
config:
  aws:region: us-east-1
"""
# An `up` of it holds the stack's lock until somebody opens its gate.
PROGRAM = """
    import time
    from pathlib import Path

    import pulumi_aws as aws

    while not Path({gate!r}).exists():
        time.sleep(0.05)
    for name in {topics!r}:
        aws.sns.Topic(name, name=name)
"""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody's clone of a program that makes these topics, and the gate that its `up` waits for."""

    backend: Clone
    folder: Path
    gate: Path

    @contextmanager
    def up(self) -> Iterator["subprocess.Popen[str]"]:
        """An `up` in the background, which is ended with the block at the latest."""
        command = [str(self.backend.stack.directory / "bin" / "pulumi"), "up", "--yes", "--skip-preview"]
        with self.log.open("w") as log:
            process = subprocess.Popen(
                [*command, "--stack", "local", "--non-interactive"],
                cwd=self.folder,
                env={**self.backend.environment, "PULUMI_BACKEND_URL": BACKEND.url, "NO_COLOR": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
            )
        try:
            yield process
        finally:
            self.gate.touch()
            process.wait(timeout=120)

    def finish(self, process: "subprocess.Popen[str]") -> None:
        """Opens the gate and waits for the end, which has to be a good one."""
        self.gate.touch()
        assert process.wait(timeout=120) == 0, self.log.read_text()

    @property
    def log(self) -> Path:
        """What the last `up` said."""
        return self.folder / "up.log"


@pytest.fixture
def people(backend: Clone, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Makes people who work on one stack; the stack is gone afterwards."""
    made: list[Person] = []

    def make(name: str, *topics: str) -> Person:
        gate = tmp_path / f"{name}.gate"
        program = PROGRAM.format(gate=str(gate), topics=topics)
        person = Person(backend=backend, folder=write_program(tmp_path / name, program), gate=gate)
        if made:
            (person.folder / "Pulumi.local.yaml").write_bytes(
                (made[0].folder / "Pulumi.local.yaml").read_bytes()
            )
        else:
            (person.folder / "Pulumi.local.yaml").write_text(SETTINGS)
            init = ("stack", "init", "local", "--secrets-provider", BACKEND.secrets_provider)
            backend.pulumi(*init, "--no-select", cwd=person.folder)
        made.append(person)
        return person

    yield make
    backend.pulumi("destroy", "--yes", "--remove", "--stack", "local", cwd=made[0].folder)


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def has_lock(backend: Clone) -> bool:
    return backend.locks("web-application") != []


def topics(person: Person) -> set[str]:
    """The topics that the state knows."""
    state = json.loads(person.backend.pulumi("stack", "export", "--stack", "local", cwd=person.folder))
    resources = state["deployment"].get("resources", [])
    return {it["inputs"]["name"] for it in resources if it["type"] == "aws:sns/topic:Topic"}


def test_the_second_of_two_ups_fails_at_once_and_names_who_holds_the_lock(
    backend: Clone, people: Callable[..., Person]
):
    first, second = people("first", "orders"), people("second", "orders", "invoices")
    with first.up() as running:
        wait_for(lambda: has_lock(backend))
        command = ("up", "--yes", "--skip-preview", "--stack", "local")
        said = backend.pulumi(*command, cwd=second.folder, code=1)
        assert running.poll() is None, "the second waited for the first"
        assert "the stack is currently locked by 1 lock(s)" in said
        assert re.search(rf"created by \S+@\S+ \(pid {running.pid}\) at 20\d\d-\d\d-\d\dT", said)
        first.finish(running)
    assert topics(first) == {"orders"}
    with second.up() as running:
        second.finish(running)
    assert topics(second) == {"orders", "invoices"}
    arns = [it["TopicArn"] for it in backend.client("sns").list_topics()["Topics"]]
    names = [arn.rpartition(":")[2] for arn in arns]
    assert (names.count("invoices"), names.count("orders")) == (1, 1)


def test_of_ups_that_start_together_one_at_most_goes_on_and_those_refused_have_done_nothing(
    backend: Clone, people: Callable[..., Person]
):
    # Its checks before and after it writes its lock let the engine refuse both, and never neither.
    several = [people(name, name) for name in ("ana", "ben", "eva")]
    with ExitStack() as stack:
        running = [stack.enter_context(it.up()) for it in several]
        wait_for(lambda: sum(it.poll() is not None for it in running) >= len(running) - 1)
    went_on = [person for person, it in zip(several, running, strict=True) if it.returncode == 0]
    assert len(went_on) <= 1
    for refused in (it for it in several if it not in went_on):
        assert "the stack is currently locked by" in refused.log.read_text()
    assert topics(several[0]) == {it.folder.name for it in went_on}
    assert not has_lock(backend)


def test_a_killed_up_leaves_a_lock_that_cancel_removes(backend: Clone, people: Callable[..., Person]):
    person = people("first", "orders")
    with person.up() as running:
        wait_for(lambda: has_lock(backend))
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        person.gate.touch()
    again = ("up", "--yes", "--skip-preview", "--stack", "local")
    said = backend.pulumi(*again, cwd=person.folder, code=1)
    assert f"(pid {running.pid})" in said
    assert "pulumi cancel" in said
    backend.pulumi("cancel", "--yes", "--stack", "local", cwd=person.folder)
    assert not has_lock(backend)
    backend.pulumi(*again, cwd=person.folder)
    assert topics(person) == {"orders"}
