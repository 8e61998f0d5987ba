"""All the case tables, by the rule module that they are for."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from tests.policies.cases.case import Case

TABLES: Mapping[str, tuple[Case, ...]] = {
    it.stem: import_module(f"tests.policies.cases.{it.stem}").CASES
    for it in sorted(Path(__file__).parent.glob("*.py"))
    if it.stem not in ("__init__", "case", "tables")
}
ALL = tuple(case for table in TABLES.values() for case in table)
