"""Which version of the outputs' contract a change asks for, by semantic versioning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

Schema = Mapping[str, Any]

# What says nothing of the values that an output may have.
_TEXTS = frozenset({"$schema", "title", "description", "examples", "version"})
_OF_OBJECTS = frozenset({"properties", "required"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference between two versions: in which output, what, and whether former readers break."""

    output: str
    what: str
    breaks: bool

    def __str__(self) -> str:
        return f"{self.output} {self.what}"


def refusal(former: Schema, present: Schema) -> str | None:
    """Why the present schema may not follow the former one under its version; None when it may.

    The former one is a promise to readers: a change that breaks them asks for another major version, one that
    gives them more for another minor version. Texts and examples may change under the same version.
    """
    was, is_now = _numbers(former), _numbers(present)
    found = list(changes(former, present))
    breaking = [it for it in found if it.breaks]
    least = was
    if breaking:
        least = (was[0] + 1, 0, 0)
    elif found:
        least = (was[0], was[1] + 1, 0)
    if is_now >= least:
        return None
    if is_now < was and not found:
        return f"VERSION: {present['version']} is older than {former['version']}, which is released"
    why = ", ".join(str(it) for it in breaking or found)
    readers = "break" if breaking else "have to know"
    return (
        f"VERSION: {present['version']} can't follow {former['version']}, because readers {readers}: {why}. "
        f"Set VERSION in outputs.py to {'.'.join(map(str, least))} and run `python docs/generate.py` and "
        "`uv lock`, or take the change back"
    )


def changes(former: Schema, present: Schema, of: str = "") -> Iterator[Change]:
    """What is different for a reader in two schemas, in the order of their outputs."""
    kind, other = former.get("type"), present.get("type")
    if kind == other == "object":
        yield from _of_members(former, present, of)
    if kind == other == "array":
        yield from changes(former["items"], present["items"], f"{of}[]")
    was, is_now = _rest(former), _rest(present)
    if was != is_now:
        yield Change(output=of or "the whole", what=f"was {_shown(was)} and is {_shown(is_now)}", breaks=True)


def _of_members(former: Schema, present: Schema, of: str) -> Iterator[Change]:
    before, now = (cast("Mapping[str, Schema]", it["properties"]) for it in (former, present))
    for name, value in before.items():
        path = f"{of}.{name}" if of else name
        if name not in now:
            yield Change(output=path, what="is gone", breaks=True)
            continue
        promised, promises = name in former["required"], name in present["required"]
        if promised and not promises:
            yield Change(output=path, what="may be absent", breaks=True)
        if promises and not promised:
            yield Change(output=path, what="is always there", breaks=False)
        yield from changes(value, now[name], path)
    for name in now:
        if name not in before:
            yield Change(output=f"{of}.{name}" if of else name, what="is new", breaks=False)


def _rest(schema: Schema) -> dict[str, Any]:
    """What a schema says of a value besides its members and elements."""
    return {key: it for key, it in schema.items() if key not in _TEXTS | _OF_OBJECTS | {"items"}}


def _shown(rest: Mapping[str, Any]) -> str:
    return ", ".join(str(it) for it in rest.values())


def _numbers(schema: Schema) -> tuple[int, int, int]:
    major, minor, patch = (int(it) for it in schema["version"].split("."))
    return major, minor, patch
