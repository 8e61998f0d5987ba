"""All the rules, in the order in which they are documented and run."""

from ecs_policies.model import Rule
from ecs_policies.rules.iam import STAR_ACTION, STAR_RESOURCE
from ecs_policies.rules.network import TASKS_REACHED_BY_OTHERS
from ecs_policies.rules.pull import (
    EXECUTION_ROLE_PULL,
    ONE_ROLE_FOR_BOTH,
    OTHER_ROLE_PULLS_IMAGES,
    TASK_ROLE_PULLS_IMAGES,
)
from ecs_policies.rules.task import SECRET_IN_ENVIRONMENT

RULES: tuple[Rule, ...] = (
    STAR_ACTION,
    STAR_RESOURCE,
    TASK_ROLE_PULLS_IMAGES,
    EXECUTION_ROLE_PULL,
    OTHER_ROLE_PULLS_IMAGES,
    ONE_ROLE_FOR_BOTH,
    SECRET_IN_ENVIRONMENT,
    TASKS_REACHED_BY_OTHERS,
)

# The JSON schema of each field of `model.Options`, as a pack's config spells it.
OPTIONS_SCHEMA: dict[str, dict[str, object]] = {
    "outside_roles": {
        "type": "array",
        "items": {"type": "string"},
        "default": [],
        "description": "ARNs of roles that no resource of the stack creates and that are judged elsewhere.",
    },
    "extra_repositories": {
        "type": "array",
        "items": {"type": "string"},
        "default": [],
        "description": "ARNs of ECR repositories that an execution role may pull besides its tasks' images.",
    },
    "pulling_roles": {
        "type": "array",
        "items": {"type": "string"},
        "default": [],
        "description": "Names of further roles that may pull images.",
    },
}
