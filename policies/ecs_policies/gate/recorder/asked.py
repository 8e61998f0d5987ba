"""What the program asks for: the class of an invoke's answer, and the line that asks or makes a resource.

The request that reaches the monitor doesn't tell them all, so the SDK's functions note them on the way, in a
context variable that the request's own task inherits.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import pulumi
import pulumi.runtime

from ecs_policies.gate.recorder.places import Line, Places

# Which of them answer with an Output, which can be unknown; the others answer at once.
_FUNCTIONS: Final = {
    "invoke": False,
    "invoke_async": False,
    "invoke_single": False,
    "invoke_output": True,
    "invoke_output_single": True,
    "call": True,
    "call_single": True,
}
_TYPE: Final = 3  # its place among the parameters of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call: the class that the SDK makes of the answer, the program's line, and the kind of answer."""

    result: type | None = None
    place: Line | None = None
    as_output: bool = False


current: ContextVar[Asked] = ContextVar("asked", default=Asked())  # noqa: B039 (frozen)


def note_calls(places: Places) -> None:
    """From now on, `current` says of each request what was asked, and where."""
    for name, as_output in _FUNCTIONS.items():
        call = getattr(pulumi.runtime, name)
        setattr(pulumi.runtime, name, _noting(call, places, as_output=as_output))
    pulumi.Resource.__init__ = _noting_place(pulumi.Resource.__init__, places)


def _noting(call: Callable[..., Any], places: Places, *, as_output: bool) -> Callable[..., Any]:
    @wraps(call)
    def noting(*args: Any, **options: Any) -> Any:
        result = options.get("typ") or (args[_TYPE] if len(args) > _TYPE else None)
        current.set(Asked(result=result, place=places.now(), as_output=as_output))
        return call(*args, **options)

    return noting


def _noting_place(make: Callable[..., None], places: Places) -> Callable[..., None]:
    @wraps(make)
    def noting(*args: Any, **options: Any) -> None:
        current.set(Asked(place=places.constructing()))
        make(*args, **options)

    return noting
