"""How an image behaves once it runs: well, unless its tag says otherwise, or there is no such image.

No container runs here, so an image that fails says so by a tag that ends in `fails-at-once`,
`fails-health-check`, `fails-after-<seconds>s` or `fails-command` (a command that RunTask gives it), as in
`2.0.0-fails-at-once`: pushed, pulled and rolled back through AWS's API like any other. What runs by digest
has the tags that the repository gives it.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from moto.ecr.models import ecr_backends

_TAG = re.compile(r"(?:.*[^a-z])?fails-(?:(?P<kind>at-once|health-check|command)|after-(?P<seconds>\d+)s)")
_PRIVATE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[^:@]+)"
    r"(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?"
)


class Fault(Enum):
    """What is wrong with an image."""

    MISSING = "it can't be pulled"
    EXITS = "it exits"
    UNHEALTHY = "its health check fails"
    COMMAND = "it exits from another command than its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """A container's fault, if any. `after` is how many seconds it runs before it exits."""

    fault: Fault | None = None
    after: float = 0.0


WELL = Behaviour()
_FAULTS = {"health-check": Fault.UNHEALTHY, "command": Fault.COMMAND}


def behaviour(image: str, *, account: str) -> Behaviour:
    """The behaviour of an image; one of this account's registry that isn't there can't be pulled."""
    private = _PRIVATE.fullmatch(image)
    if private is None:
        return _of_tags([image.partition("@")[0].rpartition(":")[2]])
    if private["account"] != account:
        return WELL
    tags = _pushed(private, account)
    return Behaviour(fault=Fault.MISSING) if tags is None else _of_tags(tags)


def _pushed(private: re.Match[str], account: str) -> list[str] | None:
    """The tags of the image that the reference names; None when its repository has none such."""
    repository: Any = ecr_backends[account][private["region"]].repositories.get(private["name"])
    for image in repository.images if repository else ():
        if image.image_digest == private["digest"] or (
            not private["digest"] and (private["tag"] or "latest") in image.image_tags
        ):
            return list(image.image_tags)
    return None


def _of_tags(tags: list[str]) -> Behaviour:
    for found in filter(None, map(_TAG.fullmatch, tags)):
        if found["kind"] in _FAULTS:
            return Behaviour(fault=_FAULTS[found["kind"]])
        return Behaviour(fault=Fault.EXITS, after=float(found["seconds"] or 0))
    return WELL
