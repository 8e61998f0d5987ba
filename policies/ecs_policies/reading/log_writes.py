"""Which log groups the containers of a task write by themselves, with the task role.

The awslogs driver writes with the execution role. Amazon ECS Developer Guide, "Send Amazon ECS logs to an AWS
service or AWS Partner"; Fluent Bit manual, "Amazon CloudWatch".
"""

from collections.abc import Generator, Iterator, Mapping
from typing import Final

from ecs_policies.model import Problem, Resource, Value
from ecs_policies.reading.containers import Container, members
from ecs_policies.reading.values import items, mapping, text

ANY: Final = "*"
"""Stands for a group that the task definition doesn't name."""

_PLUGINS = ("cloudwatch", "cloudwatch_logs")
# Files of AWS's own image, none of which sends anything to CloudWatch Logs.
_AWS_FILES = "/fluent-bit/configs/"
# Variables by which AWS's image fetches further configuration.
_INIT = "aws_fluent_bit_init_"
# Agents that are there to write logs or metrics in the form of logs.
_AGENTS = ("cloudwatch-agent", "cwagent", "aws-otel-collector", "adot-collector")


def written_by_task(definition: Resource) -> Generator[Problem, None, frozenset[str]]:
    """Names of log groups, `ANY` where the task definition leaves them open or can't be read."""
    containers = yield from members(definition)
    return frozenset(name for it in containers for name in _written(it)) if containers else frozenset((ANY,))


def written_by_driver(definition: Resource) -> Generator[Problem, None, frozenset[str]]:
    """Names of the log groups that the awslogs driver writes."""
    containers = yield from members(definition)
    return frozenset(
        text(_options(it.fields, "logConfiguration").get("awslogs-group")) or ANY
        for it in containers
        if _driver(it) == "awslogs"
    )


def _written(container: Container) -> Iterator[str]:
    image = text(container.fields.get("image")) or ""
    if any(it in image for it in _AGENTS) or _has_own_configuration(container):
        yield ANY
    if _driver(container) == "awsfirelens":
        options = {key.lower(): it for key, it in _options(container.fields, "logConfiguration").items()}
        plugin = options.get("name") or options.get("@type")
        if plugin is None or str(plugin).lower() in _PLUGINS:
            yield _group(options.get("log_group_name")) if plugin else ANY


def _group(name: Value) -> str:
    """The group's name; one that Fluent Bit fills in for each record is any."""
    known = text(name)
    return known if known and "$" not in known else ANY


def _has_own_configuration(container: Container) -> bool:
    """Whether a log router's destinations may stand in a file that the task definition only names."""
    if container.fields.get("firelensConfiguration") is None:
        return False
    file = _options(container.fields, "firelensConfiguration").get("config-file-value")
    names = (text(mapping(it).get("name")) or "" for it in items(container.fields.get("environment")))
    own_file = file is not None and not (text(file) or "").startswith(_AWS_FILES)
    return own_file or any(it.startswith(_INIT) for it in names)


def _driver(container: Container) -> Value:
    return mapping(container.fields.get("logConfiguration")).get("logDriver")


def _options(fields: Mapping[str, Value], name: str) -> Mapping[str, Value]:
    return mapping(mapping(fields.get(name)).get("options"))
