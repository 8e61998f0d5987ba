"""What a newcomer sees of make."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
TARGETS = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)


def test_make_alone_lists_every_target_with_a_line_of_its_own():
    shown = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.split()[1] for line in shown] == TARGETS
    assert all(len(line.split(maxsplit=2)) == 3 for line in shown)
    assert max(map(len, shown)) <= 120


def test_the_readme_names_every_target():
    assert [it for it in TARGETS if not re.search(rf"make (-s )?{it}\b", README)] == ["help"]
