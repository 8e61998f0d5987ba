"""All the rules, in the order in which they are documented and run."""

from ecs_policies import exemptions
from ecs_policies.rules import iam, network, pull, task

RULES = (
    *iam.RULES,
    *pull.RULES,
    *task.RULES,
    *network.RULES,
)

ALL = (*RULES, *exemptions.RULES)
"""With what is said of exemptions."""
