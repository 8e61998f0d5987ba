"""How a patch changes moto: one function put in the place of another.

A patch that no longer finds what it replaces fails at once, so that a new moto can't lose one in silence.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def wrap(owner: Any, name: str | None = None) -> Callable[[Function], Function]:
    """Puts the function in the place of `owner.name` (by default its own name), given the original first."""

    def put(function: Function) -> Function:
        target = name or function.__name__
        original = getattr(owner, target)

        @functools.wraps(original)
        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            return function(original, *arguments, **keywords)

        setattr(owner, target, wrapper)
        return function

    return put


def replace(owner: Any, name: str | None = None) -> Callable[[Function], Function]:
    """Puts the function in the place of `owner.name` (by default its own name)."""

    def put(function: Function) -> Function:
        target = name or function.__name__
        if not hasattr(owner, target):
            raise AttributeError(f"{owner!r} has no {target} to replace; add it instead")
        setattr(owner, target, function)
        return function

    return put


def add(owner: Any, name: str | None = None) -> Callable[[Function], Function]:
    """Gives `owner` a function that it lacks."""

    def put(function: Function) -> Function:
        target = name or function.__name__
        if hasattr(owner, target):
            raise AttributeError(f"{owner!r} has {target} by now; drop the patch or replace it")
        setattr(owner, target, function)
        return function

    return put
