"""What a person sees of make's targets in a terminal: colours only for who wants them, and signs of life."""

import os
import pty
import re
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from emulator.local.aws import ROOT
from tests.engine.harness import driver, environment

COLOURED = re.compile(r"\x1b\[[\d;]*[1-9][\d;]*m")
Seen = list[tuple[float, str]]


def in_a_terminal(directory: Path, *arguments: str, **variables: str) -> Seen:
    """What a command writes to a terminal, each piece with the seconds since the command began."""
    ours, theirs = pty.openpty()
    began = time.monotonic()
    given = {**environment(directory), "TERM": "xterm-256color", "COLUMNS": "120", **variables}
    process = subprocess.Popen(
        driver(*arguments), cwd=ROOT, env=given, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = [(time.monotonic() - began, piece) for piece in _pieces(ours)]
    os.close(ours)
    assert process.wait() == 0, seen
    return seen


def _pieces(terminal: int) -> Iterator[str]:
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:
            return  # the other side is closed
        if not piece:
            return
        yield piece.decode(errors="replace")


def test_a_preview_has_colours_unless_no_color_says_otherwise_and_is_never_long_silent(folder: Path):
    coloured = in_a_terminal(folder, "preview")
    plain = in_a_terminal(folder, "preview", NO_COLOR="1")
    text = "".join(piece for _, piece in plain)
    assert "to create" in text
    assert COLOURED.search("".join(piece for _, piece in coloured))
    assert not COLOURED.search(text), COLOURED.findall(text)[:5]

    moments = [0.0, *(moment for moment, _ in plain)]
    silence = max(later - earlier for earlier, later in pairwise(moments))
    assert silence < 10, "two seconds on an idle machine, and tests run on a busy one"


@pytest.mark.parametrize("arguments", [("nonsense",), ("up", "--nonsense")])
def test_what_make_does_not_know_is_refused_in_one_line(folder: Path, arguments: tuple[str, ...]):
    refused = subprocess.run(
        driver(*arguments), cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert len([line for line in refused.stderr.splitlines() if "error:" in line]) == 1
    assert "Traceback" not in refused.stderr
