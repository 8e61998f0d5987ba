"""All the rules, in the order in which they are documented and run."""

from ecs_policies import exemptions
from ecs_policies.rules import (
    data,
    ecr,
    encryption,
    iam,
    iam_attached,
    iam_limits,
    iam_powers,
    iam_trust,
    network,
    operations,
    pull,
    s3,
    s3_objects,
    secrets,
    task,
)

RULES = (
    *iam.RULES,
    *iam_attached.RULES,
    *iam_powers.RULES,
    *iam_trust.RULES,
    *iam_limits.RULES,
    *pull.RULES,
    *task.RULES,
    *network.RULES,
    *data.RULES,
    *encryption.RULES,
    *ecr.RULES,
    *secrets.RULES,
    *s3.RULES,
    *s3_objects.RULES,
    *operations.RULES,
)

ALL = (*RULES, *exemptions.RULES)
"""With what is said of exemptions."""
