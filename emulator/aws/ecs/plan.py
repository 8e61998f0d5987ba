"""Which tasks of a service to start and which to stop: a pure decision, taken anew at every tick.

The bounds are those of "Amazon ECS service deployment parameters" (DeploymentConfiguration in the API
reference): healthy tasks never fall below the minimum by the scheduler's own doing, and tasks that start or
run never exceed the maximum; tasks that are stopping count for neither. The minimum is rounded up, the
maximum down.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a service should look like."""

    desired: int
    minimum_percent: int = 100
    maximum_percent: int = 200
    zones: tuple[str, ...]
    rebalance: bool = False

    @property
    def least_healthy(self) -> int:
        """Healthy tasks that must remain while old ones are stopped."""
        return -(-self.desired * self.minimum_percent // 100)

    @property
    def most(self) -> int:
        """Tasks that may start or run at once."""
        return self.desired * self.maximum_percent // 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One task that starts or runs; `current` if it belongs to the primary deployment."""

    id: str
    zone: str
    current: bool
    healthy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The zones to start a task in, and the tasks to stop."""

    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()


def plan(wanted: Wanted, tasks: Iterable[Seen]) -> Plan:
    """The next step from `tasks` towards `wanted`; empty when it is reached or must be waited for."""
    seen = sorted(tasks, key=lambda task: task.id)
    current = [task for task in seen if task.current]
    surplus = _surplus(wanted, current)
    old = _replaced(wanted, seen, leaving=surplus)
    missing = max(wanted.desired - len(current), 0)
    room = max(wanted.most - (len(seen) - len(surplus) - len(old)), 0)
    start = _places(wanted, current, count=min(missing, room))
    if not (start or surplus or old) and _should_rebalance(wanted, seen, current):
        start = _places(wanted, current, count=min(1, room))
    return Plan(start=start, stop=tuple(task.id for task in (*surplus, *old)))


def spread(zones: tuple[str, ...], tasks: Iterable[Seen]) -> int:
    """By how many tasks the fullest zone exceeds the emptiest."""
    count = _by_zone(zones, tasks)
    return max(count.values(), default=0) - min(count.values(), default=0)


def _surplus(wanted: Wanted, current: list[Seen]) -> list[Seen]:
    """Current tasks beyond the desired number, fullest zone first and there those that aren't healthy.

    A healthy one waits until enough others are healthy: with zone rebalancing the task that replaces it has
    only just been started.
    """
    remaining, leaving = list(current), list[Seen]()
    while len(remaining) > wanted.desired:
        count = _by_zone(wanted.zones, remaining)
        candidate = max(remaining, key=lambda task: (count[task.zone], not task.healthy, task.id))
        if candidate.healthy and sum(task.healthy for task in remaining) <= wanted.desired:
            break
        remaining.remove(candidate)
        leaving.append(candidate)
    return leaving


def _replaced(wanted: Wanted, seen: list[Seen], *, leaving: list[Seen]) -> list[Seen]:
    """Old tasks to stop: those that never got healthy, those replaced, and more where room is needed.

    The last is the only case that goes below the desired number, down to the minimum.
    """
    old = [task for task in seen if not task.current]
    unhealthy = [task for task in old if not task.healthy]
    healthy = _fullest_first(wanted.zones, [task for task in old if task.healthy])
    left = sum(task.healthy for task in seen) - sum(task.healthy for task in leaving)
    replaced = max(left - wanted.desired, 0)

    current = sum(task.current for task in seen) - len(leaving)
    alive = len(seen) - len(leaving) - len(unhealthy)
    missing = max(wanted.desired - current, 0)
    no_room = missing > 0 and alive - min(replaced, len(healthy)) >= wanted.most
    spare = max(left - wanted.least_healthy, 0) if no_room else replaced
    return [*unhealthy, *healthy[: max(spare, replaced)]]


def _places(wanted: Wanted, current: list[Seen], *, count: int) -> tuple[str, ...]:
    """Zones for `count` more tasks, each the one that is emptiest by then."""
    taken = _by_zone(wanted.zones, current)
    places: list[str] = []
    for _ in range(count):
        zone = min(wanted.zones, key=lambda name: (taken[name], wanted.zones.index(name)))
        taken[zone] += 1
        places.append(zone)
    return tuple(places)


def _should_rebalance(wanted: Wanted, seen: list[Seen], current: list[Seen]) -> bool:
    """Whether a steady service stands unevenly over its zones.

    The behaviour is that of "Balancing an Amazon ECS service across Availability Zones".
    """
    steady = len(seen) == len(current) == wanted.desired and all(task.healthy for task in current)
    return wanted.rebalance and steady and spread(wanted.zones, current) > 1


def _fullest_first(zones: tuple[str, ...], tasks: list[Seen]) -> list[Seen]:
    """The tasks in an order that keeps what remains even over the zones."""
    remaining, ordered = list(tasks), list[Seen]()
    while remaining:
        count = _by_zone(zones, remaining)
        candidate = max(remaining, key=lambda task: (count[task.zone], task.id))
        remaining.remove(candidate)
        ordered.append(candidate)
    return ordered


def _by_zone(zones: tuple[str, ...], tasks: Iterable[Seen]) -> Counter[str]:
    count = Counter(dict.fromkeys(zones, 0))
    count.update(task.zone for task in tasks)
    return count
