"""ECS service deployments: listed, described, and stopped."""

from typing import Any, NoReturn

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse as Responses

from emulator.aws.ecs import describe_deployments
from emulator.aws.ecs.scheduler import scheduler
from emulator.aws.ecs.service import Deployment, Service, State
from emulator.aws.ecs.timing import CLOCK
from emulator.aws.patches.ecs_services import find
from emulator.aws.patching import add


# ListServiceDeployments shows a service's deployments, newest first, filtered by status and creation.
@add(Responses)
def list_service_deployments(self: Any) -> ActionResult:
    backend, params = self.ecs_backend, self.params
    service = find(backend, params.get("cluster", "default"), params["service"])
    # What only takes a failed deployment back is told as a part of that one.
    own = [one for one in service.deployments if not one.takes_back]
    briefs = [describe_deployments.service_deployment_brief(one, service) for one in own]
    wanted: list[str] = params.get("status") or []
    created: dict[str, Any] = params.get("createdAt") or {}
    shown = [
        brief
        for brief in briefs
        if (not wanted or brief["status"] in wanted)
        and ("after" not in created or brief["createdAt"] >= created["after"])
        and ("before" not in created or brief["createdAt"] <= created["before"])
    ]
    return ActionResult({"serviceDeployments": shown[: params.get("maxResults", len(shown))]})


@add(Responses)
def describe_service_deployments(self: Any) -> ActionResult:
    backend = self.ecs_backend
    found = {one.arn: (one, service) for service, one in _deployments(backend)}
    wanted: list[str] = self.params["serviceDeploymentArns"]
    shown = [
        describe_deployments.service_deployment(
            *found[arn], list(scheduler(backend).fleet.tasks(found[arn][1]))
        )
        for arn in wanted
        if arn in found
    ]
    failures = [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in found]
    return ActionResult({"serviceDeployments": shown, "failures": failures})


@add(Responses)
def describe_service_revisions(self: Any) -> ActionResult:
    backend = self.ecs_backend
    found = {one.revision_arn: (one, service) for service, one in _deployments(backend)}
    wanted: list[str] = self.params["serviceRevisionArns"]
    shown = [
        describe_deployments.service_revision(
            one, service, backend.describe_task_definition(one.settings["taskDefinition"])
        )
        for one, service in (found[arn] for arn in wanted if arn in found)
    ]
    failures = [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in found]
    return ActionResult({"serviceRevisions": shown, "failures": failures})


# StopServiceDeployment asks for a rollback, which is the default, or for the deployment to end where it
# stands; what is on its way to its end goes on ("Stopping Amazon ECS service deployments").
@add(Responses)
def stop_service_deployment(self: Any) -> ActionResult:
    one = _ongoing(self, "Stopping")
    if one.state is State.IN_PROGRESS:
        aborts = self.params.get("stopType") == "ABORT"
        one.state = State.STOP_REQUESTED if aborts else State.ROLLBACK_REQUESTED
        one.updated_at = CLOCK.now()
    return ActionResult({"serviceDeploymentArn": one.arn})


# ContinueServiceDeployment finds no hook to continue: services with lifecycle hooks are refused.
@add(Responses)
def continue_service_deployment(self: Any) -> NoReturn:
    _ongoing(self, "Continuing")
    raise InvalidParameterException(
        "Provided hookId is either completed, unavailable, or not associated with the given Resource ARN"
    )


def _ongoing(self: Any, doing: str) -> Deployment:
    """The deployment that the request names; an error unless it exists and is under way."""
    wanted = self.params["serviceDeploymentArn"]
    one = next((one for _, one in _deployments(self.ecs_backend) if one.arn == wanted), None)
    if one is None:
        raise ECSException("ServiceDeploymentNotFoundException", "The service deployment does not exist.")
    if one.state.is_final:
        message = f"{doing} a service deployment is not allowed for service deployment in terminal states."
        raise ECSException("ConflictException" if doing == "Stopping" else "ClientException", message)
    return one


def _deployments(backend: Any) -> list[tuple[Service, Deployment]]:
    return [(service, one) for service in backend.services.values() for one in service.deployments]
