"""The pack's config: which level each rule has and which options, in the file that pulumi takes too.

`--policy-pack-config FILE` of the Pulumi command line and of the gate read the same JSON: a rule's id to its
level, or to an object with `enforcementLevel` and the rule's options; "all" stands for every rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

from ecs_policies.model import Level, Options, Rule

_TEXTS: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}

OPTIONS_SCHEMA: Mapping[str, Mapping[str, Any]] = {
    "outside_roles": {
        **_TEXTS,
        "default": [],
        "description": "ARNs of roles that no resource of the stack creates and that are judged elsewhere.",
    },
    "extra_repositories": {
        **_TEXTS,
        "default": [],
        "description": "ARNs of ECR repositories that an execution role may pull besides its tasks' images.",
    },
    "pulling_roles": {
        **_TEXTS,
        "default": [],
        "description": "Names of further roles that may pull images.",
    },
    "allowed_registries": {
        **_TEXTS,
        "default": sorted(Options().allowed_registries),
        "description": "Hosts of the registries that images may come from; * is any text between two dots.",
    },
    "public_ports": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0, "maximum": 65535},
        "default": sorted(Options().public_ports),
        "description": "Ports that a load balancer may open to the whole internet.",
    },
    "required_tags": {
        **_TEXTS,
        "default": [],
        "description": "Keys of the tags that every resource that takes tags has to have.",
    },
    "boundary_arn": {
        "type": "string",
        "default": "",
        "description": "ARN of the permissions boundary that every role has to have; empty: any or none.",
    },
    "maximum_retention_days": {
        "type": "integer",
        "minimum": 1,
        "default": Options().maximum_retention_days,
        "description": "Days that logs may be kept at most.",
    },
    "customer_keys": {
        "type": "array",
        "items": {"type": "string", "enum": ["ecr", "logs", "secrets", "sns"]},
        "default": sorted(Options().customer_keys),
        "description": "Services whose data has to be under a KMS key of the customer's.",
    },
}

_LEVELS = {"disabled": Level.DISABLED, "advisory": Level.ADVISORY, "mandatory": Level.MANDATORY}
# A fix of the pack's own isn't offered, so pulumi's third level asks for no more than the second.
_LEVELS["remediate"] = Level.MANDATORY
_LEVEL_KEY = "enforcementLevel"


class ConfigError(ValueError):
    """A config that doesn't fit; says which key, its value and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The levels and options that a config sets; an empty one leaves each rule as it is."""

    levels: Mapping[str, Level] = field(default_factory=dict[str, Level])
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def level(self, rule: Rule) -> Level:
        """The level of a rule's findings."""
        return self.levels.get(rule.id) or self.levels.get("all") or rule.level

    def of(self, rule: Rule) -> Options:
        """The options that a rule is judged with."""
        return options_of({**self.options.get("all", {}), **self.options.get(rule.id, {})}, rule)


def options_of(given: Mapping[str, Any], rule: Rule) -> Options:
    """A rule's options from what its config sets; keys that it doesn't read are passed over."""
    defaults = Options()
    values = {it: given[it] for it in rule.options if given.get(it) is not None}
    # Numbers come as floats over the engine's protocol.
    return Options(**{name: _typed(value, getattr(defaults, name), name) for name, value in values.items()})


def _typed(value: Any, default: object, name: str) -> Any:
    if isinstance(default, frozenset):
        whole = OPTIONS_SCHEMA[name]["items"]["type"] == "integer"
        return frozenset(int(it) if whole else str(it) for it in cast("Iterable[Any]", value))
    return str(value) if isinstance(default, str) else int(value)


def schema(rules: Iterable[Rule]) -> dict[str, Any]:
    """The JSON Schema of a config file for these rules."""
    level = {"type": "string", "enum": sorted(_LEVELS)}

    def entry(options: Iterable[str]) -> dict[str, Any]:
        properties = {_LEVEL_KEY: level, **{it: dict(OPTIONS_SCHEMA[it]) for it in options}}
        return {"anyOf": [level, {"type": "object", "properties": properties, "additionalProperties": False}]}

    by_rule = {it.id: {**entry(it.options), "description": it.title} for it in rules}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Config of the policy pack ecs-policies",
        "type": "object",
        "properties": {"all": entry(()), **by_rule},
        "additionalProperties": False,
    }


def parse(content: Any, rules: Iterable[Rule]) -> Config:
    """A config file's content. Raises `ConfigError` for what isn't in the schema."""
    rules = tuple(rules)
    if content in (None, {}):
        return Config()
    _check(content, rules)
    levels: dict[str, Level] = {}
    options: dict[str, Mapping[str, Any]] = {}
    for key, value in content.items():
        settings = {_LEVEL_KEY: value} if isinstance(value, str) else dict(value)
        if level := settings.pop(_LEVEL_KEY, None):
            levels[key] = _LEVELS[level]
        options[key] = settings
    return Config(levels=levels, options=options)


def _check(content: Any, rules: tuple[Rule, ...]) -> None:
    # Their import takes a tenth of a second, which a pack without a config file doesn't owe.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match  # pyright: ignore[reportUnknownVariableType]

    if not isinstance(content, dict):
        raise ConfigError("the config isn't an object; map a rule's id to its level or its options")
    known = [it.id for it in rules]
    for key in cast("dict[str, Any]", content):
        if key != "all" and key not in known:
            close = get_close_matches(key, known, n=1)
            raise ConfigError(
                f"{key}: no such rule; {f'did you mean {close[0]}?' if close else 'see docs/policies.md'}"
            )
    errors: Iterable[Any] = Draft202012Validator(schema(rules)).iter_errors(cast(Any, content))  # pyright: ignore[reportUnknownMemberType]
    error = cast(Any, best_match(errors))
    if error:
        path = ".".join(str(it) for it in error.absolute_path)
        raise ConfigError(f"{path}: {error.message}")
