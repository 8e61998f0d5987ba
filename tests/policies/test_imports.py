"""What the modules outside packages import; the packages are import-linter's to check."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def imported(module: Path) -> set[str]:
    """The top-level packages that a module names."""
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    names = [alias.name for it in nodes if isinstance(it, ast.Import) for alias in it.names]
    names += [it.module for it in nodes if isinstance(it, ast.ImportFrom) and it.module]
    return {it.partition(".")[0] for it in names}


@pytest.mark.parametrize("module", sorted(ROOT.glob("*.py")), ids=lambda it: it.name)
def test_a_module_of_the_program_never_imports_the_emulator(module):
    assert "emulator" not in imported(module)


def test_the_packs_entry_imports_the_pack_alone():
    assert imported(ROOT / "policies" / "__main__.py") == {"ecs_policies"}
