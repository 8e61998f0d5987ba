"""Throw-away programs: this repository's own with mistakes made in it."""

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ecs_policies import exemptions

from emulator.local.aws import ROOT
from tests.engine.harness import write_program
from tests.engine.three_doors.doors import Findings, gate

_SOURCE = """
import runpy
import sys

sys.path.insert(0, {root!r})
from tests.engine.three_doors import spoiling
from tests.engine.three_doors.mistakes import MISTAKES

spoiling.watch()
for name in {names!r}:
    MISTAKES[name].make()
runpy.run_path({program!r}, run_name="__main__")
spoiling.finish()
"""


@dataclass(frozen=True, kw_only=True)
class Programs:
    """The programs of a test's run, each in a folder of its own, and what the gate found in them."""

    folder: Path
    _made: dict[tuple[str, ...], Path] = field(default_factory=dict[tuple[str, ...], Path])
    _found: dict[str, Findings] = field(default_factory=dict[str, Findings])

    def spoilt(self, *mistakes: str) -> Path:
        """The program with these mistakes, for the local stack as it is committed."""
        if mistakes not in self._made:
            source = _SOURCE.format(root=str(ROOT), names=mistakes, program=str(ROOT / "__main__.py"))
            program = write_program(self.folder / str(len(self._made)), source)
            for name in ("Pulumi.local.yaml", exemptions.FILE):
                shutil.copy(ROOT / name, program)
            self._made[mistakes] = program
        return self._made[mistakes]

    def gated(self, mistake: str) -> Findings:
        """What the gate finds in the program with this mistake alone."""
        if mistake not in self._found:
            self._found[mistake] = gate(self.spoilt(mistake))
        return self._found[mistake]

    def gated_each(self, mistakes: Iterable[str]) -> Findings:
        """What the gate finds of each of these mistakes alone, put together; what all have is in it once."""
        found: Findings = Counter()
        for it in mistakes:
            found |= self.gated(it)
        return found
