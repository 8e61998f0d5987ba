"""What the rest of the project needs to know of an engine."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A `pulumi` executable whose version fits."""

    executable: Path
    version: str

    @property
    def has_language_host(self) -> bool:
        """Whether pulumi-language-python came with it, as in the official download."""
        return (self.executable.resolve().parent / "pulumi-language-python").exists()
