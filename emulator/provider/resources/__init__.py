"""The tables, one module for each service. A module has RESOURCES and INVOKES, both tuples."""

from typing import Protocol

from emulator.provider.invoke import Invoke
from emulator.provider.model import Resource
from emulator.provider.resources import (
    appautoscaling,
    ec2,
    ecs,
    ecs_service,
    endpoints,
    iam,
    kms,
    lb,
    listeners,
    logs,
    routes,
    s3,
    s3_companions,
    security_groups,
    sts,
)


class Area(Protocol):
    @property
    def RESOURCES(self) -> tuple[Resource, ...]: ...  # noqa: N802  # a module's constant

    @property
    def INVOKES(self) -> tuple[Invoke, ...]: ...  # noqa: N802


AREAS: tuple[Area, ...] = (
    appautoscaling,
    ec2,
    ecs,
    ecs_service,
    endpoints,
    iam,
    kms,
    lb,
    listeners,
    logs,
    routes,
    s3,
    s3_companions,
    security_groups,
    sts,
)
