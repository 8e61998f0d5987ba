"""The inputs that a Read answers with: the recorded ones brought up to date, or, for an import, all of
them.
"""

from collections.abc import Mapping
from typing import Any

from emulator.provider.check import DEFAULTS
from emulator.provider.diff import empty, same
from emulator.provider.model import Resource
from emulator.provider.schema import Property, Shape
from emulator.provider.values import is_list, is_map


def refreshed(
    resource: Resource, shape: Shape, recorded: Mapping[str, Any], outputs: Mapping[str, Any]
) -> dict[str, Any]:
    """The recorded inputs, each one as AWS has it now where that means something else."""
    result: dict[str, Any] = {}
    for name, value in recorded.items():
        prop = shape.properties.get(name)
        if prop is None:
            result[name] = value
            continue
        found = outputs.get(name)
        if same(resource, shape, name, found, value):
            result[name] = value
        elif found is not None:
            result[name] = only_inputs(found, prop.type, shape)
    return result


def imported(resource: Resource, shape: Shape, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a resource that no program described yet."""
    left_out = {*resource.refused, *resource.provider_only, "region"}
    result: dict[str, Any] = {}
    for prop in shape.inputs():
        value = outputs.get(prop.name)
        rivals = {p for group in resource.conflicts if prop.name in group for p in group}
        if prop.name not in left_out and not rivals & set(result) and (prop.required or not empty(value)):
            result[prop.name] = only_inputs(value, prop.type, shape)
    if "tagsAll" in outputs:
        result["tagsAll"] = outputs["tagsAll"]
    return {k: v for k, v in result.items() if v is not None} | {DEFAULTS: []}


def only_inputs(value: Any, kind: Any, shape: Shape) -> Any:
    """A value without nested properties that only AWS sets."""
    if is_list(kind) and is_list(value):
        return [only_inputs(v, kind[0], shape) for v in value]
    fields: Mapping[str, Property] | None = shape.fields(kind)
    if fields is None or not is_map(value):
        return value
    return {
        k: only_inputs(v, fields[k].type, shape) for k, v in value.items() if k in fields and fields[k].input
    }
