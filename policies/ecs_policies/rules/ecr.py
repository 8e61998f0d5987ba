"""Rules about ECR's private repositories."""

from collections.abc import Iterator

from ecs_policies.kinds import LIFECYCLE_POLICY, REGISTRY_SCANNING, REPOSITORY
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable, wants_word
from ecs_policies.reading.patterns import covers
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import (
    IS_UNKNOWN,
    Unreadable,
    block,
    blocks,
    flag,
    items,
    lowered,
    parsed,
    text,
    word,
)

_IMMUTABLE = frozenset({"IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"})
_SCANNING = "imageScanningConfiguration"
_MUTABILITY = "imageTagMutability"
_EXCLUSIONS = "imageTagMutabilityExclusionFilters"


def unscanned(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Repositories that scan no image, neither by themselves nor by a rule of the stack for the registry.

    Amazon ECR User Guide, "Filters to choose which repositories are scanned".
    """
    filters = [it for config in stack.of_type(REGISTRY_SCANNING) for it in _filters(config)]
    known = [it for it in filters if isinstance(it, str)]
    for it in stack.of_type(REPOSITORY):
        own = _own_scan(it)
        if own is True or any(_covers(pattern, it) for pattern in known):
            continue
        if isinstance(own, Unreadable):
            yield unverifiable(it, _SCANNING, own)
        elif len(known) < len(filters):
            reason = f"whether a scanning rule of the registry covers it: {IS_UNKNOWN}"
            yield unverifiable(it, _SCANNING, Unreadable(reason))
        else:
            message = "images aren't scanned when they are pushed"
            yield Problem(resource=it, path=_SCANNING, message=message)


def _own_scan(repository: Resource) -> bool | Unreadable:
    settings = block(repository.properties.get(_SCANNING))
    if isinstance(settings, Unreadable):
        return settings
    return flag(settings.get("scanOnPush"), default=False)


def _filters(config: Resource) -> Iterator[str | Unreadable]:
    """The filters of the rules that scan by themselves."""
    rules = blocks(config.properties.get("rules"))
    if isinstance(rules, Unreadable):
        yield rules
        return
    for rule in rules:
        if rule.get("scanFrequency") == "MANUAL":
            continue
        found = blocks(rule.get("repositoryFilters"))
        if isinstance(found, Unreadable):
            yield found
        else:
            yield from (word(it.get("filter")) for it in found)


def _covers(pattern: str, repository: Resource) -> bool:
    """Whether a scanning filter covers a repository; one without a wildcard covers names that contain it."""
    # An automatic name is the logical one and seven characters.
    name = repository.properties.get("name", f"{repository.name}-0000000")
    if not isinstance(name, str):
        return pattern == "*"
    return covers(pattern, name) if "*" in pattern else pattern in name


def mutable_tags(repository: Resource, _options: Options) -> Iterator[Problem]:
    """Repositories in which a tag can be moved to another image."""
    mutability = repository.properties.get(_MUTABILITY)
    yield from wants_word(
        repository,
        _MUTABILITY,
        mutability,
        good=_IMMUTABLE.__contains__,
        default="MUTABLE",
        message="tags are {}",
    )
    if mutability != "IMMUTABLE_WITH_EXCLUSION":
        return
    filters = blocks(repository.properties.get(_EXCLUSIONS))
    if isinstance(filters, Unreadable):
        yield unverifiable(repository, _EXCLUSIONS, filters)
        return
    for index, it in enumerate(filters):
        pattern = it.get("filter")
        path = f"{_EXCLUSIONS}[{text(pattern) or index}]"
        message = "{} leaves out every tag"
        yield from wants_word(repository, path, pattern, good=_leaves_some, default="*", message=message)


def _leaves_some(pattern: str) -> bool:
    return bool(pattern.strip("*"))


def no_lifecycle(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Repositories without a policy that expires images, and such policies without a rule."""
    kept: set[str] = set()
    stray = False
    for policy in stack.of_type(LIFECYCLE_POLICY):
        references = resolve(stack, policy, "repository", (REPOSITORY,))
        kept |= references.keys
        stray = stray or references.lost
        yield from _no_rule(policy)
    for it in stack.of_type(REPOSITORY):
        if it.urn in kept:
            continue
        if stray:
            reason = f"which repository a LifecyclePolicy is for: {IS_UNKNOWN}"
            yield unverifiable(it, "lifecyclePolicy", Unreadable(reason))
        else:
            message = "no LifecyclePolicy expires images that nothing uses any more"
            yield Problem(resource=it, path="lifecyclePolicy", message=message)


def _no_rule(policy: Resource) -> Iterator[Problem]:
    content = parsed(policy.properties.get("policy"))
    if isinstance(content, Unreadable):
        yield unverifiable(policy, "policy", content)
    elif not items(lowered(content).get("rules")):
        yield Problem(resource=policy, path="policy", message="it has no rule")


SCAN_ON_PUSH = Rule(
    id="ecr.scan-on-push",
    title="Images are scanned when they are pushed",
    severity=Severity.HIGH,
    why="A known vulnerability in an image runs in production until somebody looks for it.",
    fix='Set image_scanning_configuration={"scan_on_push": True}, or cover the repository by a rule of '
    "aws.ecr.RegistryScanningConfiguration.",
    mappings=("AWS Security Hub FSBP ECR.1",),
    stack=unscanned,
)

IMMUTABLE_TAGS = Rule(
    id="ecr.immutable-tags",
    title="An image's tag stays with its image",
    severity=Severity.MEDIUM,
    why="A tag that moves makes a rollback, or a task that is replaced, run another image than was tried.",
    fix='Set image_tag_mutability="IMMUTABLE".',
    mappings=("AWS Security Hub FSBP ECR.2",),
    types=frozenset({REPOSITORY}),
    resource=mutable_tags,
)

LIFECYCLE = Rule(
    id="ecr.lifecycle-policy",
    title="Images that nothing uses any more expire",
    severity=Severity.LOW,
    why="Old images cost, and stay there to be run with all that has been found in them since.",
    fix="Add aws.ecr.LifecyclePolicy for the repository.",
    mappings=("AWS Security Hub FSBP ECR.3",),
    stack=no_lifecycle,
)

RULES = (SCAN_ON_PUSH, IMMUTABLE_TAGS, LIFECYCLE)
