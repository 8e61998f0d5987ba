"""The few elements of SVG that the picture is made of, and its colours in light and in dark mode."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

REVISIONS = (
    ("#004ada", "#637eff"),
    ("#269e65", "#29e2b4"),
    ("#e26700", "#d86a3e"),
    ("#95157b", "#a45ea1"),
    ("#624203", "#efd723"),
)
"""The revisions' colours, in turn, in light and in dark mode: they stand out from the ground, and who sees no
red, no green or no blue can still tell one from another."""

_LIGHT = {"paper": "#ffffff", "band": "#f3f5f8", "line": "#d1d9e0", "quiet": "#59636e", "ink": "#1f2328"}
_DARK = {"paper": "#0d1117", "band": "#171d26", "line": "#3d444d", "quiet": "#9aa4af", "ink": "#e6edf3"}

_RULES = """\
text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
.small { font-size: 11px; }
.quiet { fill: var(--quiet); }
.strong { font-weight: 600; }
.paper { fill: var(--paper); }
.band { fill: var(--band); }
.line { stroke: var(--line); fill: none; }
.moment { stroke: var(--quiet); fill: none; stroke-dasharray: 2 3; }
.ink { stroke: var(--ink); fill: none; stroke-width: 1.6; }
.desired { stroke: var(--quiet); fill: none; stroke-width: 1.6; stroke-dasharray: 5 4; }
.under { fill: var(--line); opacity: 0.55; }
"""


def document(width: float, height: float, *, title: str, description: str, body: Sequence[str]) -> str:
    """The whole file. A screen reader tells the title and the description."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="title description">'
    )
    told = [
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(description)}</desc>',
    ]
    return "\n".join([head, *told, _style(), *body, "</svg>\n"])


def text(x: float, y: float, words: str, kind: str = "", *, anchor: str = "start") -> str:
    """Words on a base line; `anchor` says which part of them is at x: start, middle or end."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str, *, corner: float = 0.0) -> str:
    """A box."""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} rx="{corner:.0f}" class="{kind}"/>'


def path(points: str, kind: str) -> str:
    """A line or a shape, in SVG's own words."""
    return f'<path d="{points}" class="{kind}"/>'


def group(title: str, parts: Sequence[str]) -> str:
    """Elements under a title, which a browser shows where the pointer rests."""
    return "\n".join(["<g>", f"<title>{escape(title)}</title>", *parts, "</g>"])


def _style() -> str:
    """The style sheet. The picture brings its own paper, so the page around it may have either mode."""
    light, dark, classes = dict(_LIGHT), dict(_DARK), ""
    for index, (on_light, on_dark) in enumerate(REVISIONS):
        light[f"revision-{index}"], dark[f"revision-{index}"] = on_light, on_dark
        classes += f".r{index} {{ fill: var(--revision-{index}); stroke: var(--revision-{index}); }}\n"
    return (
        f"<style>\n:root {{ {_tones(light)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_tones(dark)} }} }}\n"
        f"{_RULES}{classes}</style>"
    )


def _tones(tones: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in tones.items())
