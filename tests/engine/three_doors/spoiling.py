"""Ways to change what this repository's program registers, from outside of it.

A throw-away program (`programs`) makes its mistakes, runs the program, and adds what they add to it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pulumi

Properties: TypeAlias = Mapping[str, Any]
Make: TypeAlias = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """How it's made, and the finding that it leads to: a rule, a resource's logical name, a property's path.

    What else it leads to is for the doors to agree on.
    """

    make: Make
    found: tuple[str, str, str]


_added: list[Make] = []
_registered: dict[tuple[str, str], Any] = {}


def watch() -> None:
    """Keeps what the program registers from here on, for `the`."""

    def keep(args: pulumi.ResourceTransformationArgs) -> None:
        _registered[args.type_, args.name] = args.resource

    pulumi.runtime.register_stack_transformation(keep)


def the(type_: str, name: str) -> Any:
    """The program's own resource, once it's registered."""
    return _registered[type_, name]


def finish() -> None:
    """Registers what mistakes add."""
    for make in _added:
        make()


def change(type_: str, name: str, **arguments: Any) -> Make:
    """Sets arguments of a resource of the program; a function gets all that the program gave it."""

    def changed(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if (args.type_, args.name) != (type_, name):
            return None
        given: Properties = args.props
        new = {key: it(given) if callable(it) else it for key, it in arguments.items()}
        return pulumi.ResourceTransformationResult({**given, **new}, args.opts)

    return lambda: pulumi.runtime.register_stack_transformation(changed)


def add(make: Make) -> Make:
    """Registers more, once the program has registered all of its own."""
    return lambda: _added.append(make)


def document(*statements: Properties) -> str:
    """A policy document; each statement allows unless it says otherwise."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **it} for it in statements]}
    )


def containers(**settings: Properties | Callable[[Any], Properties]) -> Callable[[Properties], str]:
    """The task's containers with settings changed, by name; a setting of None is left out."""

    def changed(given: Properties) -> str:
        found: list[dict[str, Any]] = json.loads(given["container_definitions"])
        for container in found:
            new = settings.get(container["name"], {})
            container.update(new(container) if callable(new) else new)
        return json.dumps([{key: it for key, it in each.items() if it is not None} for each in found])

    return changed


def statement(sid: str, **changes: Any) -> Callable[[Properties], str]:
    """The document of a policy with one statement changed, by its Sid."""

    def changed(given: Properties) -> str:
        content: dict[str, Any] = json.loads(given["policy"])
        for it in content["Statement"]:
            it.update(changes if it["Sid"] == sid else {})
        return json.dumps(content)

    return changed
