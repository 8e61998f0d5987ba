"""Pure facts about a Fargate task's JSON, used by the program's constructors and by the policy rules.

Every check takes plain JSON values as they stand in AWS's task definition, tolerates anything, and hands
back a tuple of `Problem`, empty when all is well.
"""

from ecs_policies.checks.fargate import SHAPES, ephemeral_storage, reservations, shape, tmpfs
from ecs_policies.checks.firelens import log_routing
from ecs_policies.checks.graph import dependencies, names
from ecs_policies.checks.problem import Problem, Problems, shown
from ecs_policies.checks.task import document_size, task_definition
from ecs_policies.checks.timeouts import containers_timeouts, draining, grace, grace_needed, keep_alive
from ecs_policies.checks.wiring import environment, mount_points, ports, routed_port

__all__ = [
    "SHAPES",
    "Problem",
    "Problems",
    "containers_timeouts",
    "dependencies",
    "document_size",
    "draining",
    "environment",
    "ephemeral_storage",
    "grace",
    "grace_needed",
    "keep_alive",
    "log_routing",
    "mount_points",
    "names",
    "ports",
    "reservations",
    "routed_port",
    "shape",
    "shown",
    "task_definition",
    "tmpfs",
]
