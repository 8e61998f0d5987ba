"""Collects the pages of the site, which `make docs` builds: `python -m docs.pages FOLDER`.

The pages are written for GitHub, where they are read most: README.md stands in the repository's own folder,
and links lead to any of its files. On the site README.md is the first page, and a link to what is no page
becomes plain text.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from typing import Any, Final, cast

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
_FENCED: Final = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
_IMAGE: Final = r"!\[[^\[\]]*\]\([^()]*\)"
_LINK: Final = re.compile(
    rf"(?P<bang>!?)\[(?P<text>(?:[^\[\]]|{_IMAGE})*)\]\((?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)"
)
"""A link or an image; the text of a link may have images in it."""


def sources() -> dict[str, str]:
    """Every file of the site, by where the site has it: where it is in the repository.

    A folder's README is the page of that folder's name.
    """
    docs = ROOT / "docs"
    own = (it for pattern in ("*.md", "*.svg", "*.css") for it in docs.rglob(pattern))
    found = {it.relative_to(docs).as_posix(): it.relative_to(ROOT).as_posix() for it in sorted(own)}
    readmes = (
        it.relative_to(ROOT)
        for pattern in ("*/README.md", "examples/*/README.md")
        for it in ROOT.glob(pattern)
    )
    outside = {f"{it.parent.as_posix()}.md": it.as_posix() for it in sorted(readmes) if it.parts[0][0] != "."}
    return {"index.md": "README.md", **found, **outside}


def page(place: str, files: Mapping[str, str]) -> str:
    """A page's Markdown, with each link leading where the site has what it names."""
    return linked((ROOT / files[place]).read_text(encoding="utf-8"), place, files)


def linked(markdown: str, place: str, files: Mapping[str, str]) -> str:
    """Markdown of the page at that place, its links changed; what stands in fences is no link."""
    parts = _FENCED.split(markdown)
    parts[::2] = (_LINK.sub(lambda found: _link(found, place, files), it) for it in parts[::2])
    return "".join(parts)


def _link(found: re.Match[str], place: str, files: Mapping[str, str]) -> str:
    target, anchor, text = found["target"], found["anchor"] or "", linked(found["text"], place, files)
    if re.match("[a-z]+:", target):
        return found[0]
    named = normpath(PurePosixPath(files[place]).parent / target)
    places = {source: it for it, source in files.items()}
    # A folder is read by its README.
    there = places.get(named) or places.get(f"{named}/README.md")
    if there:
        return f"{found['bang']}[{text}]({relpath(there, PurePosixPath(place).parent)}{anchor})"
    # What leads nowhere stays, for mkdocs to refuse.
    return text if (ROOT / named).exists() else found[0]


def navigation(nav: list[dict[str, Any]], pages: Iterable[str]) -> list[dict[str, Any]]:
    """The navigation with each folder as its pages, and at the end the pages that it doesn't name."""
    every = sorted(it for it in pages if it.endswith(".md"))
    full = [{title: _opened(entry, every) for title, entry in it.items()} for it in nav]
    rest = [it for it in every if it not in set(_named(full))]
    return [*full, {"More": rest}] if rest else full


def _opened(entry: object, pages: list[str]) -> object:
    return (
        [it for it in pages if it.startswith(entry)]
        if isinstance(entry, str) and entry.endswith("/")
        else entry
    )


def _named(entry: object) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, (dict, list)):
        for it in (
            cast("dict[str, object]", entry).values()
            if isinstance(entry, dict)
            else cast("list[object]", entry)
        ):
            yield from _named(it)


def collect(folder: Path) -> None:
    """Write mkdocs.yml and the pages into a folder, and take away pages that it had before."""
    shutil.rmtree(folder / "pages", ignore_errors=True)
    files = sources()
    for place, source in files.items():
        file = folder / "pages" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        if place.endswith(".md"):
            file.write_text(page(place, files), encoding="utf-8")
        else:
            shutil.copyfile(ROOT / source, file)
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    config["nav"] = navigation(config["nav"], files)
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    collect(Path(sys.argv[1]))
