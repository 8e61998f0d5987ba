"""The tour itself, as `make demo` runs it."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from rich.console import Console

from emulator.local.aws import ROOT, EmbeddedAws
from emulator.local.demo import __main__ as demo
from emulator.local.demo.acts import ACTS, Script
from emulator.local.demo.tour import Tour
from emulator.local.process import is_alive

pytestmark = pytest.mark.engine


def command(*flags: str) -> list[str]:
    return [sys.executable, "-m", "emulator.local.demo", *flags]


def environment(folder: Path) -> dict[str, str]:
    """That in which the tour has `folder` for its own, and output comes as it is printed."""
    beside = folder.with_name(folder.name.removesuffix("-demo"))
    return {**os.environ, "WEB_APPLICATION_LOCAL": str(beside), "PYTHONUNBUFFERED": "1"}


def test_every_act_ends_as_it_tells_and_nothing_is_left_but_the_picture(tmp_path: Path) -> None:
    folder = tmp_path / "clone-demo"
    drawing = tmp_path / "drawing.svg"
    done = subprocess.run(
        command("--picture", str(drawing)),
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for number, script in enumerate(ACTS, 1):
        assert f"\n{number}  {script.title}\n" in done.stdout
    assert "✗ not so" not in done.stdout
    assert "exited (exit code 1)" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert not (folder / "stack").exists()

    texts = [it.text or "" for it in ElementTree.parse(drawing).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314
    assert "ECS rolls back" in texts
    assert "stopped by hand" in texts
    assert {"us-east-1a", "us-east-1b"} <= set(texts)


def test_an_interrupt_ends_the_tour_and_everything_that_it_started(tmp_path: Path) -> None:
    folder = tmp_path / "clone-demo"
    with subprocess.Popen(
        command(), cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, text=True
    ) as tour:
        state = folder / "stack" / "state" / ".pulumi" / "locks"
        deadline = time.monotonic() + 120
        while not list(state.rglob("*.json")):  # the engine is at work
            assert time.monotonic() < deadline
            assert tour.poll() is None
            time.sleep(0.05)
        aws = EmbeddedAws(folder / "stack").running()
        engine = json.loads(next(state.rglob("*.json")).read_text())["pid"]
        tour.send_signal(signal.SIGINT)
        told, _ = tour.communicate(timeout=120)
    assert tour.returncode == 130, told
    assert told.endswith("Interrupted. What the tour had made is gone.\n")
    assert aws
    assert not is_alive(aws.pid)
    assert not is_alive(engine)
    assert not (folder / "stack").exists()


def test_a_tour_ends_with_1_at_the_first_act_that_goes_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[str] = []

    def goes_otherwise(tour: Tour) -> None:
        played.append("first")
        tour.check("the sky is green", holds=False, seen="it is blue")

    def second(_tour: Tour) -> None:
        played.append("second")

    acts = (Script(title="one", told="", play=goes_otherwise), Script(title="two", told="", play=second))
    monkeypatch.setattr(demo, "ACTS", acts)
    file = io.StringIO()
    code = demo.toured(tmp_path / "stack", tmp_path / "drawing.svg", Console(file=file))
    assert code == 1
    assert played == ["first"]
    assert "✗ not so: the sky is green (it is blue)" in file.getvalue()
    assert not (tmp_path / "stack").exists()
