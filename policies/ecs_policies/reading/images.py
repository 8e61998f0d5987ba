"""Where container images come from, and which build of them is meant."""

import re

from ecs_policies.checks.images import ImageReference, InvalidImageError
from ecs_policies.model import Unknown, Value
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable

# Three numbers are a version that its maker doesn't move; seven hexadecimal digits a commit; eight a day.
_VERSION = re.compile(r"\d+(?:[._-]\d+){2,}")
_COMMIT = re.compile(r"(?<![0-9A-Za-z])(?=[a-f]*\d)[0-9a-f]{7,64}(?![0-9A-Za-z])")
_DAY = re.compile(r"(?<!\d)\d{8,}")
# "42", "v42", "build-42": in a registry of one's own a build's number, elsewhere a major version that moves.
_BUILD = re.compile(r"(?:[a-z]+[._-]?)?\d+", re.IGNORECASE)
_AGENT = re.compile(r"(?:.*/)?(?:datadog|datadoghq)[/-]agent")


def image(value: Value) -> ImageReference | Unreadable:
    """A container's image, or why it can't be read."""
    if isinstance(value, Unknown):
        return Unreadable(IS_UNKNOWN)
    if not isinstance(value, str):
        return Unreadable("it isn't text")
    try:
        return ImageReference.parse(value)
    except InvalidImageError as error:
        return Unreadable(error.reason)


def repository(reference: str) -> str | None:
    """The ARN of the private ECR repository that an image is in; None for any other registry's image."""
    found = image(reference.partition("@")[0])
    own = None if isinstance(found, Unreadable) else found.ecr_repository
    return own and own.arn


def is_fixed(reference: ImageReference) -> bool:
    """Whether the reference means one build: by its digest, or by a tag that nobody moves by custom.

    A tag with no number at all ("latest", "stable"), and a version cut short ("1.29", "22-alpine"), are moved
    to the next build by whoever publishes the image.
    """
    if reference.digest:
        return True
    tag = reference.tag or ""
    if any(it.search(tag) for it in (_VERSION, _COMMIT, _DAY)):
        return True
    return reference.ecr_repository is not None and bool(_BUILD.fullmatch(tag))


def is_datadog_agent(reference: ImageReference) -> bool:
    """Whether it's the Datadog agent's image, in Datadog's registries or under its name in another."""
    return bool(_AGENT.fullmatch(reference.repository))
