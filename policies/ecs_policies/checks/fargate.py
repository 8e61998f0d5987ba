"""Sizes: which CPU and memory go together on Fargate, and whether the containers fit.

AWS documentation: "Amazon ECS task definition differences for Fargate" (Task CPU and memory, Task ephemeral
storage), "Amazon ECS task definition parameters for Fargate" (Task size, Linux parameters). CPU in units of
1/1024 vCPU, memory in MiB, storage in GiB.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from ecs_policies.checks.problem import Problem, Problems
from ecs_policies.checks.reading import Record, named, number, record, records

_GIB = 1024

# CPU units → the memory sizes, in MiB, that Fargate offers with them on Linux.
SHAPES: Mapping[int, Sequence[int]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: range(1 * _GIB, 4 * _GIB + 1, _GIB),
    1024: range(2 * _GIB, 8 * _GIB + 1, _GIB),
    2048: range(4 * _GIB, 16 * _GIB + 1, _GIB),
    4096: range(8 * _GIB, 30 * _GIB + 1, _GIB),
    8192: range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB),
    16384: range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB),
}

EPHEMERAL_STORAGE_GIB = range(21, 201)


def size(value: object) -> float | None:
    """A task's CPU in units or memory in MiB, from the plain number or from "1 vCPU" and "2 GB" as ECS
    takes them."""
    written = (
        re.fullmatch(r"\s*([0-9.]+)\s*(?:vcpu|gb)\s*", value, re.IGNORECASE)
        if isinstance(value, str)
        else None
    )
    if written is None:
        return number(value)
    whole = number(written[1])
    return None if whole is None else whole * _GIB


def shape(cpu: object, memory: object) -> Problems:
    """Is this pair of task CPU and memory one that Fargate sells?"""
    units, mib = size(cpu), size(memory)
    if units is None or units not in SHAPES:
        message = "Fargate has no task of this many CPU units"
        return (Problem(path="cpu", value=cpu, message=message, fix=f"Use one of {_listed(SHAPES)}"),)
    sizes = SHAPES[int(units)]
    if mib in sizes:
        return ()
    message = f"Fargate has no task of {int(units)} CPU units with this much memory"
    return (Problem(path="memory", value=memory, message=message, fix=_nearest(int(units), mib)),)


def ephemeral_storage(gib: object) -> Problems:
    """Is this much ephemeral storage allowed? Absent (None) means the 20 GiB that every task has."""
    if gib is None or number(gib) in EPHEMERAL_STORAGE_GIB:
        return ()
    message = "a task's ephemeral storage is 21 to 200 whole GiB"
    fix = "Use a number from 21 to 200, or leave it out for the 20 GiB that every task has"
    return (Problem(path="ephemeral_storage", value=gib, message=message, fix=fix),)


def reservations(cpu: object, memory: object, containers: object) -> Problems:
    """Do the containers' CPU and memory reservations fit the task's, and each limit its own reservation?"""
    return (
        *_sum_fits("cpu", cpu, [(path, number(each.get("cpu"))) for path, each in named(containers)]),
        *_sum_fits("memory", memory, [(path, memory_share(each)) for path, each in named(containers)]),
        *_limits(containers),
    )


def tmpfs(memory: object, containers: object) -> Problems:
    """Does each container's tmpfs leave it memory to run in? Its pages count as the container's own
    memory."""
    problems: list[Problem] = []
    for path, container in named(containers):
        mounts = records(record(container.get("linuxParameters")).get("tmpfs"))
        total = sum(number(mount.get("size")) or 0 for mount in mounts)
        share = memory_share(container)
        available = size(memory) if share is None else share
        if total and available is not None and total >= available:
            message = f"the tmpfs mounts may fill all of the container's {available:g} MiB of memory"
            fix = f"Keep their sum below {available:g} MiB, or give the container more memory"
            problems.append(Problem(path=f"{path}.tmpfs", value=total, message=message, fix=fix))
    return tuple(problems)


def memory_share(container: Record) -> float | None:
    """What ECS subtracts from the task's memory for this container: its reservation, else its limit."""
    reservation = number(container.get("memoryReservation"))
    return number(container.get("memory")) if reservation is None else reservation


def _sum_fits(setting: str, whole: object, parts: list[tuple[str, float | None]]) -> Problems:
    limit = size(whole)
    total = sum(part or 0 for _, part in parts)
    if limit is None or total <= limit:
        return ()
    shares = ", ".join(f"{path.removeprefix('containers.')} {part:g}" for path, part in parts if part)
    message = f"the containers reserve {total:g}, {total - limit:g} more than the task's {limit:g} ({shares})"
    fix = f"Raise the task's {setting} or lower the containers' until they sum to {limit:g} at most"
    return (Problem(path=setting, value=whole, message=message, fix=fix),)


def _limits(containers: object) -> Problems:
    problems: list[Problem] = []
    for path, container in named(containers):
        limit, reservation = number(container.get("memory")), number(container.get("memoryReservation"))
        if limit is not None and reservation is not None and limit < reservation:
            message = f"the limit is below the container's own reservation of {reservation:g} MiB"
            fix = f"Use at least {reservation:g} MiB"
            problems.append(Problem(path=f"{path}.memory", value=limit, message=message, fix=fix))
    return tuple(problems)


def _nearest(units: int, mib: float | None) -> str:
    sizes = SHAPES[units]
    legal = f"{sizes[0]} to {sizes[-1]} MiB"
    legal += f" in steps of {sizes.step}" if isinstance(sizes, range) else f" ({_listed(sizes)})"
    if mib is None:
        return f"With {units} CPU units use {legal}"
    nearest = min(sizes, key=lambda each: (abs(each - mib), each))
    with_memory = [str(other) for other, memories in SHAPES.items() if mib in memories]
    other = f", or keep the memory and use {' or '.join(with_memory)} CPU units" if with_memory else ""
    return f"With {units} CPU units use {legal} (nearest: {nearest}){other}"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
