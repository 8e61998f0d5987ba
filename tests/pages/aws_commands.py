"""Whether the AWS CLI has a command and its options, by the descriptions of the APIs that it uses itself."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.session import get_session

_EVERYWHERE = {"query", "output", "region", "profile", "max-items", "no-cli-pager"}
# Commands of the CLI's own, which no API has, with what they take.
_CUSTOM: dict[tuple[str, str], set[str]] = {
    ("ecr", "get-login-password"): set(),
    ("logs", "tail"): {"since", "follow", "format", "log-stream-names"},
    ("ecs", "wait"): {"cluster", "services", "tasks", "task-definition", "include"},
    ("ecs", "execute-command"): {"cluster", "task", "container", "command", "interactive"},
}


@cache
def _operations(service: str) -> dict[str, Any]:
    model = get_session().get_service_model(service)
    return {xform_name(it, "-"): model.operation_model(it) for it in model.operation_names}


def commands(block: str) -> Iterator[list[str]]:
    """Service, operation and options of each `aws` command in a piece of shell."""
    # What is quoted names no option: a query, a secret's value.
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "X", block.replace("\\\n", " "))
    for found in re.finditer(
        r"(?<![\w/])aws (?P<service>[a-z0-9]+) (?P<operation>[a-z-]+)(?P<rest>[^|\n]*)", bare
    ):
        yield [found["service"], found["operation"], *re.findall(r"--[a-z-]+", found["rest"])]


def fault(words: list[str]) -> str | None:
    """What is wrong with a command; None if nothing is."""
    service, operation, *rest = words
    named = {it.removeprefix("--") for it in rest} - _EVERYWHERE
    if (service, operation) in _CUSTOM:
        unknown = named - _CUSTOM[service, operation]
    elif operation not in _operations(service):
        return f"aws {service} has no {operation}"
    else:
        shape = _operations(service)[operation].input_shape
        members = {xform_name(it, "-") for it in shape.members} if shape else set[str]()
        unknown = {it for it in named if it not in members and it.removeprefix("no-") not in members}
    return f"aws {service} {operation} takes no {', '.join(sorted(unknown))}" if unknown else None
