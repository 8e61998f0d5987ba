"""How the traffic-shifting strategies move a deployment on: a pure decision, taken anew at every tick.

BLUE_GREEN, LINEAR and CANARY differ in the steps in which production traffic is shifted, and in nothing else
(Amazon ECS Developer Guide, "Amazon ECS blue/green service deployments workflow", "Amazon ECS linear
deployments", "Amazon ECS canary deployments").
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

ROLLING = "ROLLING"
HOURS_IN_A_STAGE = 24
"""A stage, and each step of the production traffic, may take that long; then the deployment fails."""


class Stage(StrEnum):
    """A deployment's `lifecycleStage`, in the order in which it passes through them."""

    RECONCILE_SERVICE = "RECONCILE_SERVICE"
    PRE_SCALE_UP = "PRE_SCALE_UP"
    SCALE_UP = "SCALE_UP"
    POST_SCALE_UP = "POST_SCALE_UP"
    TEST_TRAFFIC_SHIFT = "TEST_TRAFFIC_SHIFT"
    POST_TEST_TRAFFIC_SHIFT = "POST_TEST_TRAFFIC_SHIFT"
    PRODUCTION_TRAFFIC_SHIFT = "PRODUCTION_TRAFFIC_SHIFT"
    POST_PRODUCTION_TRAFFIC_SHIFT = "POST_PRODUCTION_TRAFFIC_SHIFT"
    BAKE_TIME = "BAKE_TIME"
    CLEAN_UP = "CLEAN_UP"


_ORDER = tuple(Stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """So much of the production traffic goes to green, for so many minutes until the next step."""

    percent: float
    minutes: float = 0.0


ALL_AT_ONCE = (Step(percent=100.0),)


def steps(configuration: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps of a DeploymentConfiguration's strategy, with the API reference's defaults."""
    strategy = configuration.get("strategy", ROLLING)
    if strategy == "CANARY":
        canary = configuration.get("canaryConfiguration", {})
        percent, minutes = canary.get("canaryPercent", 5.0), canary.get("canaryBakeTimeInMinutes", 10)
        return tuple(Step(percent=percent, minutes=minutes) for _ in range(percent < 100)) + ALL_AT_ONCE
    if strategy == "LINEAR":
        linear = configuration.get("linearConfiguration", {})
        percent, minutes = linear.get("stepPercent", 10.0), linear.get("stepBakeTimeInMinutes", 6)
        before = range(1, -int(-100 // percent))
        return tuple(Step(percent=round(n * percent, 1), minutes=minutes) for n in before) + ALL_AT_ONCE
    return ALL_AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a deployment has come. `since` is when the stage began, or the step of production traffic."""

    stage: Stage
    since: float
    test: float = 0.0
    production: float = 0.0
    """The shares of the traffic that green is to have, in percent."""

    def is_past(self, stage: Stage) -> bool:
        """Whether this stage is over."""
        return _ORDER.index(self.stage) > _ORDER.index(stage)

    def has_reached(self, stage: Stage) -> bool:
        """Whether this stage has begun."""
        return _ORDER.index(self.stage) >= _ORDER.index(stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the scheduler sees of the service."""

    reconciled: bool
    """Only blue's tasks run beside green's: those of a deployment that was overtaken are gone."""
    scaled_up: bool
    """Green has its desired number of healthy tasks."""
    has_blue: bool


def begin(now: float, *, overtakes: bool) -> Progress:
    """Where a deployment starts: one that overtakes another puts the service in order first."""
    return Progress(stage=Stage.RECONCILE_SERVICE if overtakes else Stage.PRE_SCALE_UP, since=now)


def advance(
    progress: Progress, seen: View, configuration: Mapping[str, Any], *, now: float, minute: float
) -> Progress:
    """The next stage or step when it is due, else the progress as it is; never more than one at a time.

    `minute` is how long a minute of the configuration's lasts. A first deployment has nothing to compare
    itself with: its traffic is shifted at once, and it has no bake time.
    """
    if progress.stage is Stage.CLEAN_UP or not _is_over(progress, seen, configuration, now, minute):
        return progress
    plan = steps(configuration) if seen.has_blue else ALL_AT_ONCE
    if progress.stage is Stage.PRODUCTION_TRAFFIC_SHIFT and progress.production < 100:
        percent = next(it.percent for it in plan if it.percent > progress.production)
        return replace(progress, since=now, production=percent)
    after = _ORDER[_ORDER.index(progress.stage) + 1]
    if after is Stage.BAKE_TIME and not seen.has_blue:
        after = Stage.CLEAN_UP
    return replace(
        progress,
        stage=after,
        since=now,
        test=100.0 if after is Stage.TEST_TRAFFIC_SHIFT else progress.test,
        production=plan[0].percent if after is Stage.PRODUCTION_TRAFFIC_SHIFT else progress.production,
    )


def _is_over(
    progress: Progress, seen: View, configuration: Mapping[str, Any], now: float, minute: float
) -> bool:
    passed = now - progress.since
    match progress.stage:
        case Stage.RECONCILE_SERVICE:
            return seen.reconciled
        case Stage.PRE_SCALE_UP:
            return True
        case Stage.PRODUCTION_TRAFFIC_SHIFT:
            wait = next((it.minutes for it in steps(configuration) if it.percent == progress.production), 0.0)
            return seen.scaled_up and passed >= wait * minute
        case Stage.BAKE_TIME:
            return passed >= configuration.get("bakeTimeInMinutes", 0) * minute
        case _:
            # Traffic goes only to a green that can take it.
            return seen.scaled_up


def is_overdue(progress: Progress, *, now: float, minute: float) -> bool:
    """Whether the stage has reached the limit at which ECS fails the deployment."""
    return progress.stage is not Stage.CLEAN_UP and now - progress.since >= HOURS_IN_A_STAGE * 60 * minute
