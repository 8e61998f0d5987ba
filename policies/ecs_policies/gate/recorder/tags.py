"""The AWS provider's default tags on a resource: what a rule would read, and what the program reads back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ecs_policies.gate.recorder.plain import is_secret, opened, secret


def with_default_tags(inputs: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with the default tags among their `tags`; a resource's own win, unknown ones stay so."""
    own = inputs.get("tags")
    if not default or not isinstance(opened(own) or {}, Mapping):
        return dict(inputs)
    merged = {**default, **cast("Mapping[str, Any]", opened(own) or {})}
    return {**inputs, "tags": secret(merged) if is_secret(own) else merged}
