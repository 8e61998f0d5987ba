"""Scaling activities, as DescribeScalingActivities lists them ("Scaling activities for Application Auto
Scaling" in the user guide)."""

import uuid
from dataclasses import dataclass
from typing import Any

from emulator.aws.ecs.service import Service


@dataclass(slots=True, kw_only=True)
class Activity:
    """Something that was done to a scalable target. `capacity` is what it set the service to, if it did."""

    target: tuple[str, str, str]
    description: str
    cause: str
    message: str
    started_at: float
    identity: str
    capacity: int | None = None
    status: str = "Successful"
    ended_at: float | None = None


def of(backend: Any) -> list[Activity]:
    """The activities of one of moto's backends, newest first; they go when moto resets it."""
    return backend.__dict__.setdefault("scaling_activities", [])


def limits_set(backend: Any, target: Any, *, cause: str, now: float) -> None:
    """Notes that a scheduled action has set what the target allows."""
    what = f"min capacity to {target.min_capacity} and max capacity to {target.max_capacity}"
    _note(backend, target, f"Setting {what}", cause, f"Successfully set {what}", now).ended_at = now


def count_set(backend: Any, target: Any, *, capacity: int, cause: str, now: float) -> Activity:
    """Notes that the service's desired count was set; it is in progress until as many tasks run."""
    done = f"Successfully set desired count to {capacity}."
    waiting = f"{done} Waiting for change to be fulfilled by ecs."
    made = _note(backend, target, f"Setting desired count to {capacity}.", cause, waiting, now)
    made.capacity, made.status = capacity, "InProgress"
    return made


def settle(backend: Any, target: Any, service: Service, now: float) -> None:
    """Ends the activities that the service has fulfilled, or that something newer has overridden."""
    for one in of(backend):
        if one.status != "InProgress" or one.target != _identity(target):
            continue
        if service.desired_count != one.capacity:
            one.status, one.ended_at = "Overridden", now
        elif service.is_steady:
            done = f"Successfully set desired count to {one.capacity}."
            one.message = f"{done} Change successfully fulfilled by ecs."
            one.status, one.ended_at = "Successful", now


def describe(one: Activity) -> dict[str, Any]:
    """DescribeScalingActivities' view."""
    namespace, resource, dimension = one.target
    shown = {
        "ActivityId": one.identity,
        "ServiceNamespace": namespace,
        "ResourceId": resource,
        "ScalableDimension": dimension,
        "Description": one.description,
        "Cause": one.cause,
        "StartTime": one.started_at,
        "EndTime": one.ended_at,
        "StatusCode": one.status,
        "StatusMessage": one.message,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _note(backend: Any, target: Any, description: str, cause: str, message: str, now: float) -> Activity:
    made = Activity(
        target=_identity(target),
        description=description,
        cause=cause,
        message=message,
        started_at=now,
        identity=str(uuid.uuid4()),
    )
    of(backend).insert(0, made)
    return made


def _identity(target: Any) -> tuple[str, str, str]:
    return target.service_namespace, target.resource_id, target.scalable_dimension
