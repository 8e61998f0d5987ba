"""One life for each type in the table; a module for each service, as in emulator/provider/resources."""

from tests.emulator.provider.cases import (
    appautoscaling,
    cloudwatch,
    ec2,
    ecr,
    ecs,
    edge,
    efs,
    events,
    iam,
    kms,
    lb,
    logs,
    s3,
    secretsmanager,
    sns,
)

CASES = (
    *appautoscaling.CASES,
    *cloudwatch.CASES,
    *ec2.CASES,
    *ecr.CASES,
    *ecs.CASES,
    *edge.CASES,
    *efs.CASES,
    *events.CASES,
    *iam.CASES,
    *kms.CASES,
    *lb.CASES,
    *logs.CASES,
    *s3.CASES,
    *secretsmanager.CASES,
    *sns.CASES,
)
