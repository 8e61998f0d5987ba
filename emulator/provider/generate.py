"""Writes schemas/*.json: the shape of every resource and invoke, taken from pulumi_aws's own classes.

Run `python -m emulator.provider.generate` after adding a type or raising pulumi_aws's version; a test keeps
the files in step. They are committed because importing pulumi_aws costs a second at each start of the
provider.

A file holds, for one module of the AWS package:

- `resources`: token → {"properties": {...}, "replace": [...], "secret": [...]}; `replace` lists the
  properties whose docstring says that a change forces a new resource;
- `invokes`: token → {"args": {...}, "results": {...}};
- `types`: nested object types, deduplicated by content.

A property's key ends in `!` when it's a required input, in `=` when it's an output only, in `?` when it's
an input that AWS never fills in by itself (its output may be None). A property's type is a string
("string", "boolean", "integer", "number", "any", or "#Name" of a nested type), a list of one type, or {"*":
type} for a map.
"""

import collections.abc
import importlib
import inspect
import json
import re
import sys
import types
import typing
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi import _types as pulumi_types  # pyright: ignore[reportPrivateUsage]  # the SDK's own reader of its generated classes

from emulator.provider.registry import INVOKES, RESOURCES

SCHEMAS = Path(__file__).parent / "schemas"
FORCES = re.compile(
    r"forces? (?:a |the )?(?:new(?! task)|creation|replacement|re-?creat)|forces? (?:the )?resource|"
    r"(?:forces|triggers|requires|cause[s]?) (?:a )?replace|will (?:force|create) a new resource|"
    r"destroy and re-?create|recreates? the resource",
    re.IGNORECASE,
)
SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number"}


class Module:
    """Collects the nested types of one module while its resources are read."""

    def __init__(self) -> None:
        self.types: dict[str, dict[str, Any]] = {}
        self._names: dict[str, str] = {}
        self._open: set[str] = set()

    def reference(self, given: Any, returned: Any, name: str) -> str:
        """The reference of a nested type; `given` is its input class, `returned` its output class, either
        None.
        """
        if name in self._open:
            return f"#{name}"
        self._open.add(name)
        body = self.properties(given, returned)
        self._open.discard(name)
        key = json.dumps(body, sort_keys=True)
        self._names.setdefault(key, name)
        self.types[self._names[key]] = body
        return f"#{self._names[key]}"

    def properties(self, given: Any, returned: Any) -> dict[str, Any]:
        inputs = input_properties(given) if given else {}
        outputs = output_properties(returned) if returned else {}
        body: dict[str, Any] = {}
        for name in sorted({*inputs, *outputs}):
            hint, required = inputs.get(name, (None, False))
            mark = "!" if required else "=" if given and name not in inputs else ""
            body[name + mark] = self.encode(hint, outputs.get(name))
        return body

    def encode(self, given: Any, returned: Any) -> Any:
        """The JSON form of a type, from its input hint and its output hint (either may be None)."""
        given, returned = plain(given), plain(returned)
        hint = given if given is not None else returned
        if hint in SCALARS:
            return SCALARS[hint]
        origin, parts = typing.get_origin(hint), typing.get_args(hint)
        others = typing.get_args(returned) if given is not None else parts
        if origin in (list, collections.abc.Sequence):
            return [self.encode(parts[0] if given is not None else None, others[0] if others else None)]
        if origin in (dict, collections.abc.Mapping):
            return {"*": self.encode(parts[1] if given is not None else None, others[1] if others else None)}
        if inspect.isclass(hint):
            return self.reference(given, returned, hint.__name__.removesuffix("Args"))
        return "any"


def plain(hint: Any) -> Any:
    """A type without Optional, Input and Output around it; the first choice of a union."""
    while typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    if typing.get_origin(hint) is pulumi.Output:
        return plain(typing.get_args(hint)[0])
    return hint


def input_properties(cls: Any) -> dict[str, tuple[Any, bool]]:
    """Input name → (type, required) of a generated Args class."""
    names = pulumi_types.input_type_py_to_pulumi_names(cls)
    hints = pulumi_types.input_type_types(cls)
    parameters = inspect.signature(cls.__init__).parameters
    return {
        camel: (hints[camel], parameters[python].default is inspect.Parameter.empty)
        for python, camel in names.items()
    }


def output_properties(cls: Any) -> dict[str, Any]:
    if issubclass(cls, pulumi.Resource):
        return pulumi_types.resource_types(cls)
    return dict(pulumi_types.output_type_types(cls))


def optional_outputs(cls: Any) -> set[str]:
    """The outputs of a resource class that may be None: AWS fills nothing in when they aren't given."""
    optional: set[str] = set()
    for getter in properties_of(cls):
        annotation = str(getter.__annotations__.get("return", ""))
        if re.search(r"Output\[(typing\.)?Optional\[", annotation):
            optional.add(getattr(getter, "_pulumi_name", getter.__name__))
    return optional


def locate(token: str) -> Any:
    """The class or function of pulumi_aws behind a token such as aws:ec2/vpc:Vpc."""
    module, name = token.split(":")[1].split("/")[0], token.split(":")[2]
    home = importlib.import_module("pulumi_aws" if module == "index" else f"pulumi_aws.{module}")
    return getattr(home, name if name[0].isupper() else re.sub(r"(?=[A-Z])", "_", name).lower())


def resource(module: Module, token: str) -> dict[str, Any]:
    cls = locate(token)
    source = importlib.import_module(cls.__module__)
    # A nested type of the same name takes the plain one (s3's BucketVersioningArgs).
    args = getattr(source, f"{cls.__name__}InitArgs", None) or getattr(source, f"{cls.__name__}Args")
    if f"'{token}'" not in inspect.getsource(cls):
        raise SystemExit(f"{token}: {cls.__module__}.{cls.__name__} registers another token")
    optional = optional_outputs(cls)
    body = module.properties(args, cls)
    properties = {k + "?" if k in optional and not k.endswith(("!", "=")) else k: v for k, v in body.items()}
    secret = re.search(r"additional_secret_outputs=\[(.*?)\]", inspect.getsource(cls))
    return {
        "properties": properties,
        "replace": sorted(n for n, doc in docstrings(args).items() if FORCES.search(doc)),
        "secret": sorted(re.findall(r'"(\w+)"', secret[1])) if secret else [],
    }


def docstrings(cls: Any) -> dict[str, str]:
    return {getattr(g, "_pulumi_name", g.__name__): g.__doc__ or "" for g in properties_of(cls)}


def properties_of(cls: Any) -> list[Any]:
    """The getter functions of a class's properties."""
    return [p.fget for p in cast("dict[str, Any]", vars(cls)).values() if isinstance(p, property) and p.fget]


def invoke(module: Module, token: str) -> dict[str, Any]:
    function = locate(token)
    source = inspect.getsource(function)
    hints = typing.get_type_hints(function)
    args: dict[str, Any] = {}
    for camel, python in re.findall(r"__args__\['(\w+)'\] = (\w+)", source):
        parameter = inspect.signature(function).parameters[python]
        required = parameter.default is inspect.Parameter.empty
        args[camel + ("!" if required else "")] = module.encode(hints[python], None)
    result = re.search(r"typ=(\w+)", source)
    cls = getattr(importlib.import_module(function.__module__), result[1] if result else "")
    return {"args": args, "results": module.properties(None, cls)}


def generate() -> dict[str, str]:
    """File name → text, for every module that a table entry names."""
    modules: dict[str, tuple[Module, dict[str, Any], dict[str, Any]]] = {}
    for token in sorted(RESOURCES):
        module, resources, _ = modules.setdefault(token.split(":")[1].split("/")[0], (Module(), {}, {}))
        resources[token] = resource(module, token)
    for token in sorted(INVOKES):
        module, _, invokes = modules.setdefault(token.split(":")[1].split("/")[0], (Module(), {}, {}))
        invokes[token] = invoke(module, token)
    return {
        f"{name}.json": lines({"resources": resources, "invokes": invokes, "types": module.types})
        for name, (module, resources, invokes) in modules.items()
    }


def lines(schema: dict[str, dict[str, Any]]) -> str:
    """JSON with one line for each resource, invoke and type, so that a change reads well."""
    sections: list[str] = []
    for section, entries in schema.items():
        rows = ",\n".join(
            f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in sorted(entries.items())
        )
        sections.append(f"{json.dumps(section)}: {{\n{rows}\n}}" if rows else f"{json.dumps(section)}: {{}}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def main() -> None:
    SCHEMAS.mkdir(exist_ok=True)
    for name, text in generate().items():
        (SCHEMAS / name).write_text(text)
        sys.stdout.write(f"{name}: {len(text)} bytes\n")


if __name__ == "__main__":
    main()
