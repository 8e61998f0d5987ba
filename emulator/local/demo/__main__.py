"""`python -m emulator.local.demo`: what `make demo` calls."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)
from rich.console import Console

from emulator.engine.engine import EngineError
from emulator.engine.finder import find_engine
from emulator.local.demo.acts import ACTS, Script
from emulator.local.demo.picture import Act, picture
from emulator.local.demo.show import Show
from emulator.local.demo.tour import NotSoError, Tour
from emulator.local.demo.watcher import Watcher
from emulator.local.failure import LocalStackError
from emulator.local.session import alone
from emulator.local.stack import LocalStack, default_directory

SPEED = 1 / 6
"""How fast the embedded ECS lives, so that an eye can follow it."""
PAUSE = 3.0
"""Seconds to read what an act was, where there is a reader."""
_REST = 0.5
"""Seconds of the state that an act ends in, for its drawing."""


def main() -> int:
    """Plays every act. 0 if each ended as it tells, 1 if one didn't, 130 after an interrupt."""
    parser = argparse.ArgumentParser(prog="python -m emulator.local.demo", description="The tour.")
    home = default_directory().with_name(f"{default_directory().name}-demo")
    parser.add_argument("--picture", type=Path, default=home / "deployment.svg", help="where it is drawn")
    options = parser.parse_args()
    console = Console(markup=False, emoji=False, highlight=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with alone(home):
            return toured(home / "stack", options.picture, console)
    except (LocalStackError, EngineError, BotoCoreError, ClientError) as error:
        console.print(str(error), style="red")
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted. What the tour had made is gone.")
        return 130


def toured(directory: Path, drawing: Path, console: Console) -> int:
    """The whole tour, on a stack in `directory`; the exit code."""
    show, began = Show(console), time.monotonic()
    show.say("A tour of the service, on an AWS of its own. Ctrl-C ends it and cleans up.")
    with cleaned(directory, console) as stack, Watcher(stack.client, listener=show.seen) as watcher:
        stack.running.run_clock(SPEED)
        tour = Tour(stack, watcher, show)
        told = all(played(tour, number, script) for number, script in enumerate(ACTS, 1))
        drawing.write_text(picture(tour.timeline, tour.acts, revisions=tour.revisions))
    show.say(f"\nThat took {time.monotonic() - began:.0f} s. As a picture: {drawing}")
    if not told:
        show.say("An act didn't go as it tells, so the tour ended there.", style="red")
    return 0 if told else 1


def played(tour: Tour, number: int, script: Script) -> bool:
    """Plays one act and shows what it was; whether all that it tells held."""
    tour.began, tour.checks = tour.watcher.now, []
    tour.show.opening(number, script.title, script.told)
    try:
        with tour.show.live():
            script.play(tour)
            time.sleep(_REST)
        told = True
    except NotSoError:
        told = False
    tour.show.closing(tour.timeline, tour.began, tour.checks)
    if tour.show.is_watched:
        time.sleep(PAUSE)
    if script.pictured:
        tour.acts.append(Act(title=script.title, begin=tour.began, end=tour.watcher.now))
    return told


@contextmanager
def cleaned(directory: Path, console: Console) -> Generator[LocalStack]:
    """A stack in an empty folder; its AWS is stopped and the folder gone at the end, however that comes."""
    stack = LocalStack(directory, engine=find_engine(console))
    try:
        _clean(stack)
        stack.start()
        yield stack
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave a process behind
        _clean(stack)
        signal.signal(signal.SIGINT, before)


def _clean(stack: LocalStack) -> None:
    stack.stop()
    if stack.directory.exists():
        shutil.rmtree(stack.directory)


if __name__ == "__main__":
    sys.exit(main())
