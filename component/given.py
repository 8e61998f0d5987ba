"""What a program elsewhere gives the component: checked whole, before anything is registered."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import pulumi
from pulumi.runtime.sync_await import _sync_await  # pyright: ignore[reportPrivateUsage]
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from component.args import WebServiceArgs
from settings import Settings
from settings.errors import explained

_UNKNOWN = (
    "isn't known until what it comes from is created, and then no policy could judge the task at a preview; "
    "take it from what stands already, such as the output of another stack"
)
_UNSEEN = (
    "is a secret, which no setting is; give it as it is, or put its value into Secrets Manager and name that "
    "in rails.secrets"
)


class UnfitArgsError(ValueError):
    """Every problem of the args, a line each: which, its value, and what would be right."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("\n".join(problems))


def settings_of(args: WebServiceArgs) -> Settings:
    """The settings that the args are. Raises `UnfitArgsError` when they don't fit."""
    try:
        return Settings.model_validate(plain(args))
    except ValidationError as error:
        raise UnfitArgsError(_told(it) for it in error.errors()) from None


def plain(args: Mapping[str, Any]) -> dict[str, Any]:
    """The args without outputs: what is known of them, at any depth.

    Raises `UnfitArgsError` for what isn't known yet (docs/decisions/0003), and for a secret, unseen.
    """
    problems: list[str] = []
    values = {name: _plain(it, name, problems) for name, it in args.items()}
    if problems:
        raise UnfitArgsError(problems)
    return values


def _plain(value: Any, path: str, problems: list[str]) -> Any:
    if isinstance(value, pulumi.Output):
        output = cast("pulumi.Output[Any]", value)
        # The SDK's own way to wait, as its look-ups do; a component is built synchronously.
        if _sync_await(output.is_secret()):
            problems.append(f"{path}: {_UNSEEN}")
        elif not _sync_await(output.is_known()):
            problems.append(f"{path}: {_UNKNOWN}")
        else:
            return _plain(_sync_await(output.future()), path, problems)
        return None
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {key: _plain(it, f"{path}.{key}", problems) for key, it in items}
    if isinstance(value, list | tuple):
        elements = cast("Sequence[Any]", value)
        return [_plain(it, f"{path}[{index}]", problems) for index, it in enumerate(elements)]
    return value


def _told(problem: ErrorDetails) -> str:
    if problem["type"] == "missing":
        return f"{'.'.join(map(str, problem['loc']))}: required"
    return explained(problem, Settings)
