"""What CreateService and UpdateService refuse (Amazon ECS service definition parameters)."""

from typing import Any

from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import InvalidParameterException

from emulator.aws.ecs import balancer_checks, strategy_checks


def subnets_and_groups(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with the network's defaults spelled out: no public address."""
    if "networkConfiguration" not in settings:
        return settings
    place = {"assignPublicIp": "DISABLED", **settings["networkConfiguration"]["awsvpcConfiguration"]}
    return {**settings, "networkConfiguration": {"awsvpcConfiguration": place}}


def check(backend: Any, settings: dict[str, Any], known: str = "") -> None:
    """Raises InvalidParameterException for the first thing that AWS would refuse.

    `known` is the task definition that the service already has.
    """
    if settings["deploymentController"]["type"] != "ECS":
        raise NotImplementedError
    if not settings.get("taskDefinition"):
        raise InvalidParameterException("TaskDefinition can not be blank.")
    if settings.get("launchType") and settings.get("capacityProviderStrategy"):
        raise InvalidParameterException(
            "Specifying both a launch type and capacity provider strategy is not supported. "
            "Remove one and try again."
        )
    definition = backend.describe_task_definition(settings["taskDefinition"])
    # A service keeps the definition that it has when that one becomes inactive, and still scales (Amazon ECS
    # Developer Guide, "Deregistering an Amazon ECS task definition revision").
    if definition.status != "ACTIVE" and definition.arn != known:
        raise InvalidParameterException("TaskDefinition is inactive")
    strategy_checks.check(settings)
    _network(backend, settings, definition)
    balancer_checks.check(backend, settings, definition)


def _network(backend: Any, settings: dict[str, Any], definition: Any) -> None:
    if definition.network_mode != "awsvpc":
        return
    place = settings.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    if not place.get("subnets"):
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    ec2: Any = ec2_backends[backend.account_id][backend.region_name]
    known_subnets = {subnet for zone in ec2.subnets.values() for subnet in zone}
    for subnet in place["subnets"]:
        if subnet not in known_subnets:
            raise InvalidParameterException(
                f"Error retrieving subnet information for [{subnet}]: "
                f"The subnet ID '{subnet}' does not exist (ErrorCode: InvalidSubnetID.NotFound)"
            )
    known_groups = {group for vpc in ec2.groups.values() for group in vpc}
    for group in place.get("securityGroups", []):
        if group not in known_groups:
            raise InvalidParameterException(
                f"Error retrieving security group information for [{group}]: "
                f"The security group '{group}' does not exist (ErrorCode: InvalidGroup.NotFound)"
            )
