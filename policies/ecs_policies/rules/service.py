"""Rules about one ECS service by itself: its address, its platform, its rollback and its tags."""

import re
from collections.abc import Iterator

from ecs_policies.kinds import SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.demands import unverifiable, wants_word
from ecs_policies.reading.services import NETWORK, ROLLING, strategy
from ecs_policies.reading.settings import flag_at
from ecs_policies.reading.values import Unreadable

# Amazon ECS Developer Guide, "Fargate platform versions for Amazon ECS".
_FIRST_CURRENT = (1, 4, 0)
_BY_OTHERS = ("CODE_DEPLOY", "EXTERNAL")


def public_ip(service: Resource, _options: Options) -> Iterator[Problem]:
    """Tasks that get an address of the internet."""
    path = f"{NETWORK}.assignPublicIp"
    found = flag_at(service, path, default=False)
    if isinstance(found, Unreadable):
        yield unverifiable(service, path, found)
    elif found:
        yield Problem(resource=service, path=path, message="each task gets a public IP address")


def platform_version(service: Resource, _options: Options) -> Iterator[Problem]:
    """A Fargate platform older than 1.4.0; LATEST is the provider's default."""
    yield from wants_word(
        service,
        "platformVersion",
        service.properties.get("platformVersion"),
        good=_is_current,
        default="LATEST",
        message="Fargate's platform {} isn't LATEST, nor 1.4.0 or newer",
    )


def _is_current(version: str) -> bool:
    if version.upper() == "LATEST":
        return True
    numbers = re.fullmatch(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", version)
    return numbers is not None and tuple(map(int, numbers.groups())) >= _FIRST_CURRENT


def rollback(service: Resource, _options: Options) -> Iterator[Problem]:
    """A deployment by ECS that nothing turns back when it fails.

    Amazon ECS Developer Guide, "Amazon ECS deployment failure detection": the circuit breaker sees tasks that
    don't start, in a rolling deployment; alarms work in every kind.
    """
    way = strategy(service)
    if isinstance(way, Unreadable):
        yield unverifiable(service, way.path, Unreadable(way.reason))
    elif way == ROLLING:
        yield from _turns_back(service, "deploymentCircuitBreaker")
    elif way not in _BY_OTHERS and any(_turns_back(service, "deploymentCircuitBreaker")):
        yield from _turns_back(service, "alarms")


def _turns_back(service: Resource, block: str) -> Iterator[Problem]:
    """What keeps a block, of a circuit breaker or of alarms, from turning a failed deployment back."""
    enabled = flag_at(service, f"{block}.enable", default=False)
    back = flag_at(service, f"{block}.rollback", default=False)
    if isinstance(enabled, Unreadable):
        yield unverifiable(service, f"{block}.enable", enabled)
    elif not enabled:
        message = "it isn't on, so a deployment that fails goes on failing"
        yield Problem(resource=service, path=block, message=message)
    elif isinstance(back, Unreadable):
        yield unverifiable(service, f"{block}.rollback", back)
    elif not back:
        message = "a deployment that fails is stopped and not turned back"
        yield Problem(resource=service, path=f"{block}.rollback", message=message)


def tags_propagated(service: Resource, _options: Options) -> Iterator[Problem]:
    """Tasks without the tags by which costs and owners are told."""
    yield from wants_word(
        service,
        "propagateTags",
        service.properties.get("propagateTags"),
        good=lambda it: it.upper() in ("SERVICE", "TASK_DEFINITION"),
        default="NONE",
        message="the tasks get no tags: propagateTags is {}",
    )


PUBLIC_IP = Rule(
    id="service.public-ip",
    title="A service's tasks have no public IP address",
    severity=Severity.HIGH,
    why="With one, a task is a wrong security-group rule away from the whole internet.",
    fix="Leave network_configuration.assign_public_ip out, and give private subnets NAT or VPC endpoints.",
    mappings=("AWS Security Hub FSBP ECS.2",),
    types=frozenset({SERVICE}),
    resource=public_ip,
)

PLATFORM_VERSION = Rule(
    id="service.platform-version",
    title="A service runs on a current Fargate platform",
    severity=Severity.MEDIUM,
    why="Fixes of the kernel and the container runtime come with the platform.",
    fix='Leave platform_version out or set it to "LATEST", which is right for Windows too.',
    mappings=("AWS Security Hub FSBP ECS.10",),
    types=frozenset({SERVICE}),
    resource=platform_version,
)

ROLLBACK = Rule(
    id="service.rollback",
    title="A deployment that fails is turned back",
    severity=Severity.MEDIUM,
    why="Else ECS goes on starting tasks that fail, and the service stays on half of a release.",
    fix='Set deployment_circuit_breaker={"enable": True, "rollback": True}; where traffic is shifted '
    '(BLUE_GREEN, LINEAR, CANARY) alarms={"enable": True, "rollback": True, "alarm_names": […]}.',
    types=frozenset({SERVICE}),
    resource=rollback,
)

TAGS_PROPAGATED = Rule(
    id="service.tags-propagated",
    title="Tasks carry the tags of their service or task definition",
    severity=Severity.LOW,
    why="Fargate bills tasks, so without tags nobody can tell whose cost they are.",
    fix='Set propagate_tags="SERVICE".',
    types=frozenset({SERVICE}),
    resource=tags_propagated,
)

RULES = (PUBLIC_IP, PLATFORM_VERSION, ROLLBACK, TAGS_PROPAGATED)
