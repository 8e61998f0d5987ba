"""Recordings written by hand, and finding one's way in a picture."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecs_policies.gate.recording import Recorded, Recording

from diagram.composition import picture_of
from diagram.picture import Box

Given = Mapping[str, Any]


def made(
    kind: str, name: str, inputs: Given | None = None, **references: Recorded | Sequence[Recorded]
) -> Recorded:
    """A resource: `inputs` as the program gives them, `references` what else it is given, by property."""
    named = {key: [it] if isinstance(it, Recorded) else it for key, it in references.items()}
    ids = {
        key: it[0].identity[0] if isinstance(references[key], Recorded) else [one.identity[0] for one in it]
        for key, it in named.items()
    }
    return Recorded(
        type=kind,
        urn=f"urn:pulumi:dev::shop::{kind}::{name}",
        name=name,
        custom=True,
        inputs={**ids, **(inputs or {})},
        property_dependencies={key: tuple(one.urn for one in it) for key, it in named.items()},
        identity=(f"id-of-{kind.rpartition(':')[2]}-{name}",),
    )


def component(name: str) -> Recorded:
    kind = "shop:index:Part"
    return Recorded(
        type=kind, urn=f"urn:pulumi:dev::shop::{kind}::{name}", name=name, custom=False, inputs={}
    )


def recording(*resources: Recorded) -> Recording:
    return Recording(project="shop", stack="dev", resources=resources)


def picture(*resources: Recorded) -> Box:
    return picture_of(recording(*resources))


def boxes(box: Box) -> Iterator[Box]:
    """A box and all inside, outer ones first."""
    yield box
    for it in box.inside:
        yield from boxes(it)


def titled(box: Box, label: str) -> Box:
    """The only box with that label."""
    found = [it for it in boxes(box) if it.label == label]
    assert len(found) == 1, sorted(it.label for it in boxes(box))
    return found[0]


def rows(box: Box, title: str) -> dict[str, str]:
    """The lines of the card with that title; those of one label in turn."""
    card = titled(box, title).card
    assert card is not None
    told: dict[str, list[str]] = {}
    for row in card.rows:
        told.setdefault(row.label, []).append(row.value)
    return {label: "; ".join(values) for label, values in told.items()}


def arrows(box: Box) -> list[tuple[str, str, str]]:
    """Each arrow by the names of what it joins, and its label."""
    return [
        (_name(arrow.source), _name(arrow.target), arrow.label) for it in boxes(box) for arrow in it.arrows
    ]


def _name(end: tuple[str, ...]) -> str:
    kind, _, name = end[-1].rpartition("::")
    return f"{kind.rpartition(':')[2]} {name}" if kind else name


def task_definition(*containers: Given, name: str = "web", **inputs: Any) -> Recorded:
    return made(
        "aws:ecs/taskDefinition:TaskDefinition",
        name,
        {
            "family": name,
            "cpu": "512",
            "memory": "1024",
            "containerDefinitions": json.dumps(containers),
            **inputs,
        },
    )
