"""What a picture is made of, before anybody has laid it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Part(Enum):
    """What a card is part of, which gives it its colour."""

    TRAFFIC = "traffic"
    RUNNING = "running"
    NETWORK = "network"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a card. `tells` are the URNs of the resources that it tells of."""

    label: str
    value: str
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A resource, or a container of a task: what it is, and what is worth knowing of it.

    `tells` are the URNs of the resources that are on it, its own among them.
    """

    title: str
    part: Part
    rows: tuple[Row, ...] = ()
    tells: frozenset[str] = frozenset()


class Look(Enum):
    """How a box is drawn."""

    CARD = "card"
    FRAME = "frame"
    BARE = "bare"
    """Not at all: it only keeps what is inside together."""
    CLOUD = "cloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """From one box to another: each by its keys, from the box that the arrow is in inward."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box with others inside. `key` tells it from its neighbours.

    What is inside stands in `columns` columns; without a number, where its arrows lead.
    """

    key: str
    look: Look
    label: str = ""
    card: Card | None = None
    inside: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = field(default=())
    columns: int | None = None

    @property
    def tells(self) -> frozenset[str]:
        """The URNs of the resources that are in it."""
        own = self.card.tells if self.card else frozenset[str]()
        return own.union(*(it.tells for it in self.inside))


def card_box(key: str, card: Card) -> Box:
    """A box that is one card."""
    return Box(key=key, look=Look.CARD, label=card.title, card=card)


def stack_of_boxes(key: str, boxes: tuple[Box, ...], *, label: str = "", columns: int = 1) -> Box:
    """A frame with boxes one below the other, or in several columns."""
    return Box(key=key, look=Look.FRAME, label=label, inside=boxes, columns=columns)
