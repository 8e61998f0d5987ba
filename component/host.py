"""Pulumi's own host of components, less what it does to a mistake: drop it, or show a traceback of it."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult
from pulumi.provider.experimental.analyzer import ComponentDefinition, PropertyDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from component.given import UnfitArgsError, plain
from component.web_service import WebService
from components.containers.model import InvalidTaskError
from components.errors import InvalidSettingError

NAME = "web-application"
_PROJECT = Path(__file__).with_name("pyproject.toml")


class Host(ComponentProvider):
    """What `component_provider_host` serves, but for how args become a component's and errors the engine's.

    docs/decisions/0020 says what the SDK's own way would do.
    """

    def __init__(self) -> None:
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
        super().__init__([WebService], NAME, version=project["version"])

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Builds a component. Raises `InputPropertiesError` with all that its reader can mend, which the
        engine shows as it is."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except (ComponentInitError, UnfitArgsError) as error:
            told = _told(error.inner if isinstance(error, ComponentInitError) else error)
            if told is None:
                raise
            # With None for the list the SDK can't send the error.
            raise InputPropertiesError(self._spelt(told), []) from None

    def map_inputs(self, inputs: pulumi.Inputs, component_def: ComponentDefinition) -> pulumi.Inputs:
        """The args with the settings' names. What isn't in the schema stays, for the settings to refuse."""
        return self._named(plain(inputs), component_def.inputs, component_def.inputs_mapping)

    def _named(
        self, values: Mapping[str, Any], kinds: Mapping[str, PropertyDefinition], names: Mapping[str, str]
    ) -> dict[str, Any]:
        return {
            names.get(key, key): self._value(it, kinds[key]) if key in kinds else it
            for key, it in values.items()
        }

    def _value(self, value: Any, kind: PropertyDefinition) -> Any:
        if isinstance(value, Mapping):
            values = cast("Mapping[str, Any]", value)
            if kind.ref and (section := self.get_type_definition(kind)):
                return self._named(values, section.properties, section.properties_mapping)
            if each := kind.additional_properties:
                return {key: self._value(it, each) for key, it in values.items()}
        if isinstance(value, list) and (each := kind.items):
            return [self._value(it, each) for it in cast("list[Any]", value)]
        return cast("Any", value)

    def _spelt(self, text: str) -> str:
        """The text with the settings as the schema spells them, which is how other languages know them."""
        mappings = [it.properties_mapping for it in self._type_defs.values()]
        mappings += [it.inputs_mapping for it in self._component_defs.values()]
        spelling = {ours: theirs for mapping in mappings for theirs, ours in mapping.items()}
        return re.sub(r"\b[a-z]+(_[a-z]+)+\b", lambda found: spelling.get(found[0], found[0]), text)


def _told(error: Exception) -> str | None:
    """What to tell of an error that its reader can mend; None of any other."""
    if isinstance(error, UnfitArgsError | InvalidSettingError | InvalidTaskError):
        return "\n".join(["its inputs don't fit:", *(f"  {line}" for line in str(error).splitlines())])
    # The SDK tells a failed look-up (no credentials, no permission) as a bare Exception that begins so.
    if isinstance(error, pulumi.RunError) or str(error).startswith("invoke of "):
        return str(error)
    return None
