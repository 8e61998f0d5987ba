"""What the sections of a stack's settings have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _is_a_retention(days: int) -> int:
    if days not in _RETENTIONS:
        nearest = min(_RETENTIONS, key=lambda offered: abs(offered - days))
        raise ValueError(f"isn't a number of days that CloudWatch Logs offers; the nearest is {nearest}")
    return days


def _are_words(command: object) -> object:
    if isinstance(command, str):
        words = ", ".join(command.split())
        raise ValueError(f"is one text, and no shell parts it; write its words as a list: [{words}]")
    return command


Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_are_words)]
"""A command, word by word."""

Retention = Annotated[int, AfterValidator(_is_a_retention)]
"""Days that a log group keeps its events (Amazon CloudWatch Logs API Reference: PutRetentionPolicy)."""

Percent = Annotated[int, Field(ge=1, le=100)]
SecretName = Annotated[str, Field(pattern=r"^[\w/+=.@-]+(#[\w.-]+)?$", max_length=512)]
"""A secret's name in Secrets Manager, optionally with `#key` for one key of its JSON."""


class Section(BaseModel):
    """A part of the settings; a key that it doesn't have is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
