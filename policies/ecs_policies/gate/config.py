"""A stack's config as the engine hands it to the program: texts, with JSON for what has parts.

Pulumi documentation: "Project file reference" and "Configuration". No secret is needed: a marked value of the
declared type stands for each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

from ecs_policies.gate.project import Project, ProjectError, full_key, member, members, read, value

_STANDS_FOR_SECRET: Final = {"integer": "1", "number": "1", "boolean": "false", "array": "[]", "object": "{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackConfig:
    """Values by full key (`project:key`), the secret keys, and ESC environments, whose values are missing."""

    values: Mapping[str, str]
    secret_keys: tuple[str, ...]
    environments: tuple[str, ...] = ()

    @classmethod
    def load(cls, project: Project, stack: str) -> StackConfig:
        """The config of a stack, over the project's own. Raises `ProjectError`, also for a missing value."""
        content = members(read(project.stack_file(stack)))
        given = {full_key(key, project.name): it for key, it in members(content.get("config")).items()}
        environments = tuple(_environments(content.get("environment")))
        values: dict[str, str] = {}
        secret: set[str] = set()
        for key, declaration in project.declared.items():
            default = given.get(key, _default(declaration))
            if default is None and environments:
                continue  # which may well set it
            if default is None:
                raise ProjectError(
                    f"Pulumi.yaml declares {key} without a default, and Pulumi.{stack}.yaml doesn't set it: "
                    f"`pulumi config set {key} VALUE --stack {stack}`"
                )
            given[key] = default
        for key, node in given.items():
            declared = members(project.declared.get(key))
            values[key] = _text(key, node, _word(declared.get("type")))
            if _has_secret(node) or _word(declared.get("secret")) == "true":
                secret.add(key)
        return cls(values=values, secret_keys=tuple(sorted(secret)), environments=environments)


def marked_secret(key: str) -> str:
    """What stands for a secret text."""
    return f"placeholder-for-the-secret-{key.replace(':', '-')}"


def _default(declaration: yaml.Node) -> yaml.Node | None:
    """A declared key's own value; a plain value instead of a declaration is one."""
    said = members(declaration)
    if not said.keys() & {"type", "default", "value", "description", "secret", "items"}:
        return declaration
    return said.get("value", said.get("default"))


def _text(key: str, node: yaml.Node, declared: str) -> str:
    if _is_secret(node):
        return _STANDS_FOR_SECRET.get(declared, marked_secret(key))
    if isinstance(node, yaml.ScalarNode):
        # The engine keeps the spelling (007, 1e3, yes), which a YAML loader would interpret.
        return "" if node.tag.endswith(":null") else cast(str, node.value)
    return json.dumps(
        _value(key, node), separators=(",", ":"), sort_keys=True, ensure_ascii=False, default=str
    )


def _value(key: str, node: yaml.Node) -> Any:
    if _is_secret(node):
        return marked_secret(key)
    if isinstance(node, yaml.MappingNode):
        return {name: _value(f"{key}.{name}", it) for name, it in members(node).items()}
    if isinstance(node, yaml.SequenceNode):
        return [_value(f"{key}[{index}]", it) for index, it in enumerate(cast(Any, node).value)]
    return value(node)


def _is_secret(node: yaml.Node | None) -> bool:
    return members(node).keys() == {"secure"}


def _has_secret(node: yaml.Node) -> bool:
    if isinstance(node, yaml.SequenceNode):
        return any(map(_has_secret, cast(Any, node).value))
    return _is_secret(node) or any(map(_has_secret, members(node).values()))


def _environments(node: yaml.Node | None) -> Iterator[str]:
    content = value(node)
    named = member(content, "imports") or content
    for it in cast("list[Any]", named if isinstance(named, list) else []):
        yield next(iter(cast("dict[str, Any]", it))) if isinstance(it, dict) else str(it)


def _word(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
