"""The outputs as a contract: outputs.py as a JSON Schema, and the schema as the reader's typed class."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from outputs import VERSION, Outputs

Schema = Mapping[str, Any]

MAJOR = VERSION.partition(".")[0]

_JSON = {str: "string", float: "number", int: "integer", bool: "boolean"}
_PYTHON = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}

_READER = '''\
"""What a stack of the web application exports, typed. Made by docs/generate.py from outputs.py."""

from pathlib import Path
from typing import Final, TypedDict

import pulumi

from web_application_outputs.stack import Stack

VERSION: Final = "{version}"
"""Of the outputs' contract that this reader knows."""

SCHEMA: Final = Path(__file__).with_name("v{major}.schema.json")
"""The JSON Schema of the outputs, which answers for a stack where there is none (see README.md)."""
{objects}

class WebApplication:
    """The outputs of a stack of the web application, as its last `up` left them.

    `stack` is organization/project/stack. Raises `pulumi.RunError` for any other name, and, once the engine
    has read the stack (a preview reads it too), for a version of its outputs that this reader can't read, and
    for an output that isn't there.
    """

    def __init__(self, stack: str, opts: pulumi.ResourceOptions | None = None) -> None:
        self._stack = Stack(stack, wanted=VERSION, opts=opts)
{outputs}'''

_OBJECT = '''

class {name}(TypedDict):
    """Of `{output}`."""

{members}
'''

_OUTPUT = '''
    @property
    def {name}(self) -> pulumi.Output[{kind}]:
        """{text}."""
        return self._stack.{how}("{name}")
'''


def schema() -> dict[str, Any]:
    """The JSON Schema of what a stack exports: `pulumi stack output --json` shows an object of it.

    It allows for outputs that it doesn't know, which a later minor version may add.
    """
    properties: dict[str, Any] = {}
    for it in fields(Outputs):
        kind, text, example = get_args(it.type)
        properties[it.name] = {"description": text, **_value(kind), "examples": [example]}
    properties["outputs_version"]["pattern"] = rf"^{MAJOR}\.[0-9]+\.[0-9]+$"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Outputs of a stack of the web application",
        "version": VERSION,
        "type": "object",
        "properties": properties,
        "required": [it.name for it in fields(Outputs) if NoneType not in get_args(get_args(it.type)[0])],
    }


def _value(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a type's values, once they are known."""
    if get_origin(kind) in (Union, UnionType):
        # Of an optional value, and of `pulumi.Input`, the value's own type comes first.
        return _value(get_args(kind)[0])
    if kind in _JSON:
        return {"type": _JSON[kind]}
    if is_typeddict(kind):
        members = {name: _value(hint) for name, hint in get_type_hints(kind).items()}
        return {
            "title": kind.__name__,
            "type": "object",
            "properties": members,
            "required": [name for name in members if name in kind.__required_keys__],
        }
    (element,) = get_args(kind)
    return {"type": "array", "items": _value(element)}


def reader(of: Schema) -> str:
    """The Python module with a typed property for each output of a schema, and the types of its objects."""
    outputs = ""
    for name, it in of["properties"].items():
        text = it["description"]
        outputs += _OUTPUT.format(
            name=name,
            kind=python_type(of, name),
            text=text[0].upper() + text[1:],
            how="required" if name in of["required"] else "optional",
        )
    objects = "".join(
        _OBJECT.format(
            name=it["title"],
            output=name,
            members=textwrap.indent(
                "\n".join(f"{member}: {_python(value)}" for member, value in it["properties"].items()), "    "
            ),
        )
        for name, output in of["properties"].items()
        for it in _objects(output)
    )
    version = of["version"]
    return _READER.format(version=version, major=version.partition(".")[0], objects=objects, outputs=outputs)


def python_type(of: Schema, output: str) -> str:
    """The Python type of an output, with None where a stack may lack it."""
    kind = _python(of["properties"][output])
    return kind if output in of["required"] else f"{kind} | None"


def _python(value: Schema) -> str:
    """The Python type of a schema's values."""
    match value["type"]:
        case "array":
            return f"list[{_python(value['items'])}]"
        case "object":
            return value["title"]
        case kind:
            return _PYTHON[kind]


def _objects(value: Schema) -> Iterator[Schema]:
    """The objects in a schema, those that others are made of first."""
    if value["type"] == "array":
        yield from _objects(value["items"])
    elif value["type"] == "object":
        for member in value["properties"].values():
            yield from _objects(member)
        yield value
