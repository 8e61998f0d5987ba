"""How a card words things: kinds, numbers, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ecs_policies.model import Resource, Value, arn_tail
from ecs_policies.reading.references import References

LATER: Final = "known once it stands"
"""In the place of a value that isn't known before deployment."""
_WIDTH: Final = 38
"""Characters of a value at most, so that no card is wider than its column."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORT = {"acl": "ACL", "eip": "elastic IP", "nat": "NAT", "vpc": "VPC", "iam": "IAM", "kms": "KMS"}


def kind_in_words(resource: Resource) -> str:
    """What sort of thing it is: `aws:lb/targetGroup:TargetGroup` is a "target group"."""
    spelt = _HUMP.sub(" ", resource.kind.rpartition(":")[2]).lower()
    return " ".join(_SHORT.get(it, it) for it in spelt.split())


def several(count: int, word: str) -> str:
    """A number of things: "4 rules"."""
    plural = f"{word[:-1]}ies" if re.search("[^aeiou]y$", word) else f"{word}s"
    return f"{count} {word if count == 1 else plural}"


def listed(names: Iterable[str]) -> str:
    """Names in a row, as many as fit, and how many more there are."""
    given = list(names)
    for count in range(len(given), 1, -1):
        rest = len(given) - count
        text = ", ".join(given[:count]) + (f" and {rest} more" if rest else "")
        if len(text) <= _WIDTH:
            return text
    more = f" and {len(given) - 1} more" if len(given) > 1 else ""
    return f"{shortened(given[0], _WIDTH - len(more))}{more}" if given else ""


def shortened(text: str, width: int = _WIDTH) -> str:
    """A text that may be too long for a card."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def shown(value: Value) -> str:
    """A setting as it's read."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, float)):
        return shortened(str(value))
    return LATER


def named(references: References) -> str:
    """The resources that a property names, those of other stacks by the end of their ARNs."""
    return listed(names(references))


def names(references: References) -> Sequence[str]:
    """The same, one by one."""
    return [*(it.name for it in references.found), *map(arn_tail, references.outside)] or [LATER]


def image(reference: str) -> str:
    """An image without its registry. Which digest it is isn't known before deployment."""
    name, _, digest = reference.partition("@")
    return name.rpartition("/")[2] + (", by digest" if digest else "")


def secret(arn: str) -> str:
    """A secret by its name, without the six characters that Secrets Manager adds; empty for none."""
    name, _, key = arn.partition(":secret:")[2].partition(":")
    key = key.partition(":")[0]
    return shortened(re.sub(r"-[A-Za-z0-9]{6}\Z", "", name)) + (f"#{key}" if key else "")
