"""Writes the tables of README.md and docs/, the page of the policies, the schema of the pack's config, the
reader of the outputs, and what the component package takes and gives.

`python docs/generate.py` rewrites the files; a test fails when one is out of step. A change of the outputs
that their version doesn't tell is refused.
"""

from __future__ import annotations

import json
import re
import sys
import types
from pathlib import Path
from typing import Any, cast, get_args, get_origin

ROOT = Path(__file__).resolve().parent.parent
READER = ROOT / "reader" / "src" / "web_application_outputs"
sys.path.insert(0, str(ROOT))

from ecs_policies import config  # noqa: E402
from ecs_policies.catalogue import ALL  # noqa: E402
from ecs_policies.checks.cost import CURRENCY, monthly  # noqa: E402
from ecs_policies.gate.recorder import record_stacks  # noqa: E402
from ecs_policies.gate.registered import stack_of  # noqa: E402
from ecs_policies.reading.quantities import quantities  # noqa: E402
from pydantic import BaseModel  # noqa: E402
from pydantic.fields import FieldInfo  # noqa: E402

from docs import component, contract, levers  # noqa: E402
from docs.compatibility import refusal  # noqa: E402
from docs.policies import policies_page  # noqa: E402
from settings import Settings  # noqa: E402
from settings.errors import several  # noqa: E402


def settings_table() -> str:
    """A row for each setting: its path, default and meaning."""
    return _table(("Setting", "Default", "What it is"), _rows(Settings, ""))


def outputs_table() -> str:
    """A row for each output."""
    schema = contract.schema()
    rows = [
        (f"`{name}`", f"`{contract.python_type(schema, name)}`", it["description"])
        for name, it in schema["properties"].items()
    ]
    return _table(("Output", "Type", "What it is"), rows)


def costs_table() -> str:
    """A row for each committed stack: what it costs a month, and what is in the sum."""
    rows: list[tuple[str, ...]] = []
    for recording in record_stacks(ROOT, ["local", "dev", "staging", "prod"]):
        bill = monthly(quantities(stack_of(recording)))
        items = ", ".join(f"{it.name} {it.dollars:.2f}" for it in bill.items)
        rows.append((f"`{recording.stack}`", f"{bill.total:.2f}", items))
    return _table(("Stack", f"{CURRENCY} a month", "Of it"), rows)


def config_schema() -> str:
    """The JSON Schema of a file for `--policy-pack-config`."""
    return json.dumps(config.schema(ALL), indent=2) + "\n"


def refused_outputs() -> str | None:
    """Why the outputs may not go to readers under their version; None when they may.

    The committed schema of each major version is what its readers were promised.
    """
    promised = READER / f"v{contract.MAJOR}.schema.json"
    return refusal(json.loads(promised.read_text()), contract.schema()) if promised.exists() else None


def reader_files() -> dict[Path, str]:
    """What the package for readers of the outputs has from outputs.py: schema, typed class, version."""
    project = ROOT / "reader" / "pyproject.toml"
    return {
        READER / f"v{contract.MAJOR}.schema.json": json.dumps(contract.schema(), indent=2) + "\n",
        READER / "web_application.py": contract.reader(contract.schema()),
        project: re.sub(r'(?m)^version = ".*"$', f'version = "{contract.VERSION}"', project.read_text()),
    }


def files() -> dict[Path, str]:
    """Every generated file with its content as it should be."""
    return {
        **reader_files(),
        **component.files(),
        **pages(),
        ROOT / "docs" / "policies.md": policies_page(),
        ROOT / "policies" / "policy-config.schema.json": config_schema(),
    }


def pages() -> dict[Path, str]:
    """The pages that are written by hand, with their tables as they should be."""
    docs = ROOT / "docs"
    return {
        ROOT / "README.md": _filled(ROOT / "README.md", {"outputs": outputs_table(), "costs": costs_table()}),
        docs / "settings.md": _filled(docs / "settings.md", {"settings": settings_table()}),
        docs / "guides" / "costs.md": _filled(docs / "guides" / "costs.md", {"levers": levers.table()}),
    }


def _filled(page: Path, tables: dict[str, str]) -> str:
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        before, begin, rest = text.partition(f"<!-- {name}: made by docs/generate.py -->\n")
        _, end, after = rest.partition(f"\n<!-- end of {name} -->")
        if not begin or not end:
            raise ValueError(f"{page} has no place for the table of {name}: two comments, as in README.md")
        text = f"{before}{begin}{table}{end}{after}"
    return text


def _rows(model: type[BaseModel], prefix: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, field in model.model_fields.items():
        section = _section(field.annotation)
        if section is None or field.description:
            rows.append(
                (f"`{prefix}{name}`", _default(field), f"{field.description}{_choices(field.annotation)}")
            )
        if section is not None:
            rows.extend(_rows(section, f"{prefix}{name}{_each(field.annotation)}."))
    return rows


def _each(annotation: Any) -> str:
    """What stands between a list or mapping of sections and their own settings."""
    of_several = several(annotation)
    return "" if of_several is None else "[]" if of_several is tuple else ".<name>"


def _section(annotation: Any) -> type[BaseModel] | None:
    options = [annotation, *get_args(annotation)]
    return next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is None:
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else _shown(default)}`"


def _shown(default: Any) -> str:
    return str(list(cast("tuple[object, ...]", default))) if isinstance(default, tuple) else str(default)


def _choices(annotation: Any) -> str:
    values = get_args(annotation) if get_origin(annotation) not in (None, types.UnionType) else ()
    if not values or not all(isinstance(value, str) for value in values):
        return ""
    return f" ({', '.join(f'`{value}`' for value in values)})"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    if problem := refused_outputs():
        sys.exit(problem)
    for path, content in files().items():
        path.write_text(content, encoding="utf-8")
    (component.COMPONENT / "schema.json").write_text(component.schema(), encoding="utf-8")
