"""Cases about the web application: spoilt in one way, on its first preview and when it stands."""

from collections.abc import Callable, Iterable
from typing import Any

from ecs_policies.model import Resource

from tests.policies.cases.case import Case
from tests.policies.stacks import Web


def on_web(
    rule: str, says: str, spoil: Callable[[Web], Iterable[Resource]], **expected: Any
) -> tuple[Case, ...]:
    """Two cases that expect the same: references unknown, and known. `spoil` gives resources to add, or to
    put in the place of those with their name."""
    return tuple(
        Case(
            rule=rule,
            says=f"{says}, {when}",
            stack=web.stack(*spoil(web)).resources,
            **expected,
        )
        for web, when in ((Web(), "on the first preview"), (Web(deployed=True), "when it stands"))
    )
