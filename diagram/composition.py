"""Puts a stack's cards into one picture.

On the left the way of a request, from the internet to the containers of a task. On the right what it stands
on: the network by zones, roles, logs and the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ecs_policies import kinds
from ecs_policies.gate.recording import Recording
from ecs_policies.gate.registered import stack_of
from ecs_policies.model import Resource, Stack
from ecs_policies.reading import services
from ecs_policies.reading.load_balancing import actions_of, is_public
from ecs_policies.reading.references import resolve
from ecs_policies.reading.tasks import Tasks
from ecs_policies.reading.values import text

from diagram.cards import cards_of
from diagram.picture import Arrow, Box, Card, Look, card_box, stack_of_boxes
from diagram.running import containers_of, starts

INTERNET: Final = "internet"
_WAY: Final = (kinds.LOAD_BALANCER, kinds.LISTENER, kinds.LISTENER_RULE, kinds.TARGET_GROUP)
_ON_THE_LEFT: Final = (*_WAY, kinds.CLUSTER, kinds.SERVICE, kinds.TASK_DEFINITION)
_BESIDE: Final = (kinds.ROLE, kinds.TOPIC, kinds.WEB_ACL, kinds.LOG_GROUP, kinds.BUCKET)
"""What stands below the network, in this order; whatever is of no such kind comes last."""


def picture_of(recording: Recording) -> Box:
    """The picture of what a program registered for a stack."""
    stack = stack_of(recording)
    drawn = {it.urn for it in recording.resources if it.custom and not it.type.startswith("pulumi:")}
    cards = cards_of(stack, [it for it in stack.resources if it.urn in drawn])
    columns = [_left(stack, cards), _right(stack, cards)]
    inside = tuple(it for it in columns if it.inside)
    return Box(key="", look=Look.BARE, inside=inside, columns=len(inside) or 1)


def _left(stack: Stack, cards: Mapping[str, Card]) -> Box:
    clusters = tuple(_clusters(stack, cards))
    lonely = [it for it in stack.of_type(kinds.TASK_DEFINITION) if not stack.once(Tasks).services(it)]
    inside = (
        *(card_box(it.urn, cards[it.urn]) for it in stack.of_type(*_WAY)),
        *clusters,
        *(_task(stack, it, cards) for it in lonely),
    )
    arrows = (*_requests(stack), *_to_services(stack, clusters))
    if any(it.source == (INTERNET,) for it in arrows):
        inside = (Box(key=INTERNET, look=Look.CLOUD, label="Internet"), *inside)
    return Box(key="requests", look=Look.BARE, inside=inside, arrows=arrows)


def _requests(stack: Stack) -> Iterator[Arrow]:
    for it in stack.of_type(kinds.LOAD_BALANCER):
        if is_public(it):
            yield Arrow(source=(INTERNET,), target=(it.urn,))
    for name, kind, owner in (
        ("loadBalancerArn", kinds.LISTENER, kinds.LOAD_BALANCER),
        ("listenerArn", kinds.LISTENER_RULE, kinds.LISTENER),
    ):
        for it in stack.of_type(kind):
            for source in resolve(stack, it, name, (owner,)).found:
                yield Arrow(source=(source.urn,), target=(it.urn,))
    for it in stack.of_type(kinds.LISTENER, kinds.LISTENER_RULE):
        groups = it.property_dependencies.get(actions_of(it), ())
        for group in sorted(groups):
            if (found := stack.by_urn(group)) and found.kind == kinds.TARGET_GROUP:
                yield Arrow(source=(it.urn,), target=(group,))


def _to_services(stack: Stack, clusters: Sequence[Box]) -> Iterator[Arrow]:
    places = {box.key: (cluster.key, box.key) for cluster in clusters for box in cluster.inside}
    for service in stack.of_type(kinds.SERVICE):
        for group in services.target_groups(stack, service).found:
            yield Arrow(source=(group.urn,), target=places[service.urn])


def _clusters(stack: Stack, cards: Mapping[str, Card]) -> Iterator[Box]:
    """Each cluster with its services, and one for the services of a cluster that is of another stack."""
    members: dict[str, list[Box]] = {it.urn: [] for it in stack.of_type(kinds.CLUSTER)}
    for service in stack.of_type(kinds.SERVICE):
        found = resolve(stack, service, "cluster", (kinds.CLUSTER,)).found
        members.setdefault(found[0].urn if found else "cluster", []).append(_service(stack, service, cards))
    for key, boxes in members.items():
        card = cards.get(key)
        facts = [f"{row.label} {row.value}" for row in card.rows] if card else []
        label = ", ".join((card.title, *facts)) if card else "another stack's cluster"
        yield Box(key=key, look=Look.FRAME, label=label, card=card, inside=tuple(boxes))


def _service(stack: Stack, it: Resource, cards: Mapping[str, Card]) -> Box:
    tasks = (_task(stack, one, cards) for one in stack.once(Tasks).definition(it).found)
    return stack_of_boxes(it.urn, (card_box("card", cards[it.urn]), *tasks))


def _task(stack: Stack, it: Resource, cards: Mapping[str, Card]) -> Box:
    routed = {
        name: f"target group {group.name}"
        for service in stack.once(Tasks).services(it)
        for group in services.target_groups(stack, service).found[:1]
        for name in services.routed_containers(service)
    }
    containers = containers_of(stack, it, routed)
    inside = tuple(card_box(name, card) for name, card in containers.items())
    arrows = tuple(
        Arrow(source=(before,), target=(after,), label=until)
        for before, after, until in starts(it)
        if {before, after} <= containers.keys()
    )
    together = Box(key="containers", look=Look.BARE, inside=inside, arrows=arrows)
    return stack_of_boxes(it.urn, (card_box("card", cards[it.urn]), together))


def _right(stack: Stack, cards: Mapping[str, Card]) -> Box:
    networks = [_network(stack, it, cards) for it in stack.of_type(kinds.VPC)]
    placed = {urn for urn in cards if (it := stack.by_urn(urn)) and it.kind in _ON_THE_LEFT}
    placed |= {urn for box in networks for urn in box.tells}
    known = [it.urn for it in stack.of_type(*_BESIDE) if it.urn in cards.keys() - placed]
    others = sorted(cards.keys() - placed - set(known))
    inside = (*networks, *(card_box(it, cards[it]) for it in (*known, *others)))
    return Box(key="beside", look=Look.BARE, inside=inside, columns=1)


def _network(stack: Stack, vpc: Resource, cards: Mapping[str, Card]) -> Box:
    zones: dict[str, list[Box]] = {}
    for it in stack.of_type(kinds.SUBNET):
        if vpc in resolve(stack, it, "vpcId", (kinds.VPC,)).found:
            zone = text(it.properties.get("availabilityZone")) or "a zone that AWS chooses"
            zones.setdefault(zone, []).append(card_box(it.urn, cards[it.urn]))
    frames = (
        # The public one first.
        stack_of_boxes(
            zone, tuple(sorted(boxes, key=lambda box: box.label, reverse=True)), label=zone, columns=2
        )
        for zone, boxes in sorted(zones.items())
    )
    return stack_of_boxes(vpc.urn, (card_box("card", cards[vpc.urn]), *frames))
