"""Deployment alarms (Amazon ECS Developer Guide, "How CloudWatch alarms detect Amazon ECS deployment
failures")."""

from typing import Any

from emulator.aws.cloudwatch import alarms
from emulator.aws.ecs.failing import ALARM, Cause, Failure
from emulator.aws.ecs.service import Deployment, Service
from emulator.aws.ecs.timing import Timing

LONGEST_BAKE = 5.0
"""Minutes. ECS computes the bake time of a rolling update with alarms, and says only that it is shorter."""


def settings(deployment: Deployment) -> dict[str, Any]:
    """The DeploymentAlarms that the deployment began with; empty when they aren't enabled."""
    wanted: dict[str, Any] = deployment.configuration.get("alarms") or {}
    return wanted if wanted.get("enable") else {}


def check(service: Service, now: float) -> None:
    """Fails the deployment under way when one of its alarms goes off.

    One that is off at the beginning may be what the deployment mends: then none is monitored at all.
    """
    primary = service.primary
    if primary is None or not primary.can_fail or not settings(primary):
        return
    wanted = settings(primary)
    ringing = [it for it in wanted["alarmNames"] if _state(service, it) == "ALARM"]
    if primary.watches_alarms is None:
        primary.watches_alarms = not ringing
    if primary.watches_alarms and ringing:
        rolls_back = bool(wanted.get("rollback"))
        failure = Failure(cause=Cause.ALARM, detail=ALARM, roll_back=rolls_back, alarms=tuple(ringing))
        service.fail(failure, now)


def bake_time(service: Service, deployment: Deployment, timing: Timing) -> float:
    """How long a rolling update's alarms are still monitored when it has replaced every task, in seconds.

    Without a number of minutes it is here as long as the slowest alarm takes to go off.
    """
    if deployment.takes_back:
        return 0.0
    minutes = float(deployment.configuration.get("bakeTimeInMinutes") or 0)
    if minutes == 0 and deployment.watches_alarms:
        slowest = [_slowness(service, it) for it in settings(deployment)["alarmNames"]]
        minutes = min(max(slowest, default=0.0), LONGEST_BAKE)
    return minutes * timing.minute


def _state(service: Service, name: str) -> str | None:
    return alarms.state(alarms.backend(service.account, service.region), name)


def _slowness(service: Service, name: str) -> float:
    """The minutes in which an alarm's metric has to breach its threshold."""
    known = alarms.backend(service.account, service.region).alarms.get(name)
    if known is None:
        return 0.0
    return (known.period or 60) * (known.evaluation_periods or 1) / 60
