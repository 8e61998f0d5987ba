"""Progress of a long part: a bar in a terminal, elsewhere a line now and then."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_QUIET = 20.0  # seconds between two lines where there is no terminal


class Steps:
    """Counts what is done of one part. `total` is None while nobody knows how much there is."""

    def __init__(
        self, console: Console, label: str, total: int | None, bar: tuple[Progress, TaskID] | None
    ) -> None:
        self._console = console
        self._label = label
        self._total = total
        self._bar = bar
        self._done = 0
        self._began = self._spoke = time.monotonic()

    def advance(self) -> None:
        """One more is done."""
        self._done += 1
        if self._bar:
            progress, task = self._bar
            progress.update(task, completed=self._done, counted=self._counted())
        elif time.monotonic() - self._spoke > _QUIET:
            self._spoke = time.monotonic()
            self._console.print(f"  {self._label}: {self._counted()}, {self._spoke - self._began:.0f} s")

    def _counted(self) -> str:
        return f"{self._done} of {self._total}" if self._total else f"{self._done}"


@contextmanager
def steps(console: Console, label: str, *, total: int | None = None) -> Generator[Steps]:
    """Shows one part's progress while the block runs."""
    if not console.is_terminal:
        yield Steps(console, label, total, None)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[counted]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Steps(console, label, total, (progress, progress.add_task(label, total=total, counted="")))
