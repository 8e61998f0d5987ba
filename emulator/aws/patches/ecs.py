"""ECS: task definitions are checked and kept whole; clusters behave; services and tasks run."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import (
    ECSException,
    InvalidParameterException,
    TaskDefinitionNotFoundException,
)
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse as Responses

from emulator.aws.ecs import definitions
from emulator.aws.ecs.describe_deployments import moment
from emulator.aws.ecs.timing import CLOCK
from emulator.aws.patches import ecs_deployments, ecs_services, ecs_tasks
from emulator.aws.patching import replace, wrap

__all__ = ["ecs_deployments", "ecs_services", "ecs_tasks"]

# Kept as they were put in; moto's constructor doesn't know them.
_EXTRA = {"enableFaultInjection": "enable_fault_injection"}


# RegisterTaskDefinition refuses what can't run, and DescribeTaskDefinition shows the defaults it filled in.
@wrap(Responses)
def register_task_definition(original: Any, self: Any) -> ActionResult:
    request = self.params
    definitions.check(request)
    self.params = definitions.complete(request)
    made: Any = original(self).result["taskDefinition"]
    made.registered_at = moment(CLOCK.now())
    made.registered_by = f"arn:aws:iam::{self.current_account}:root"
    made.deregistered_at = None
    for name, attribute in _EXTRA.items():
        setattr(made, attribute, request.get(name))
    return ActionResult({"taskDefinition": made, "tags": made.tags})


# An awsvpc task definition without compatibilities stays awsvpc, and one for EC2 alone keeps its mode;
# FARGATE is listed among the compatibilities only where the definition asked for it.
@wrap(TaskDefinition, "__init__")
def init(original: Any, self: Any, *arguments: Any, **keywords: Any) -> None:
    original(self, *arguments, **keywords)
    self.network_mode = keywords.get("network_mode") or "bridge"


# A revision number is never given twice, not even after DeleteTaskDefinitions took the highest one.
@wrap(EC2ContainerServiceBackend, "register_task_definition")
def register(original: Any, self: Any, family: str, *arguments: Any, **keywords: Any) -> Any:
    if not hasattr(self, "highest_revisions"):
        self.highest_revisions = dict[str, int]()
    made = original(self, family, *arguments, **keywords)
    self.highest_revisions[family] = made.revision
    return made


@replace(EC2ContainerServiceBackend)
def _get_last_task_definition_revision_id(self: Any, family: str) -> int | None:
    return getattr(self, "highest_revisions", {}).get(family)


# A family by itself stands for its latest ACTIVE revision.
@wrap(EC2ContainerServiceBackend)
def describe_task_definition(original: Any, self: Any, task_definition_str: str) -> Any:
    name = task_definition_str.rsplit("/", 1)[-1]
    if ":" in name:
        return original(self, task_definition_str)
    active = [one for one in self.task_definitions.get(name, {}).values() if one.status == "ACTIVE"]
    if not active:
        raise TaskDefinitionNotFoundException
    return max(active, key=lambda one: one.revision)


# DeleteTaskDefinitions leaves a definition DELETE_IN_PROGRESS for as long as a service or a task uses it.
@wrap(EC2ContainerServiceBackend)
def delete_task_definitions(original: Any, self: Any, task_definitions: list[str]) -> Any:
    deleted, failures = original(self, task_definitions)
    used = {one.settings["taskDefinition"] for one in self.services.values() if one.status != "INACTIVE"}
    used |= {
        one.definition.arn for tasks in self.tasks.values() for one in tasks.values() if not one.is_stopping
    }
    for definition in deleted:
        if definition.arn in used:
            self.task_definitions[definition.family][definition.revision] = definition
    return deleted, failures


# DeregisterTaskDefinition says when.
@wrap(EC2ContainerServiceBackend)
def deregister_task_definition(original: Any, self: Any, task_definition_str: str) -> Any:
    definition = original(self, task_definition_str)
    definition.deregistered_at = moment(CLOCK.now())
    return definition


# CreateCluster is idempotent: an ACTIVE cluster of that name is returned as it is.
@wrap(EC2ContainerServiceBackend)
def create_cluster(original: Any, self: Any, cluster_name: str, *arguments: Any, **keywords: Any) -> Any:
    known = self.clusters.get(cluster_name)
    if known is not None and known.status == "ACTIVE":
        return known
    return original(self, cluster_name, *arguments, **keywords)


# DeleteCluster is refused while services or tasks are in the cluster; an INACTIVE cluster stays describable.
@wrap(EC2ContainerServiceBackend)
def delete_cluster(original: Any, self: Any, cluster_str: str) -> Any:
    cluster = self._get_cluster(cluster_str)
    if any(one.status != "INACTIVE" for one in ecs_services.services_in(self, cluster.name)):
        raise ECSException(
            "ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."
        )
    if any(task.status != "STOPPED" for task in self.tasks.get(cluster.name, {}).values()):
        raise ECSException(
            "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."
        )
    return original(self, cluster_str)


# ListClusters leaves INACTIVE clusters out; DescribeClusters counts what is there now.
@replace(EC2ContainerServiceBackend)
def list_clusters(self: Any) -> list[str]:
    return [cluster.arn for cluster in self.clusters.values() if cluster.status == "ACTIVE"]


@wrap(EC2ContainerServiceBackend)
def describe_clusters(original: Any, self: Any, *arguments: Any, **keywords: Any) -> Any:
    for cluster in self.clusters.values():
        tasks = list(self.tasks.get(cluster.name, {}).values())
        cluster.running_tasks_count = sum(task.status == "RUNNING" for task in tasks)
        cluster.pending_tasks_count = sum(task.is_starting for task in tasks)
        cluster.active_services_count = sum(
            one.status == "ACTIVE" for one in ecs_services.services_in(self, cluster.name)
        )
    return original(self, *arguments, **keywords)


# PutClusterCapacityProviders refuses a strategy that names a provider the cluster isn't given.
@wrap(EC2ContainerServiceBackend)
def put_cluster_capacity_providers(
    original: Any,
    self: Any,
    cluster_name: str,
    capacity_providers: list[str] | None,
    strategy: list[dict[str, Any]] | None,
) -> Any:
    for item in strategy or []:
        if item["capacityProvider"] not in (capacity_providers or []):
            raise InvalidParameterException(
                "The specified capacity provider in the default capacity provider strategy is not associated "
                f"with the cluster: {item['capacityProvider']}."
            )
    return original(self, cluster_name, capacity_providers, strategy)
