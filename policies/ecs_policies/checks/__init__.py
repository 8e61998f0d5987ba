"""Pure facts about a Fargate task's JSON, used by the program's constructors and by the policy rules.

Every check takes plain JSON values as they stand in AWS's task definition, tolerates anything, and hands
back a tuple of `Problem`, empty when all is well.
"""

from ecs_policies.checks.fargate import SHAPES, ephemeral_storage, reservations, shape, tmpfs
from ecs_policies.checks.firelens import log_destinations, log_drivers, log_order, log_router, log_routing
from ecs_policies.checks.graph import dependencies, implied, names, order
from ecs_policies.checks.problem import Problem, Problems, shown
from ecs_policies.checks.task import container_count, document_size, essential, task_definition
from ecs_policies.checks.timeouts import containers_timeouts, draining, grace, grace_needed, keep_alive
from ecs_policies.checks.wiring import (
    environment,
    firelens_port,
    mount_points,
    port_clashes,
    ports,
    routed_port,
    secret_references,
    variables,
)

__all__ = [
    "SHAPES",
    "Problem",
    "Problems",
    "container_count",
    "containers_timeouts",
    "dependencies",
    "document_size",
    "draining",
    "environment",
    "ephemeral_storage",
    "essential",
    "firelens_port",
    "grace",
    "grace_needed",
    "implied",
    "keep_alive",
    "log_destinations",
    "log_drivers",
    "log_order",
    "log_router",
    "log_routing",
    "mount_points",
    "names",
    "order",
    "port_clashes",
    "ports",
    "reservations",
    "routed_port",
    "secret_references",
    "shape",
    "shown",
    "task_definition",
    "tmpfs",
    "variables",
]
