"""Moves the desired counts of ECS services: by their scalable targets' limits, schedules and policies."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.ecs.models import ecs_backends

from emulator.aws.cloudwatch import alarms
from emulator.aws.ecs.service import Service
from emulator.aws.ecs.timing import CLOCK, TIMING, Clock, Timing
from emulator.aws.scaling import activities, schedule
from emulator.aws.scaling.decide import DEFAULT_COOLDOWN, Bounds, stepped, tracked

log = logging.getLogger("emulator.aws")
DIMENSION = "ecs:service:DesiredCount"


@dataclass(slots=True)
class Memory:
    """What the scaler remembers of one scalable target. Times are the clock's."""

    looks: dict[str, int] = field(default_factory=lambda: dict[str, int]())
    """How often each alarm had been looked at when the scaler last saw it."""
    out_until: float = 0.0
    before_out: int = 0
    """The capacity before the scale-out whose cooldown lasts until then."""
    in_until: float = 0.0
    scheduled_at: float | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A policy's wish, and why. The cooldown is in seconds of AWS's."""

    capacity: int
    cooldown: float
    alarm: str
    policy: str

    @property
    def cause(self) -> str:
        """The activity's Cause."""
        return f"monitor alarm {self.alarm} in state ALARM triggered policy {self.policy}"


class Scaler:
    """Scales the services of one account and region."""

    def __init__(self, account: str, region: str, *, clock: Clock, timing: Timing) -> None:
        self._backend: Any = applicationautoscaling_backends[account][region]
        self._services: Any = ecs_backends[account][region].services
        self._cloudwatch: Any = cloudwatch_backends[account][region]
        self._clock, self._timing = clock, timing

    def tick(self) -> None:
        """Looks at each scalable target; one that fails doesn't hold up the others."""
        for target in list(self._backend.targets.get(DIMENSION, {}).values()):
            memory = self._memory(target)
            try:
                self._look(target, memory, self._clock.now())
                memory.failure = ""
            except Exception as error:
                if memory.failure != repr(error):
                    log.exception("scaling failed with %s", target.resource_id)
                memory.failure = repr(error)

    def _memory(self, target: Any) -> Memory:
        return target.__dict__.setdefault("memory", Memory())

    def _look(self, target: Any, memory: Memory, now: float) -> None:
        _, cluster, name = target.resource_id.split("/")
        service: Service | None = self._services.get(f"{cluster}:{name}")
        if service is None or service.status != "ACTIVE":
            return
        activities.settle(self._backend, target, service, now)
        if target.__dict__.pop("registered", False):
            self._hold(target, service, now)
        self._run_schedules(target, memory, service, now)
        self._follow(target, memory, service, now)

    def _hold(self, target: Any, service: Service, now: float) -> None:
        """Brings the service within the target's limits, as RegisterScalableTarget and schedules do."""
        bounds = _bounds(target)
        capacity = bounds.hold(service.desired_count)
        if capacity != service.desired_count:
            which = "minimum" if capacity == bounds.least else "maximum"
            self._set(target, service, capacity, f"{which} capacity was set to {capacity}", now)

    def _run_schedules(self, target: Any, memory: Memory, service: Service, now: float) -> None:
        since, memory.scheduled_at = memory.scheduled_at, now
        if since is None or _is_suspended(target, "ScheduledScalingSuspended"):
            return
        for action in self._backend.scheduled_actions:
            if action.resource_id != target.resource_id or action.scalable_dimension != DIMENSION:
                continue
            found = schedule.parse(action.schedule, action.timezone)
            begun = action.__dict__.setdefault("begun", since)
            if found.is_due(
                after=since, until=now, begun=begun, start=action.start_time, end=action.end_time
            ):
                limits: dict[str, int] = action.scalable_target_action or {}
                target.update(limits.get("MinCapacity"), limits.get("MaxCapacity"), None)
                cause = f"scheduled action name {action.scheduled_action_name} was triggered"
                activities.limits_set(self._backend, target, cause=cause, now=now)
                self._hold(target, service, now)

    def _follow(self, target: Any, memory: Memory, service: Service, now: float) -> None:
        """Does what the alarms that were looked at since the last tick ask for: more first, else less."""
        policies = [it for it in self._backend.policies.values() if it.resource_id == target.resource_id]
        news = {it.name for it in self._cloudwatch.alarms.values() if self._is_new(it, memory)}
        base = memory.before_out if now < memory.out_until else service.desired_count
        stepping = [it for policy in policies for it in self._steps(policy, news, service, base)]
        outs = [it for policy in policies for it in self._outs(policy, news, base)]
        outs += [it for it in stepping if it.capacity > base]
        if outs and not _is_suspended(target, "DynamicScalingOutSuspended"):
            self._scale_out(target, memory, service, max(outs, key=lambda it: it.capacity), now)
            return
        ins = self._ins(policies, news, service) + [it for it in stepping if it.capacity < base]
        if ins and not outs and not _is_suspended(target, "DynamicScalingInSuspended"):
            self._scale_in(target, memory, service, max(ins, key=lambda it: it.capacity), now)

    def _is_new(self, alarm: Any, memory: Memory) -> bool:
        looks = alarms.looks(alarm)
        before, memory.looks[alarm.name] = memory.looks.get(alarm.name, 0), looks
        return looks > before

    def _outs(self, policy: Any, news: set[str], base: int) -> Iterator[Proposal]:
        """What a target tracking policy adds when its high alarm goes off."""
        if policy.policy_type != "TargetTrackingScaling":
            return
        configuration = policy.target_tracking_scaling_policy_configuration
        high = self._cloudwatch.alarms.get(policy.alarms[0].name)
        value = alarms.value(high) if high and high.name in news and high.state_value == "ALARM" else None
        if value is not None:
            yield Proposal(
                capacity=tracked(max(base, 1), value, configuration["TargetValue"]),
                cooldown=configuration.get("ScaleOutCooldown", DEFAULT_COOLDOWN),
                alarm=high.name,
                policy=policy.policy_name,
            )

    def _ins(self, policies: list[Any], news: set[str], service: Service) -> list[Proposal]:
        """What all of the target tracking policies that may remove capacity agree to remove."""
        found: list[Proposal] = []
        triggered = False
        for policy in policies:
            configuration = policy.target_tracking_scaling_policy_configuration
            if policy.policy_type != "TargetTrackingScaling" or configuration.get("DisableScaleIn"):
                continue
            low = self._cloudwatch.alarms.get(policy.alarms[1].name)
            value = alarms.value(low) if low and low.state_value == "ALARM" else None
            if value is None:
                return []
            triggered = triggered or low.name in news
            capacity = tracked(service.desired_count, value, configuration["TargetValue"])
            cooldown = configuration.get("ScaleInCooldown", DEFAULT_COOLDOWN)
            found.append(
                Proposal(capacity=capacity, cooldown=cooldown, alarm=low.name, policy=policy.policy_name)
            )
        return [max(found, key=lambda it: it.capacity)] if triggered else []

    def _steps(self, policy: Any, news: set[str], service: Service, base: int) -> Iterator[Proposal]:
        """What a step scaling policy wants when an alarm goes off that has the policy as an action."""
        if policy.policy_type != "StepScaling":
            return
        configuration = policy.step_scaling_policy_configuration
        for name in news:
            alarm = self._cloudwatch.alarms[name]
            if alarm.state_value != "ALARM" or policy.policy_arn not in alarm.alarm_actions:
                continue
            value = alarms.value(alarm)
            breach = 0.0 if value is None else value - float(alarm.threshold)
            adds = stepped(configuration, base, breach) > base
            yield Proposal(
                capacity=stepped(configuration, base if adds else service.desired_count, breach),
                cooldown=configuration.get("Cooldown", DEFAULT_COOLDOWN),
                alarm=name,
                policy=policy.policy_name,
            )

    def _scale_out(self, target: Any, memory: Memory, service: Service, want: Proposal, now: float) -> None:
        """Adds capacity; during the cooldown of an earlier scale-out only what is more than it added."""
        capacity, before = _bounds(target).hold(want.capacity), service.desired_count
        if capacity <= before:
            return
        if now >= memory.out_until:
            memory.before_out = before
        memory.out_until, memory.in_until = now + want.cooldown * self._timing.second, 0.0
        self._set(target, service, capacity, want.cause, now)

    def _scale_in(self, target: Any, memory: Memory, service: Service, want: Proposal, now: float) -> None:
        """Removes capacity, but neither during the cooldown nor during a deployment ("Troubleshooting
        service auto scaling in Amazon ECS").
        """
        capacity = _bounds(target).hold(want.capacity)
        if capacity >= service.desired_count or now < memory.in_until or service.ongoing:
            return
        memory.in_until = now + want.cooldown * self._timing.second
        self._set(target, service, capacity, want.cause, now)

    def _set(self, target: Any, service: Service, capacity: int, cause: str, now: float) -> None:
        service.settings = {**service.settings, "desiredCount": capacity}
        service.is_steady = False
        activities.count_set(self._backend, target, capacity=capacity, cause=cause, now=now)


def tick_all() -> None:
    """One tick for every account and region that was used."""
    for account, regions in list(applicationautoscaling_backends.items()):
        for region in list(regions):
            Scaler(account, region, clock=CLOCK, timing=TIMING).tick()


def _bounds(target: Any) -> Bounds:
    return Bounds(least=target.min_capacity, most=target.max_capacity)


def _is_suspended(target: Any, what: str) -> bool:
    suspended: dict[str, bool] = target.suspended_state or {}
    return suspended.get(what, False)
