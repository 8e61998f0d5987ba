"""The pages as a person reads them: their text, and their blocks by language."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
WRITTEN = [ROOT / "README.md", *GUIDES, ROOT / "docs" / "runbook.md", ROOT / "docs" / "performance.md"]
"""What people have written; each name in it has to be one that there is."""

_BLOCK = re.compile(r"^ *```(?P<language>[a-z]*)\n(?P<content>.*?)^ *```$", re.MULTILINE | re.DOTALL)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a language, in their order; "" is for those that name none."""
    return [it["content"] for it in _BLOCK.finditer(text(page)) if it["language"] == language]


def guide(name: str) -> Path:
    return ROOT / "docs" / "guides" / f"{name}.md"


def code(page: Path) -> list[str]:
    """What stands between backquotes in the prose."""
    return re.findall(r"`([^`\n]+)`", _BLOCK.sub("", text(page)))
