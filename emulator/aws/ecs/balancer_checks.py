"""What a service's load balancers must not say.

The words are AWS's where they are known ("Troubleshooting Amazon ECS blue/green deployments" in the Amazon
ECS Developer Guide).
"""

from typing import Any

from moto.ecs.exceptions import InvalidParameterException

from emulator.aws.ecs import targets, traffic
from emulator.aws.ecs.strategy import ROLLING
from emulator.aws.ecs.traffic import Balancer

_REQUIRED = ("alternateTargetGroupArn", "productionListenerRule", "roleArn")


def check(backend: Any, settings: dict[str, Any], definition: Any) -> None:
    """Raises InvalidParameterException for the first thing that AWS would refuse."""
    balancers: list[Balancer] = settings["loadBalancers"]
    _all_or_none(balancers, shifts=settings["deploymentConfiguration"].get("strategy", ROLLING) != ROLLING)
    arns = [it.get("targetGroupArn", "") for it in balancers]
    for arn in arns:
        if arns.count(arn) > 1:
            raise InvalidParameterException(f"Duplicate targetGroupArn found: {arn}")
    for balancer in balancers:
        _balancer(backend, balancer, definition)
        if balancer.get("advancedConfiguration"):
            _advanced(backend, balancer, definition)


def _all_or_none(balancers: list[Balancer], *, shifts: bool) -> None:
    advanced = [it for it in balancers if it.get("advancedConfiguration")]
    if shifts and len(advanced) < len(balancers):
        raise InvalidParameterException(
            "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING "
            "deployment strategy"
        )
    if 0 < len(advanced) < len(balancers):
        raise InvalidParameterException(
            "Either all or none of the provided loadBalancers must have advancedConfiguration defined"
        )


def _balancer(backend: Any, balancer: Balancer, definition: Any) -> None:
    arn = balancer.get("targetGroupArn", "")
    _group(backend, arn, definition)
    if not targets.is_behind_a_balancer(backend.account_id, backend.region_name, arn):
        raise InvalidParameterException(
            f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        )
    name, port = balancer.get("containerName"), balancer.get("containerPort")
    container = next((one for one in definition.container_definitions if one["name"] == name), None)
    if container is None:
        raise InvalidParameterException(f"The container {name} does not exist in the task definition.")
    if port not in [mapping["containerPort"] for mapping in container["portMappings"]]:
        raise InvalidParameterException(f"The container {name} did not have a container port {port} defined.")


def _group(backend: Any, arn: str, definition: Any) -> None:
    group: Any = targets.group(backend.account_id, backend.region_name, arn)
    if group is None:
        raise InvalidParameterException(f"The specified target group does not exist: {arn}")
    if definition.network_mode == "awsvpc" and group.target_type != "ip":
        raise InvalidParameterException(
            f"The provided target group {arn} has target type {group.target_type}, which is incompatible "
            "with the awsvpc network mode specified in the task definition."
        )


def _advanced(backend: Any, balancer: Balancer, definition: Any) -> None:
    advanced = balancer["advancedConfiguration"]
    for name in _REQUIRED:
        if not advanced.get(name):
            raise InvalidParameterException(f"advancedConfiguration.{name} must not be null or empty")
    for name in ("productionListenerRule", "testListenerRule"):
        if advanced.get(name) and ":listener-rule/app/" not in advanced[name]:
            # The listeners of a Network Load Balancer, which have no rules, aren't weighed here.
            raise InvalidParameterException(
                f"{name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. "
                f"Got: {advanced[name]}"
            )
    production, test = advanced["productionListenerRule"], advanced.get("testListenerRule")
    if production == test:
        raise InvalidParameterException(
            f"The following rules cannot be used as both production and test listener rules: {production}"
        )
    _group(backend, advanced["alternateTargetGroupArn"], definition)
    pair = {balancer["targetGroupArn"], advanced["alternateTargetGroupArn"]}
    if (
        not test
        and not pair <= traffic.weights_in(backend.account_id, backend.region_name, production).keys()
    ):
        raise InvalidParameterException(
            "For Application LoadBalancer, testListenerRule is required when productionListenerRule is not "
            "associated with both targetGroup and alternateTargetGroup"
        )
