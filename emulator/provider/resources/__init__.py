"""The tables, one module for each service. A module has RESOURCES and INVOKES, both tuples."""

from typing import Protocol

from emulator.provider.invoke import Invoke
from emulator.provider.model import Resource
from emulator.provider.resources import (
    acm,
    appautoscaling,
    cloudwatch,
    ec2,
    ec2_lookups,
    ecr,
    ecs,
    ecs_lookups,
    ecs_service,
    efs,
    endpoints,
    events,
    iam,
    kms,
    lb,
    listeners,
    logs,
    lookups,
    policy_documents,
    route53,
    routes,
    s3,
    s3_companions,
    secretsmanager,
    security_groups,
    sns,
    sts,
    wafv2,
)


class Area(Protocol):
    @property
    def RESOURCES(self) -> tuple[Resource, ...]: ...  # noqa: N802  # a module's constant

    @property
    def INVOKES(self) -> tuple[Invoke, ...]: ...  # noqa: N802


AREAS: tuple[Area, ...] = (
    acm,
    appautoscaling,
    cloudwatch,
    ec2,
    ec2_lookups,
    ecr,
    ecs,
    ecs_lookups,
    ecs_service,
    efs,
    endpoints,
    events,
    iam,
    kms,
    lb,
    listeners,
    logs,
    lookups,
    policy_documents,
    route53,
    routes,
    s3,
    s3_companions,
    secretsmanager,
    security_groups,
    sns,
    sts,
    wafv2,
)
