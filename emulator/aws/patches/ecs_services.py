"""ECS services: every setting is kept and shown, and the scheduler runs them."""

from typing import Any, NoReturn

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException, ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse as Responses

from emulator.aws.ecs import describe
from emulator.aws.ecs.scheduler import scheduler
from emulator.aws.ecs.service import DEPLOYED, Service
from emulator.aws.ecs.service_checks import check, subnets_and_groups
from emulator.aws.ecs.strategy import ROLLING
from emulator.aws.ecs.timing import CLOCK
from emulator.aws.patching import replace

_DEFAULT_DEPLOYMENT = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}
# What CreateService and UpdateService take that isn't a setting of the service.
_NOT_SETTINGS = ("cluster", "service", "serviceName", "clientToken", "tags", "forceNewDeployment")


# CreateService keeps every setting, fills in AWS's defaults, and refuses the name of a service that is
# ACTIVE.
@replace(Responses)
def create_service(self: Any) -> ActionResult:
    backend, params = self.ecs_backend, dict(self.params)
    cluster = backend._get_cluster(params.get("cluster", "default"))
    key = f"{cluster.name}:{params['serviceName']}"
    known = backend.services.get(key)
    if known is not None and known.status == "ACTIVE":
        raise InvalidParameterException("Creation of service was not idempotent.")
    if known is not None and known.status == "DRAINING":
        raise InvalidParameterException("Unable to Start a service that is still Draining.")
    settings = _with_defaults(params, cluster)
    check(backend, settings)
    settings["taskDefinition"] = backend.describe_task_definition(settings["taskDefinition"]).arn
    now = CLOCK.now()
    service = Service(
        arn=f"{cluster.arn.replace(':cluster/', ':service/')}/{params['serviceName']}",
        name=params["serviceName"],
        cluster_arn=cluster.arn,
        cluster_name=cluster.name,
        account=backend.account_id,
        region=backend.region_name,
        settings=settings,
        tags=params.get("tags", []),
        created_at=now,
    )
    service.deploy(now)
    backend.services[key] = service
    return ActionResult({"service": _shown(backend, service)})


# UpdateService keeps what it is given; a change of what tasks are made of begins a deployment.
@replace(Responses)
def update_service(self: Any) -> ActionResult:
    backend, params = self.ecs_backend, self.params
    service = find(backend, params.get("cluster", "default"), params["service"])
    if service.status != "ACTIVE":
        raise ECSException("ServiceNotActiveException", "Service was not ACTIVE.")
    changes = {key: value for key, value in params.items() if key not in _NOT_SETTINGS and value is not None}
    if "deploymentConfiguration" in changes:
        before = service.settings["deploymentConfiguration"]
        changes["deploymentConfiguration"] = _of_strategy({**before, **changes["deploymentConfiguration"]})
    if "taskDefinition" in changes:
        changes["taskDefinition"] = backend.describe_task_definition(changes["taskDefinition"]).arn
    if changes.get("capacityProviderStrategy"):
        service.settings.pop("launchType", None)
    settings = {**service.settings, **changes}
    # Another number of tasks alone deploys nothing, and so scales down what has lost its load balancer.
    if changes.keys() - {"desiredCount"}:
        check(backend, settings, service.settings["taskDefinition"])
        _check_change_of_strategy(service, settings)
    deploys = any(settings.get(key) != service.settings.get(key) for key in DEPLOYED)
    service.settings = settings
    if deploys or params.get("forceNewDeployment"):
        service.deploy(CLOCK.now())
    service.is_steady = False
    return ActionResult({"service": _shown(backend, service)})


# DeleteService drains the service, which is INACTIVE when its last task has stopped; INACTIVE ones stay
# describable.
@replace(Responses)
def delete_service(self: Any) -> ActionResult:
    backend, params = self.ecs_backend, self.params
    service = find(backend, params.get("cluster", "default"), params["service"])
    if service.status == "INACTIVE":
        raise ECSException("ServiceNotActiveException", "Service was not ACTIVE.")
    if service.desired_count > 0 and not params.get("force"):
        raise InvalidParameterException("The service cannot be stopped while it is scaled above 0.")
    service.status = "DRAINING"
    service.settings = {**service.settings, "desiredCount": 0}
    return ActionResult({"service": _shown(backend, service)})


@replace(Responses)
def describe_services(self: Any) -> ActionResult:
    backend, params = self.ecs_backend, self.params
    cluster = backend._get_cluster(params.get("cluster", "default"))
    shown: list[dict[str, Any]] = []
    failures: list[dict[str, str]] = []
    names: list[str] = params.get("services") or []
    for name in names:
        service = backend.services.get(f"{cluster.name}:{name.rsplit('/', 1)[-1]}")
        if service is None:
            arn = f"{cluster.arn.replace(':cluster/', ':service/')}/{name.rsplit('/', 1)[-1]}"
            failures.append({"arn": arn, "reason": "MISSING"})
            continue
        view = _shown(backend, service)
        view["tags"] = view["tags"] if "TAGS" in params.get("include", []) else None
        shown.append(view)
    return ActionResult({"services": shown, "failures": failures})


@replace(Responses)
def list_services(self: Any) -> ActionResult:
    backend, params = self.ecs_backend, self.params
    cluster = backend._get_cluster(params.get("cluster", "default"))
    arns = [
        service.arn
        for service in services_in(backend, cluster.name)
        if service.status != "INACTIVE"
        and params.get("launchType") in (None, service.settings.get("launchType"))
        and params.get("schedulingStrategy") in (None, service.settings["schedulingStrategy"])
    ]
    return ActionResult({"serviceArns": sorted(arns)})


def _refuse(self: Any) -> NoReturn:
    """Task sets belong to deployment controllers other than ECS's own."""
    raise NotImplementedError


for _action in (
    "create_task_set",
    "delete_task_set",
    "describe_task_sets",
    "update_task_set",
    "update_service_primary_task_set",
):
    replace(Responses, _action)(_refuse)


def find(backend: Any, cluster: str, name: str) -> Service:
    """The service of that name or ARN; ServiceNotFoundException when there is none."""
    service = backend.services.get(f"{backend._get_cluster(cluster).name}:{name.rsplit('/', 1)[-1]}")
    if service is None:
        raise ServiceNotFoundException
    return service


def services_in(backend: Any, cluster: str) -> list[Service]:
    """The cluster's services, whatever their status."""
    return [service for service in backend.services.values() if service.cluster_name == cluster]


def _shown(backend: Any, service: Service) -> dict[str, Any]:
    return describe.service(service, list(scheduler(backend).fleet.tasks(service)))


def _of_strategy(configuration: dict[str, Any]) -> dict[str, Any]:
    """The configuration without that of a strategy that isn't used, which ECS drops without a word."""
    unused = {"linearConfiguration": "LINEAR", "canaryConfiguration": "CANARY"}
    return {k: v for k, v in configuration.items() if unused.get(k) in (None, configuration["strategy"])}


def _check_change_of_strategy(service: Service, settings: dict[str, Any]) -> None:
    """Rolling updates can't be turned to during a deployment ("Updating the deployment strategy from Amazon
    ECS blue/green to rolling update" in the developer guide).
    """
    becomes_rolling = settings["deploymentConfiguration"]["strategy"] == ROLLING
    if becomes_rolling and service.ongoing and service.ongoing.shifts_traffic:
        raise InvalidParameterException(
            "The deployment strategy can't be changed to ROLLING while a service deployment is in progress."
        )


def _with_defaults(params: dict[str, Any], cluster: Any) -> dict[str, Any]:
    """CreateService's settings with AWS's defaults spelled out (CreateService in the API reference)."""
    given = {key: value for key, value in params.items() if key not in _NOT_SETTINGS and value is not None}
    strategy = given.get("capacityProviderStrategy") or (
        None if "launchType" in given else cluster.default_capacity_provider_strategy
    )
    settings: dict[str, Any] = {
        "desiredCount": 0,
        "loadBalancers": [],
        "serviceRegistries": [],
        "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": "ECS"},
        "placementConstraints": [],
        "placementStrategy": [],
        "platformVersion": "LATEST",
        "enableECSManagedTags": False,
        "enableExecuteCommand": False,
        "propagateTags": "NONE",
        "availabilityZoneRebalancing": "ENABLED",
        **given,
    }
    if strategy:
        settings["capacityProviderStrategy"] = strategy
    else:
        settings.setdefault("launchType", "EC2")
    configuration = {**_DEFAULT_DEPLOYMENT, **given.get("deploymentConfiguration", {})}
    settings["deploymentConfiguration"] = _of_strategy(configuration)
    if settings["loadBalancers"]:
        settings.setdefault("healthCheckGracePeriodSeconds", 0)
        role = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
        settings.setdefault(
            "role", f"{cluster.arn.split(':ecs:')[0]}:iam::{cluster.arn.split(':')[4]}:role/{role}"
        )
    return subnets_and_groups(settings)
