"""From what `pulumi config` holds to a model of settings, or to one error with every problem."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pulumi.runtime import config as pulumi_config
from pydantic import ValidationError

from settings.base import Section
from settings.errors import explained, unfit

Model = TypeVar("Model", bound=Section)

_ENCRYPTED = (
    "set as a secret, which no setting is; set it without --secret, or put the value into Secrets Manager "
    "and name it in rails.secrets"
)


def load(model: type[Model], project: str) -> Model:
    """The running stack's settings, those in the project's namespace.

    Raises `pulumi.RunError` with every problem when they don't fit. A value set with `--secret` is refused
    unseen: settings end up in resources and messages as text.
    """
    held = {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()}
    own = {key: value for key, value in held.items() if key.startswith(f"{project}:")}
    secret = sorted(key for key in own if pulumi_config.is_config_secret(key))
    if secret:
        raise unfit((f"{key.removeprefix(f'{project}:')}: {_ENCRYPTED}" for key in secret), project)
    return parse(model, {key.removeprefix(f"{project}:"): value for key, value in own.items()}, project)


def parse(model: type[Model], held: Mapping[str, Any], project: str) -> Model:
    """Settings from config values as the engine passes them: strings, objects as JSON.

    Raises `pulumi.RunError` with every problem when they don't fit.
    """
    try:
        return model.model_validate({key: _decoded(value) for key, value in held.items()})
    except ValidationError as error:
        raise unfit((explained(problem, model) for problem in error.errors()), project) from None


def _decoded(value: object) -> object:
    """The engine hands objects and lists over as JSON, and everything else as text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value
