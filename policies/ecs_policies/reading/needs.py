"""What the ECS agent has to reach to start a task: the images, secrets, parameters and files it names.

Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ecs_policies.model import UNKNOWN, Problem, Resource, Value
from ecs_policies.reading.containers import Container, members
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.images import repository
from ecs_policies.reading.patterns import arn_covers
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, has_unknown, items, mapping, text

READS: Final[Mapping[str, str]] = {
    "secretsmanager": "secretsmanager:GetSecretValue",
    "ssm": "ssm:GetParameters",
    "s3": "s3:GetObject",
}
"""What the agent calls to read, by the service that an ARN belongs to."""

_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}\Z")
_ANY_SUFFIX = "-??????"
_DOMAINLESS = "credentialspecdomainless:"
_SPEC = "credentialspec:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A secret, parameter or file of a task, and where the task definition names it.

    `arn` has a wildcard in place of what a name alone leaves open (a parameter's region and account).
    """

    definition: Resource
    path: str
    arn: str

    @property
    def service(self) -> str:
        """The service that it is read from: a key of `READS`."""
        return self.arn.split(":")[2]

    @property
    def action(self) -> str:
        """What reading it calls."""
        return READS[self.service]

    def is_all_of(self, pattern: str) -> bool:
        """Whether a pattern of ARNs stands for nothing but this.

        A secret's ARN ends in six characters that Secrets Manager chose: six `?` may stand for them (AWS
        Secrets Manager User Guide, "Secrets Manager ARN").
        """
        spellings = (*self.reach, _SUFFIX.sub(_ANY_SUFFIX, self.arn)) if self._is_secret else self.reach
        return any(arn_covers(it, pattern) for it in spellings)

    @property
    def reach(self) -> tuple[str, ...]:
        """The ARNs that it may have: a secret may be named without the six characters.

        A name may end in six characters of its own ("db-secret"), so both are always possible.
        """
        return (self.arn, self.arn + _ANY_SUFFIX) if self._is_secret else (self.arn,)

    @property
    def _is_secret(self) -> bool:
        return self.service == "secretsmanager"


def images(definitions: Iterable[Resource]) -> Generator[Problem, None, frozenset[str] | None]:
    """The images of the tasks' containers, as they are written.

    Yields what can't be read of them, and then is None.
    """
    found: set[str] = set()
    whole = True
    for definition in definitions:
        containers = yield from members(definition)
        whole = whole and bool(containers)
        for it in containers:
            image = text(it.fields.get("image"))
            if image is None:
                whole = False
                yield it.unreadable("image", Unreadable("it isn't known, or isn't text"))
            else:
                found.add(image)
    return frozenset(found) if whole else None


def repositories(definitions: Iterable[Resource]) -> Generator[Problem, None, frozenset[str] | None]:
    """The ARNs of the private repositories of the tasks' images.

    Yields what can't be read of them, and then is None.
    """
    found = yield from images(definitions)
    return None if found is None else frozenset(filter(None, map(repository, found)))


def reads(definitions: Iterable[Resource]) -> Generator[Problem, None, tuple[Read, ...] | None]:
    """What the agent reads for the tasks.

    Yields what can't be read of it, and then is None.
    """
    found: list[Read] = []
    whole = True
    for definition in definitions:
        containers = yield from members(definition)
        whole = whole and bool(containers)
        places = [(f"{it.path}.{path}", value) for it in containers for path, value in _named(it)]
        for path, value in (*places, *_of_volumes(definition)):
            name = text(value)
            arn = name and _arn(name)
            if arn:
                found.append(Read(definition=definition, path=path, arn=arn))
            else:
                whole = False
                reason = IS_UNKNOWN if has_unknown(value) else "it names no secret, parameter or file in S3"
                yield unverifiable(definition, path, Unreadable(reason))
    return tuple(found) if whole else None


def _named(container: Container) -> Iterator[tuple[str, Value]]:
    """Each place in a container that names something to read, and what it names."""
    fields = container.fields
    log = mapping(fields.get("logConfiguration"))
    options = mapping(mapping(fields.get("firelensConfiguration")).get("options"))
    yield from _secrets("secrets", fields.get("secrets"))
    yield from _secrets("logConfiguration.secretOptions", log.get("secretOptions"))
    for it in items(fields.get("repositoryCredentials")):
        yield "repositoryCredentials", _part(it, "credentialsParameter")
    for index, it in enumerate(items(fields.get("environmentFiles"))):
        yield f"environmentFiles[{index}]", _part(it, "value")
    for index, it in enumerate(items(fields.get("credentialSpecs"))):
        yield f"credentialSpecs[{index}]", it
    if options.get("config-file-type") == "s3":
        yield "firelensConfiguration.options[config-file-value]", options.get("config-file-value")


def _secrets(path: str, value: Value) -> Iterator[tuple[str, Value]]:
    for index, it in enumerate(items(value)):
        name = text(mapping(it).get("name")) or index
        yield f"{path}[{name}]", _part(it, "valueFrom")


def _part(value: Value, key: str) -> Value:
    """A part of what should be an object; of one that isn't known, nothing is."""
    return UNKNOWN if value is UNKNOWN else mapping(value).get(key)


def _of_volumes(definition: Resource) -> Iterator[tuple[str, Value]]:
    for index, it in enumerate(items(definition.properties.get("volumes"))):
        share = mapping(it).get("fsxWindowsFileServerVolumeConfiguration")
        if share is not None:
            path = (
                f"volumes[{text(mapping(it).get('name')) or index}].fsxWindowsFileServerVolumeConfiguration"
            )
            access = _part(share, "authorizationConfig")
            yield f"{path}.authorizationConfig", mapping(access).get("credentialsParameter")


def _arn(name: str) -> str | None:
    """The ARN, or pattern of ARNs, that a task definition's text names; None for anything else.

    A secret's ARN may go on with a key of its JSON, a version's stage and id; a parameter of the task's own
    region may be named without an ARN (Amazon ECS API reference, "Secret").
    """
    name = name.removeprefix(_DOMAINLESS).removeprefix(_SPEC)
    if not name.startswith("arn:"):
        return f"arn:*:ssm:*:*:parameter/{name.lstrip('/')}" if name.strip("/") else None
    parts = name.split(":")
    if len(parts) < 6 or parts[2] not in READS:
        return None
    return ":".join(parts[:7]) if parts[2] == "secretsmanager" else name
