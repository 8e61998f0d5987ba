"""Settings that a service keeps as a flat list of named attributes ([{Key, Value}]), as load balancing
does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.provider.lifecycle import zero
from emulator.provider.model import Change, Code
from emulator.provider.names import typed
from emulator.provider.operation import Operation
from emulator.provider.values import is_map


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """`keys`: a property ("idleTimeout", "accessLogs.bucket") → the attribute's key."""

    kind: str
    """Names the calls: describe_<kind>_attributes and modify_<kind>_attributes."""
    argument: str
    """The argument that takes the resource's id."""
    keys: Mapping[str, str]

    def change(self) -> Change:
        properties = tuple(dict.fromkeys(path.split(".")[0] for path in self.keys))
        return Change(do=Code(run=self._write, send=properties), when=properties, at_create=True)

    def read(self) -> Code:
        return Code(run=self._read)

    def _write(self, operation: Operation) -> None:
        """Sends what changed; at a creation, what was given."""
        creating = not operation.old
        attributes = [
            {"Key": key, "Value": typed(value, "string")}
            for path, key, value in self._values(operation)
            if (value is not None) and (creating or path.split(".")[0] in operation.changed)
        ]
        if attributes:
            params = {self.argument: operation.id, "Attributes": attributes}
            operation.call(f"modify_{self.kind}_attributes", params)

    def _values(self, operation: Operation) -> Iterator[tuple[str, str, Any]]:
        for path, key in self.keys.items():
            name, _, nested = path.partition(".")
            value = operation.inputs.get(name)
            if value is None and name in operation.old:
                value = zero(operation.shape.properties[name])
            if nested and is_map(value):
                fields: Mapping[str, Any] = value
                # A block that was taken away is switched off, and keeps its other settings.
                value = fields.get(nested, False if nested == "enabled" and name in operation.old else None)
            yield path, key, value

    def _read(self, operation: Operation) -> Mapping[str, Any]:
        answer = getattr(operation.client(), f"describe_{self.kind}_attributes")(
            **{self.argument: operation.id}
        )
        found = {a["Key"]: a["Value"] for a in answer["Attributes"]}
        result: dict[str, Any] = {}
        for path, key in self.keys.items():
            prop = operation.shape.at(path)
            if prop is None or found.get(key) in (None, ""):
                continue
            name, _, nested = path.partition(".")
            value = typed(found[key], prop.type)
            if nested:
                result.setdefault(name, {})[nested] = value
            else:
                result[name] = value
        return result
