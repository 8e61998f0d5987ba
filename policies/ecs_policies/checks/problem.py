"""What a check hands back."""

import re
from dataclasses import dataclass
from typing import Literal


def shown(value: object) -> str:
    """A value as its author reads it: a number as one, though AWS's JSON or a config holds it as text."""
    return value if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else repr(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that AWS would refuse, or that would break at run time.

    `path` names the setting the way its author wrote it ("containers.rails.cpu"), `value` is what stands
    there, `message` says what is wrong with it, `fix` what would be right. `item` names the element at fault
    where a list stands at `path`. A warning is legal but rarely wanted.
    """

    path: str
    value: object
    message: str
    fix: str
    severity: Literal["error", "warning"] = "error"
    item: str = ""

    def __str__(self) -> str:
        fix = self.fix[:1].lower() + self.fix[1:]
        return f"{self.path}: {shown(self.value)} doesn't fit: {self.message}; {fix}"


Problems = tuple[Problem, ...]
