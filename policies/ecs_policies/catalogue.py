"""All the rules, in the order in which they are documented and run."""

from ecs_policies import exemptions
from ecs_policies.rules import iam, iam_attached, iam_limits, iam_powers, iam_trust, network, pull, task

RULES = (
    *iam.RULES,
    *iam_attached.RULES,
    *iam_powers.RULES,
    *iam_trust.RULES,
    *iam_limits.RULES,
    *pull.RULES,
    *task.RULES,
    *network.RULES,
)

ALL = (*RULES, *exemptions.RULES)
"""With what is said of exemptions."""
