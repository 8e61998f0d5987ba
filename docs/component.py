"""What the component package takes and gives, as Pulumi's component host reads it: settings and outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs import contract
from settings import Settings

COMPONENT = Path(__file__).resolve().parents[1] / "component"

_MODULE = '''\
"""What `WebService` takes: the settings, typed for Pulumi's component host. Made by docs/generate.py.

The host reads a description as it stands, below its key, and knows enumerations but no Literal.
"""

# ruff: noqa: E501 (the host would take a description's line breaks into the schema)

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NotRequired, TypedDict

from pulumi import Input
'''


def files() -> dict[Path, str]:
    """The modules in component/ that are made of settings/ and outputs.py, as they should be."""
    web_service = COMPONENT / "web_service.py"
    return {COMPONENT / "args.py": args_module(), web_service: with_outputs(web_service.read_text())}


def schema() -> str:
    """The text of component/schema.json: what Pulumi's host finds in these modules as they stand."""
    from component.host import Host  # only now: `files` may just have been written

    return json.dumps(json.loads(Host().schema or ""), indent=2, ensure_ascii=False) + "\n"


def args_module() -> str:
    """The text of component/args.py."""
    blocks: dict[str, str] = {}
    _typed_dict(Settings, blocks)
    return "\n\n".join([_MODULE, *blocks.values()])


def with_outputs(web_service: str) -> str:
    """The text of component/web_service.py with the outputs as they should be."""
    outputs, block = contract.schema(), ""
    for name, it in outputs["properties"].items():
        kind, _, absent = contract.python_type(outputs, name).partition(" | ")
        block += f"    {name}: pulumi.Output[{kind}]{absent and ' | None'}\n"
        block += f'    """{it["description"]}"""\n'
    begin, end = "    # outputs: made by docs/generate.py\n", "    # end of outputs\n"
    before, after = web_service.split(begin)[0], web_service.split(end)[1]
    return f"{before}{begin}{block}{end}{after}"


def _typed_dict(model: type[BaseModel], blocks: dict[str, str]) -> str:
    """The name of a section's TypedDict. `blocks` gets its text, after that of all that it names."""
    name = "WebServiceArgs" if model is Settings else model.__name__
    if name not in blocks:
        keys = [_key(model, key, field, blocks) for key, field in model.model_fields.items()]
        blocks[name] = f"class {name}(TypedDict):\n{''.join(keys)}"
    return name


def _key(model: type[BaseModel], key: str, field: FieldInfo, blocks: dict[str, str]) -> str:
    kind = f"Input[{_kind(field.annotation, _enum_name(model, key), blocks)}]"
    line = f"    {key}: {kind if field.is_required() else f'NotRequired[{kind}]'}\n"
    return f'{line}    """{_text(field)}"""\n' if field.description else line


def _kind(annotation: Any, name: str, blocks: dict[str, str]) -> str:
    """A setting's type in the module; `name` is the enumeration's, should it be one of several words."""
    origin, of = get_origin(annotation), [it for it in get_args(annotation) if it is not NoneType]
    if origin is Annotated:
        return _kind(of[0], name, blocks)
    if origin is Literal:
        members = (f'    {_member(it)} = "{it}"\n' for it in of)
        blocks[name] = f"class {name}(StrEnum):\n{''.join(members)}"
        return name
    if origin is tuple:
        return f"Sequence[Input[{_kind(of[0], name, blocks)}]]"
    if origin is Mapping:
        return f"Mapping[str, Input[{_kind(of[1], name, blocks)}]]"
    if of:  # X | None
        return _kind(of[0], name, blocks)
    return _typed_dict(annotation, blocks) if issubclass(annotation, BaseModel) else annotation.__name__


def _enum_name(model: type[BaseModel], key: str) -> str:
    section = "" if model is Settings else model.__name__
    return section + "".join(word.capitalize() for word in key.split("_"))


def _member(word: str) -> str:
    return re.sub(r"\W", "_", word).upper()


def _text(field: FieldInfo) -> str:
    """What a setting is and, where there is one, its default."""
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if default is None or default in ((), {}):
        return str(field.description)
    shown = default if isinstance(default, str) else json.dumps(default)
    return f"{field.description}; by default `{shown}`"
