"""One life for each type in the table; a module for each service, as in emulator/provider/resources."""

from tests.emulator.provider.cases import (
    appautoscaling,
    ec2,
    ecs,
    edge,
    iam,
    kms,
    lb,
    logs,
    s3,
)

CASES = (
    *appautoscaling.CASES,
    *ec2.CASES,
    *ecs.CASES,
    *edge.CASES,
    *iam.CASES,
    *kms.CASES,
    *lb.CASES,
    *logs.CASES,
    *s3.CASES,
)
