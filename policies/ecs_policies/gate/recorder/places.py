"""Which line of the program did something: the innermost one that is the program's own."""

from __future__ import annotations

import linecache
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final
from urllib.parse import unquote, urlsplit

_RECORDER: Final = str(Path(__file__).parent) + os.sep
_INSTALLED: Final = re.compile(r"[\\/](site|dist)-packages[\\/]")
# A component with a base class of its own is registered by the line that calls the base's constructor.
_BASE_CONSTRUCTOR: Final = re.compile(r"\.__init__\s*\(")

Line = tuple[str, int]


class Places:
    """Places in the program whose `Pulumi.yaml` is in `root`: files relative to it, lines from 1."""

    def __init__(self, root: Path) -> None:
        self._root = str(root) + os.sep
        # A virtual environment inside the program's folder isn't the program's own code.
        prefix = str(Path(sys.prefix)) + os.sep
        self._foreign = (_RECORDER, prefix) if prefix.startswith(self._root) else (_RECORDER,)

    def innermost(self, lines: Iterable[Line]) -> Line | None:
        """The first of these (absolute file, line) that is the program's, relative to it."""
        for file, line in lines:
            if self._is_program(file):
                return file[len(self._root) :].replace(os.sep, "/"), line
        return None

    def registered(self, frames: Iterable[Any]) -> Line | None:
        """Where a resource was made, by the SDK's stack trace, whose first frame made the resource."""
        positions = ((_path(it.pc.uri), int(it.pc.line)) for it in frames if it.pc.uri)
        own = (it for it in positions if self._is_program(it[0]))
        return self.innermost(it for it in own if not _is_base_constructor(*it))

    def constructing(self) -> Line | None:
        """Where a resource is being made, seen from a constructor of the SDK."""
        own = (it for it in _outwards(sys._getframe(1)) if self._is_program(it[0]))  # pyright: ignore[reportPrivateUsage]
        return self.innermost(it for it in own if not _is_base_constructor(*it))

    def now(self) -> Line | None:
        """Where the program is, seen from the caller."""
        return self.innermost(_outwards(sys._getframe(1)))  # pyright: ignore[reportPrivateUsage]

    def failed(self, error: BaseException) -> Line | None:
        """The program's last line before an error."""
        return self.innermost(reversed(list(_inwards(error.__traceback__))))

    def _is_program(self, file: str) -> bool:
        return (
            file.startswith(self._root) and not file.startswith(self._foreign) and not _INSTALLED.search(file)
        )


def shown(place: Line | None) -> str:
    """A place as text: `file:line`."""
    return f"{place[0]}:{place[1]}" if place else "a line outside the program"


def _path(uri: str) -> str:
    path = unquote(urlsplit(uri).path)
    return path.lstrip("/") if os.name == "nt" else path


def _is_base_constructor(file: str, line: int) -> bool:
    return bool(_BASE_CONSTRUCTOR.search(linecache.getline(file, line)))


def _outwards(frame: FrameType | None) -> Iterator[Line]:
    while frame:
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back


def _inwards(trace: TracebackType | None) -> Iterator[Line]:
    while trace:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
