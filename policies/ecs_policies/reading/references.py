"""Following a property to the resources of the stack that it names."""

from collections.abc import Iterable
from dataclasses import dataclass

from ecs_policies.model import Resource, Stack, Unknown, Value
from ecs_policies.reading.values import items, text


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What a property names.

    `found`: resources of the stack. `outside`: ids or ARNs, known, that no resource of the stack has.
    `lost`: a part that is unknown, or no text, and whose origin in the stack can't be found either.
    """

    found: tuple[Resource, ...] = ()
    outside: tuple[str, ...] = ()
    lost: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """What is named, comparable between references: URNs of what was found, ids of the rest."""
        return frozenset((*(it.urn for it in self.found), *self.outside))


def resolve(
    stack: Stack, owner: Resource, name: str, types: tuple[str, ...], value: Value = None
) -> References:
    """The resources of `types` that the owner's property `name` refers to.

    A known value is compared with ids, ARNs and names. Where it's unknown, as on the preview of a stack that
    doesn't exist yet, the resources that the property was made from are taken, all if there are several; what
    of them no unknown part stands for is taken for known values that no resource is named by.
    `value` is the part of the property to read, by default the whole of it.
    """
    parts = items(owner.properties.get(name) if value is None else value)
    found: dict[str, Resource] = {}
    outside: list[str] = []
    unknown = 0
    lost = False
    for part in parts:
        known = text(part)
        matching = stack.named(known, types) if known is not None else []
        found.update((it.urn, it) for it in matching)
        unknown += isinstance(part, Unknown)
        lost = lost or not isinstance(part, (str, Unknown))
        if known is not None and not matching:
            outside.append(known)
    if unknown or outside:
        origins = _origins(stack, owner, name, types)
        unnamed = [it for it in origins if it.urn not in found]
        found.update((it.urn, it) for it in unnamed)
        outside = outside[max(0, len(unnamed) - unknown) :]
        lost = lost or (unknown > 0 and not origins)
    return References(found=tuple(found.values()), outside=tuple(outside), lost=lost)


def _origins(stack: Stack, owner: Resource, name: str, types: Iterable[str]) -> list[Resource]:
    origins = (stack.by_urn(urn) for urn in owner.property_dependencies.get(name, ()))
    return [it for it in origins if it is not None and it.kind in types]
