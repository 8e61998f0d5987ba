"""Rules about the images that a task runs: which build, and from where."""

from collections.abc import Iterator

from ecs_policies.kinds import TASK_DEFINITION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.containers import members
from ecs_policies.reading.images import image, is_fixed
from ecs_policies.reading.patterns import covers
from ecs_policies.reading.values import Unreadable


def moving_images(definition: Resource, _options: Options) -> Iterator[Problem]:
    """Images that may be another build at the next start of a task."""
    for it in (yield from members(definition)):
        reference = image(it.fields.get("image"))
        if isinstance(reference, Unreadable):
            yield it.unreadable("image", reference)
        elif reference.tag is None and reference.digest is None:
            yield it.problem("image", f"{reference} has neither tag nor digest, and so is whatever is latest")
        elif not is_fixed(reference):
            message = f"{reference} isn't one build: the tag {reference.tag} moves to the next"
            yield it.problem("image", message)


def foreign_images(definition: Resource, options: Options) -> Iterator[Problem]:
    """Images from a registry that isn't among the allowed."""
    for it in (yield from members(definition)):
        reference = image(it.fields.get("image"))
        if isinstance(reference, Unreadable):
            yield it.unreadable("image", reference)
        elif not any(_is_host(reference.registry, pattern) for pattern in options.allowed_registries):
            allowed = ", ".join(sorted(options.allowed_registries)) or "none"
            message = f"{reference} is from {reference.registry}; allowed are {allowed}"
            yield it.problem("image", message)


def _is_host(host: str, pattern: str) -> bool:
    """Whether the host fits; a wildcard stays between two dots, so that nobody else's domain does."""
    labels, patterns = host.split("."), pattern.split(".")
    return len(labels) == len(patterns) and all(map(covers, patterns, labels))


MOVING_IMAGE = Rule(
    id="task.moving-image",
    title="An image is named by digest or by a full version",
    severity=Severity.MEDIUM,
    why="Under a tag that moves, tasks of one revision run different code, and no rollback brings it back.",
    fix="Name the digest (aws.ecr.get_image) or a full version such as 1.29.3; never latest or no tag.",
    types=frozenset({TASK_DEFINITION}),
    resource=moving_images,
)

FOREIGN_IMAGE = Rule(
    id="task.foreign-image",
    title="An image comes from an allowed registry",
    severity=Severity.HIGH,
    why="Whoever may publish in a registry decides what runs with the task's role and secrets.",
    fix="Copy the image into ECR, or list the registry's host in allowed_registries (Docker Hub: docker.io).",
    options=("allowed_registries",),
    types=frozenset({TASK_DEFINITION}),
    resource=foreign_images,
)

RULES = (MOVING_IMAGE, FOREIGN_IMAGE)
