"""What a check hands back."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that AWS would refuse, or that would break at run time.

    `path` names the setting the way its author wrote it ("containers.rails.cpu"), `value` is what stands
    there, `message` says what is wrong with it, `fix` what would be right. A warning is legal but rarely
    wanted.
    """

    path: str
    value: object
    message: str
    fix: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.path} = {self.value!r}: {self.message}. {self.fix}."


Problems = tuple[Problem, ...]
