"""Whether what a document names by its physical name is created before the document, or after it on purpose.

A document is plain text, so the engine sees no reference in it: each edge has to be declared. The helper goes
over a recording of any part of the program.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.unit.mocks import Recording, Registration, Secret

# Which input of a type is its explicit physical name.
NAMES = {
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:ecr/repository:Repository": "name",
    "aws:ecs/cluster:Cluster": "name",
    "aws:iam/role:Role": "name",
    "aws:kms/alias:Alias": "name",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:secretsmanager/secret:Secret": "name",
    "aws:sns/topic:Topic": "name",
}


def undeclared_edges(recording: Recording) -> list[str]:
    """A line for each name in a document that has no path, in either direction, to the resource it names."""
    return [
        f"{holder.name}.{key} names {named.type} {name!r} ({named.name})"
        for holder, key, text in documents(recording)
        for named, name in _named(recording)
        if named.urn != holder.urn
        and _mentions(text, name)
        and not recording.path_exists(holder, named)
        and not recording.path_exists(named, holder)
    ]


def mentions(recording: Recording) -> set[tuple[str, str]]:
    """Which resource's document names which resource, both by logical name."""
    return {
        (holder.name, named.name)
        for holder, _, text in documents(recording)
        for named, name in _named(recording)
        if named.urn != holder.urn and _mentions(text, name)
    }


def documents(recording: Recording) -> Iterator[tuple[Registration, str, str]]:
    """Each input that is a JSON document: a policy, a trust, container definitions."""
    for registration in recording:
        for key, value in registration.inputs.items():
            text = value.value if isinstance(value, Secret) else value
            if isinstance(text, str) and _is_json(text):
                yield registration, key, text


def _named(recording: Recording) -> Iterator[tuple[Registration, str]]:
    for registration in recording:
        name: Any = registration.inputs.get(NAMES.get(registration.type, ""))
        if isinstance(name, str):
            yield registration, name


def _mentions(text: str, name: str) -> bool:
    # Whole names only: "web-application-dev-web" is a cluster's, and the beginning of a role's.
    return re.search(rf"(?<![A-Za-z0-9_.-]){re.escape(name)}(?![A-Za-z0-9_.-])", text) is not None


def _is_json(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True
