"""A card of each resource that stands for itself; any other is on the card of what it refers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from ecs_policies import kinds
from ecs_policies.model import Resource, Stack

from diagram import beside, network, running, traffic
from diagram.picture import Card, Part, Row
from diagram.wording import kind_in_words, listed, several

Facts: TypeAlias = Callable[[Stack, Resource], Iterator[Row]]

_PARTS: Final[Mapping[Part, Mapping[str, Facts]]] = {
    Part.TRAFFIC: traffic.FACTS,
    Part.RUNNING: running.FACTS,
    Part.NETWORK: network.FACTS,
    Part.BESIDE: beside.FACTS,
}
_FACTS: Final = {kind: (part, facts) for part, its in _PARTS.items() for kind, facts in its.items()}
"""What is told of a resource, by its kind."""

_OF: Final = {
    kinds.INGRESS_RULE: "securityGroupId",
    kinds.EGRESS_RULE: "securityGroupId",
    kinds.ROUTE: "routeTableId",
}
"""The property that names what a companion belongs to, where it isn't the first in the alphabet."""


def cards_of(stack: Stack, resources: Sequence[Resource]) -> dict[str, Card]:
    """The cards by their resource's URN. `resources` are those to draw, so no components or providers."""
    made = {it.urn: _card(stack, it) for it in resources if it.kind in _FACTS}
    homes = {urn: home for home, card in made.items() for urn in sorted(card.tells)}
    # A resource's own card comes before another's that tells of it.
    homes.update({urn: urn for urn in made})
    rest = [it for it in resources if it.urn not in homes]
    companions: dict[str, list[Resource]] = {}
    while found := [(it, home) for it in rest if (home := _home(it, homes))]:
        for it, home in found:
            homes[it.urn] = home
            companions.setdefault(home, []).append(it)
        rest = [it for it in rest if it.urn not in homes]
    made.update({it.urn: _card(stack, it) for it in rest})
    return {urn: _with(stack.by_urn(urn), card, companions.get(urn, ())) for urn, card in made.items()}


def _card(stack: Stack, it: Resource) -> Card:
    part, facts = _FACTS.get(it.kind, (Part.BESIDE, _nothing))
    rows = tuple(facts(stack, it))
    told = (urn for row in rows for urn in row.tells)
    return Card(title=_title(stack, it), part=part, rows=rows, tells=frozenset((it.urn, *told)))


def _nothing(_: Stack, it: Resource) -> Iterator[Row]:  # noqa: ARG001 (as the others take it)
    """Of a kind that nothing here knows, its name says all there is."""
    yield from ()


def _title(stack: Stack, it: Resource) -> str:
    if it.kind == kinds.LISTENER:
        return traffic.listener_title(it)
    if it.kind == kinds.SUBNET:
        return network.subnet_title(stack, it)
    words = {kinds.TASK_DEFINITION: "task", kinds.LISTENER_RULE: "rule", kinds.WEB_ACL: "firewall"}
    return f"{words.get(it.kind) or kind_in_words(it)} {it.name}"


def _home(it: Resource, homes: Mapping[str, str]) -> str | None:
    """The card of the first resource that it refers to and that is on one."""
    first = _OF.get(it.kind)
    properties = sorted(it.property_dependencies, key=lambda name: (name != first, name))
    referred = (urn for name in properties for urn in sorted(it.property_dependencies[name]))
    return next((homes[urn] for urn in referred if urn in homes), None)


def _with(owner: Resource | None, card: Card, companions: Sequence[Resource]) -> Card:
    if owner is None or not companions:
        return card
    kind = f"{kind_in_words(owner)} "
    counts = Counter(kind_in_words(it).removeprefix(kind) for it in companions)
    words = (several(count, word) if count > 1 else word for word, count in sorted(counts.items()))
    row = Row(label="with", value=listed(words), tells=tuple(it.urn for it in companions))
    return replace(card, rows=(*card.rows, row), tells=card.tells.union(row.tells))
