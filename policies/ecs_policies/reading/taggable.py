"""Which types of pulumi_aws take tags, and the tags that a resource has."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from ecs_policies.kinds import canonical
from ecs_policies.model import Value
from ecs_policies.reading.values import Unreadable, blocks, text


def _types() -> frozenset[str]:
    listed = files("ecs_policies.reading").joinpath("taggable.txt").read_text(encoding="utf-8")
    return frozenset(map(canonical, listed.split()))


TAGGABLE: Final = _types()
"""The kinds with a property `tags`; a test checks the list against pulumi_aws."""


def tag_keys(tags: Value) -> frozenset[str] | Unreadable:
    """The keys of the tags, given as a map or, as of an Auto Scaling group, as blocks with a key each."""
    if isinstance(tags, Mapping) and "key" not in tags:
        return frozenset(str(key) for key, value in tags.items() if value is not None)
    found = blocks(tags)
    if isinstance(found, Unreadable):
        return found
    return frozenset(it for it in (text(each.get("key")) for each in found) if it is not None)
