"""A picture as text of D2 (D2 documentation: "Grid Diagrams", "SQL Tables", "Containers")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from diagram.picture import Box, Card, Look
from diagram.wording import shortened

_HEAD: Final = """\
# Made by `python -m diagram`.
vars: {
  d2-config: {
    layout-engine: elk
    theme-id: 0
    dark-theme-id: 200
    pad: 8
  }
}
classes: {
  traffic: { shape: sql_table; style.fill: "#5b3fa8"; style.font-color: white }
  running: { shape: sql_table; style.fill: "#b4530f"; style.font-color: white }
  network: { shape: sql_table; style.fill: "#1d6b3f"; style.font-color: white }
  beside: { shape: sql_table; style.fill: "#2b5797"; style.font-color: white }
  frame: { style.border-radius: 6 }
  bare: { style.fill: transparent; style.stroke: transparent }
  cloud: { shape: cloud }
}
"""
_GAP: Final = 16
"""Pixels between neighbours in columns."""
_LINES: Final = 16
"""Of a card at most: a role may have fifty statements."""
_LABEL: Final = 28
"""Characters of a line's label at most."""


def source_of(picture: Box) -> str:
    """The text that D2 draws."""
    return _HEAD + "\n".join(_inside(picture, "")) + "\n"


def _inside(box: Box, indent: str) -> Iterator[str]:
    if box.columns:
        yield f"{indent}grid-columns: {box.columns}"
        yield f"{indent}grid-gap: {_GAP}"
    for it in box.inside:
        yield f"{indent}{_quoted(it.key)}: {_quoted(it.label)} {{"
        yield from (f"{indent}  {line}" for line in _look(it))
        yield from _inside(it, f"{indent}  ")
        yield f"{indent}}}"
    for arrow in box.arrows:
        ends = (".".join(map(_quoted, end)) for end in (arrow.source, arrow.target))
        label = f": {_quoted(arrow.label)}" if arrow.label else ""
        yield f"{indent}{' -> '.join(ends)}{label}"


def _look(box: Box) -> Iterator[str]:
    if box.look is Look.CARD and box.card:
        yield f"class: {box.card.part.value}"
        yield from _rows(box.card)
        return
    yield f"class: {box.look.value}"
    if box.look is Look.FRAME:
        # Arrows enter a frame from above, where they would cross its label; columns have none.
        yield f"label.near: {'top' if box.columns else 'bottom'}-left"


def _rows(card: Card) -> Iterator[str]:
    seen: set[str] = set()
    for row in card.rows[:_LINES]:
        label = shortened(row.label, _LABEL)
        # A line goes by its label, so one that is repeated has to differ.
        while label in seen:
            label += " "
        seen.add(label)
        yield f"{_quoted(label)}: {_quoted(row.value)}"
    if len(card.rows) > _LINES:
        yield f"'…': 'and {len(card.rows) - _LINES} more'"


def _quoted(text: str) -> str:
    """A text in which D2 reads nothing but the text."""
    return "'" + text.replace("'", "''").replace("\n", " ") + "'"
