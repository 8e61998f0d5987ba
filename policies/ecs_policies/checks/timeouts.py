"""The clocks of a task and of the load balancer before it, which only work together. All values are
seconds.

AWS documentation: "Amazon ECS task definition parameters for Fargate" (Health check, Container timeouts),
"Optimize load balancer connection draining parameters for Amazon ECS", "Amazon ECS clusters for the Fargate
launch type" (Fargate Spot termination notices), "Application Load Balancers" (Connection idle timeout).
"""

from collections.abc import Iterable

from ecs_policies.checks.graph import graph
from ecs_policies.checks.problem import Problem, Problems
from ecs_policies.checks.reading import Record, items, named, number, record, text

FARGATE_MAXIMUM_STOP = 120
FARGATE_DEFAULT_STOP = 30
SPOT_NOTICE = 120

# healthCheck field → (setting, the range ECS accepts)
_HEALTH_CHECK = {
    "interval": ("interval", range(5, 301)),
    "timeout": ("timeout", range(2, 61)),
    "retries": ("retries", range(1, 11)),
    "startPeriod": ("start_period", range(301)),
}


def containers_timeouts(containers: object, *, fargate: bool = True) -> Problems:
    """Are the start and stop timeouts within what Fargate accepts, the health checks and restart policies
    within what ECS does?"""
    problems: list[Problem] = []
    for path, container in named(containers):
        for field, setting in (("stopTimeout", "stop_timeout"), ("startTimeout", "start_timeout")):
            if fargate:
                allowed = range(FARGATE_MAXIMUM_STOP + 1)
                problems.extend(_in_range(f"{path}.{setting}", container.get(field), allowed))
        check = container.get("healthCheck")
        problems.extend(_health_check(f"{path}.health_check", record(check)) if check else ())
        policy = record(container.get("restartPolicy"))
        period = policy.get("restartAttemptPeriod")
        problems.extend(_in_range(f"{path}.restart_policy.attempt_period", period, range(60, 1801)))
    return tuple(problems)


def grace_needed(containers: object, routed: str) -> int:
    """How long the service must ignore failing health checks: the start periods, one after another, of the
    containers that `routed` waits on to become healthy, and its own."""
    waits = {
        name: [other for other, condition in edges.items() if condition == "HEALTHY"]
        for name, edges in graph(containers).items()
    }
    periods = {
        text(each.get("name")): int(number(record(each.get("healthCheck")).get("startPeriod")) or 0)
        for _, each in named(containers)
    }
    # One round for each container reaches the end of every chain, and stops on a cycle, which isn't judged
    # here.
    chains = dict(periods)
    for _ in periods:
        chains = {
            name: own + max((chains.get(other, 0) for other in waits[name]), default=0)
            for name, own in periods.items()
        }
    return chains.get(routed, 0)


def grace(containers: object, routed: str, health_check_grace: object) -> Problems:
    """Does the service's health-check grace period outlast the start of the containers?"""
    needed = grace_needed(containers, routed)
    given = number(health_check_grace)
    if given is not None and given >= needed:
        return ()
    message = f"{routed} and what it waits for may take {needed} s to start and would be replaced before that"
    fix = f"Use {needed} or more, or shorten the start periods"
    return (Problem(path="health_check_grace", value=health_check_grace, message=message, fix=fix),)


def draining(containers: object, routed: str, deregistration_delay: object, *, spot: bool) -> Problems:
    """Is a target drained before its container is killed?

    In a deployment ECS drains first and stops then, so draining longer than the stop timeout is only slow.
    On StopTask, and so on Spot's 120 s notice, both begin at once: what still drains is cut off.
    """
    delay = number(deregistration_delay)
    path = "deregistration_delay"
    if delay is None or not 0 <= delay <= 3600:
        message, fix = "not a deregistration delay", "Use a number from 0 to 3600"
        return (Problem(path=path, value=deregistration_delay, message=message, fix=fix),)
    by_name = {text(each.get("name")): each for _, each in named(containers)}
    stop = number(by_name.get(routed, {}).get("stopTimeout"))
    stop = FARGATE_DEFAULT_STOP if stop is None else stop
    if delay <= stop:
        return ()
    message = f"the load balancer drains longer than {routed}'s stop timeout of {stop:g} s"
    if spot:
        message += ", so an interrupted Spot task is killed with requests in flight"
    fix = f"Use {stop:g} or less, or raise {routed}'s stop timeout (at most {FARGATE_MAXIMUM_STOP})"
    severity = "error" if spot else "warning"
    return (Problem(path=path, value=deregistration_delay, message=message, fix=fix, severity=severity),)


def keep_alive(keepalive_timeout: object, idle_timeout: object) -> Problems:
    """Does the proxy keep an idle connection longer than the load balancer does?

    Else the load balancer may send a request on a connection that is just being closed, and answers 502.
    """
    kept, idle = number(keepalive_timeout), number(idle_timeout)
    if idle is None or not 1 <= idle <= 4000:
        message, fix = "not an idle timeout of an Application Load Balancer", "Use a number from 1 to 4000"
        return (Problem(path="idle_timeout", value=idle_timeout, message=message, fix=fix),)
    if kept is not None and kept > idle:
        return ()
    message = (
        f"the load balancer keeps idle connections for {idle:g} s and would reuse one that is closed already"
    )
    fix = f"Use more than {idle:g}, for instance {idle + 15:g}"
    return (Problem(path="keepalive_timeout", value=keepalive_timeout, message=message, fix=fix),)


def _health_check(path: str, check: Record) -> Iterable[Problem]:
    command = items(check.get("command"))
    if not command or command[0] not in ("CMD", "CMD-SHELL", "NONE"):
        message, fix = "not a health check's command", 'Begin the list with "CMD" or "CMD-SHELL"'
        yield Problem(path=f"{path}.command", value=check.get("command"), message=message, fix=fix)
    for field, (setting, allowed) in _HEALTH_CHECK.items():
        yield from _in_range(f"{path}.{setting}", check.get(field), allowed)


def _in_range(path: str, value: object, allowed: range) -> Iterable[Problem]:
    if value is not None and number(value) not in allowed:
        fix = f"Use a whole number from {allowed[0]} to {allowed[-1]}"
        yield Problem(path=path, value=value, message="out of the range that ECS accepts", fix=fix)
