"""Which AWS services a task has to reach, by the names that their VPC endpoints have.

Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints (AWS PrivateLink)"; Amazon ECR User Guide,
"Amazon ECR interface VPC endpoints (AWS PrivateLink)". What the application itself calls isn't known.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Final

from ecs_policies.kinds import CLUSTER
from ecs_policies.model import Problem, Resource, Stack
from ecs_policies.reading.containers import Container, members
from ecs_policies.reading.images import repository
from ecs_policies.reading.needs import reads
from ecs_policies.reading.references import resolve
from ecs_policies.reading.sessions import SWITCH
from ecs_policies.reading.settings import at
from ecs_policies.reading.values import flag, mapping, text

S3: Final = "s3"
"""Reached by a gateway endpoint: ECR's image layers are there, and interface endpoints don't serve them."""

_READ = {
    "secretsmanager": "its secrets are in Secrets Manager",
    "ssm": "its parameters are in Systems Manager",
    S3: "its files are in S3",
}
_EXEC = "configuration.executeCommandConfiguration"
# Fluent Bit's outputs to AWS's services.
_OUTPUTS = {
    "cloudwatch": "logs",
    "cloudwatch_logs": "logs",
    "firehose": "kinesis-firehose",
    "kinesis_firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
    "kinesis_streams": "kinesis-streams",
    "s3": S3,
}


def reached(
    stack: Stack, service: Resource, definition: Resource
) -> Generator[Problem, None, Mapping[str, str]]:
    """Each AWS service that a task needs, with the reason; yields what can't be read of its definition."""
    containers = yield from members(definition)
    if not containers:
        return {}
    found = {name: why for it in containers for name, why in (*_image(it), *_logs(it))}
    for it in (yield from reads([definition])) or ():
        found[it.service] = _READ[it.service]
    if flag(service.properties.get(SWITCH), default=False) is True:
        found |= _sessions(stack, service)
    return found


def foreign_images(definition: Resource) -> Generator[Problem, None, list[Container]]:
    """The containers whose images no VPC endpoint leads to: those outside of private ECR."""
    containers = yield from members(definition)
    return [it for it in containers if (image := text(it.fields.get("image"))) and not repository(image)]


def _image(container: Container) -> Iterator[tuple[str, str]]:
    if repository(text(container.fields.get("image")) or ""):
        why = f"the image of {text(container.fields.get('name'))} is in ECR"
        yield from ((it, why) for it in ("ecr.api", "ecr.dkr", S3))


def _logs(container: Container) -> Iterator[tuple[str, str]]:
    log = mapping(container.fields.get("logConfiguration"))
    driver, options = log.get("logDriver"), mapping(log.get("options"))
    output = _OUTPUTS.get((text(options.get("Name", options.get("name"))) or "").lower())
    service = {"awslogs": "logs", "awsfirelens": output}.get(text(driver) or "")
    if service:
        yield service, f"{text(container.fields.get('name'))} logs to it"


def _sessions(stack: Stack, service: Resource) -> Mapping[str, str]:
    """What the agent of ECS Exec needs inside a container: its channels, and the key of the sessions."""
    clusters = resolve(stack, service, "cluster", (CLUSTER,)).found
    encrypted = any(at(it, f"{_EXEC}.kmsKeyId") is not None for it in clusters)
    sessions = {"ssmmessages": "sessions into its containers are allowed"}
    return sessions | ({"kms": "the cluster encrypts sessions with a key"} if encrypted else {})
