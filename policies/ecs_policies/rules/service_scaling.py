"""Rules about how many tasks a service has: while it scales, and while they are replaced."""

from collections.abc import Iterator
from math import ceil, floor

from ecs_policies.kinds import SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.services import ROLLING, Scaling, is_daemon, strategy
from ecs_policies.reading.settings import number_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, number

_MINIMUM, _MAXIMUM = "deploymentMinimumHealthyPercent", "deploymentMaximumPercent"


def deployment_percentages(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Rolling deployments that stop tasks before others run, or that have no room to begin."""
    for service in stack.of_type(SERVICE):
        # A strategy that can't be read is for service.rollback to say.
        if strategy(service) == ROLLING and not is_daemon(service):
            yield from _percentages(stack, service)


def _percentages(stack: Stack, service: Resource) -> Iterator[Problem]:
    least = number_at(service, _MINIMUM, default=100)
    most = number_at(service, _MAXIMUM, default=200)
    for path, it in ((_MINIMUM, least), (_MAXIMUM, most)):
        if isinstance(it, Unreadable):
            yield unverifiable(service, path, it)
    if isinstance(least, Unreadable) or isinstance(most, Unreadable):
        return
    if least == 100 and most >= 200:
        return  # right for any number of tasks
    owner, path = stack.once(Scaling).fewest(service)
    tasks = number_at(owner, path, default=0)
    if isinstance(tasks, Unreadable):
        yield unverifiable(owner, path, tasks)
    elif tasks >= 1:
        yield from _for_tasks(service, tasks, least, most)


def _for_tasks(service: Resource, tasks: float, least: float, most: float) -> Iterator[Problem]:
    """AWS rounds the minimum up and the maximum down (API reference, "DeploymentConfiguration")."""
    healthy, running = ceil(tasks * least / 100), floor(tasks * most / 100)
    if running <= healthy:
        message = f"{most:g} % of {tasks:g} tasks leaves no room to replace one while {healthy} have to run"
        yield Problem(resource=service, path=_MAXIMUM, message=message)
    elif tasks > 1 and healthy < tasks:
        message = f"with {least:g} %, {tasks - healthy:g} of {tasks:g} tasks may be stopped before others run"
        yield Problem(resource=service, path=_MINIMUM, message=message)


def scaling_range(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Scalable targets whose range is empty, or is of no service here.

    The service's own count isn't judged: scaling owns it, so a program that ignores it leaves an old one in
    the state, and one outside the range is corrected at once.
    """
    for target, services in stack.once(Scaling).targets:
        if services.lost:
            reason = Unreadable(f"which service it scales: {IS_UNKNOWN}")
            yield unverifiable(target, "resourceId", reason)
        elif not services.found:
            reason = Unreadable("the service that it scales isn't part of the stack")
            yield unverifiable(target, "resourceId", reason)
        yield from _range(target)


def _range(target: Resource) -> Iterator[Problem]:
    least, most = _end(target, "minCapacity"), _end(target, "maxCapacity")
    for path, it in (("minCapacity", least), ("maxCapacity", most)):
        if isinstance(it, Unreadable):
            yield unverifiable(target, path, it)
    if isinstance(least, Unreadable) or isinstance(most, Unreadable):
        return
    if least > most:
        message = f"the minimum of {least:g} tasks is above the maximum of {most:g}"
        yield Problem(resource=target, path="minCapacity", message=message)


def _end(target: Resource, path: str) -> float | Unreadable:
    value = target.properties.get(path)
    return Unreadable("it isn't set") if value is None else number(value, default=0)


DEPLOYMENT_PERCENTAGES = Rule(
    id="service.deployment-percentages",
    title="A deployment keeps all tasks running, and has room to start",
    # Advisory: fewer tasks during a deployment can be a choice.
    severity=Severity.LOW,
    why="Fewer tasks than are wanted carry the load of all, and without room a deployment never ends.",
    fix="Set deployment_minimum_healthy_percent=100 and deployment_maximum_percent=200, the defaults.",
    stack=deployment_percentages,
)

SCALING_RANGE = Rule(
    id="service.scaling-range",
    title="A service scales within a range of tasks",
    severity=Severity.MEDIUM,
    why="A range that holds no number of tasks, or that is another service's, leaves this one as it is.",
    fix="Let max_capacity be min_capacity or more in the appautoscaling.Target, and make its resource_id "
    "from the service's name.",
    stack=scaling_range,
)

RULES = (DEPLOYMENT_PERCENTAGES, SCALING_RANGE)
