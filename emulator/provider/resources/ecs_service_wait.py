"""ECS: how a service's deployment ends, with any strategy."""

import time
from collections.abc import Mapping
from typing import Any

from emulator.provider import aws
from emulator.provider.aws import ClientError
from emulator.provider.operation import CancelledError, Operation, OperationError

MINUTES = 20
"""How long a service may take to settle or to drain, as the official provider waits by default."""
ENDED = {"STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"}


def cluster(operation: Operation) -> str:
    """The cluster's name, out of the service's ARN."""
    return operation.id.split("/")[-2]


def describe(operation: Operation) -> Mapping[str, Any] | None:
    """The service as AWS has it, INACTIVE ones too."""
    try:
        found = operation.client().describe_services(
            cluster=cluster(operation), services=[operation.id], include=["TAGS"]
        )
    except ClientError as error:
        if aws.is_gone(error):
            return None
        raise
    return next(iter(found["services"]), None)


def primary(service: Mapping[str, Any] | None) -> str:
    """The id of the deployment that the service works on, "" when it has none."""
    deployments = (service or {}).get("deployments", [])
    return next((str(d["id"]) for d in deployments if d["status"] == "PRIMARY"), "")


def wait_until_steady(operation: Operation, deployment: str) -> None:
    """Waits for a new deployment's end, or, when there is none, for the number of tasks.

    Raises OperationError when the deployment failed, was stopped or was rolled back. An engine that is told
    to stop takes the deployment back first, where the program asks for that (`sigintRollback`).
    """
    controller = operation.inputs.get("deploymentController", {}).get("type", "ECS")
    follows = deployment if controller == "ECS" else ""
    seconds = operation.timeout or MINUTES * 60
    deadline, delay = time.monotonic() + seconds, 0.1
    while time.monotonic() < deadline:
        if _succeeded(operation, follows) if follows else _has_its_tasks(operation):
            return
        try:
            operation.pause(delay)
        except CancelledError:
            if follows and operation.inputs.get("sigintRollback"):
                _roll_back(operation, follows, deadline)
            raise
        delay = min(delay * 1.2, 1.0)
    raise OperationError(troubled(operation, f"isn't steady after {seconds / 60:g} minutes"))


def troubled(operation: Operation, what: str) -> str:
    """The error, with what the service last said."""
    events = (describe(operation) or {}).get("events", [])[:3]
    said = "".join(f"; {event['message']}" for event in events)
    return f"{operation.resource.token} {operation.name} ({operation.id}) {what}{said}"


def _brief(operation: Operation, deployment: str) -> Mapping[str, Any] | None:
    """The service deployment of a deployment's id, which is the number of its service revision."""
    number = deployment.rpartition("/")[2]
    found = operation.client().list_service_deployments(cluster=cluster(operation), service=operation.id)
    briefs = found["serviceDeployments"]
    return next((b for b in briefs if number in b.get("targetServiceRevisionArn", "")), None)


def _succeeded(operation: Operation, deployment: str) -> bool:
    brief = _brief(operation, deployment)
    if brief is None or brief["status"] not in ENDED:
        return brief is not None and brief["status"] == "SUCCESSFUL"
    arns = [brief["serviceDeploymentArn"]]
    found = operation.client().describe_service_deployments(serviceDeploymentArns=arns)
    reason = found["serviceDeployments"][0].get("statusReason") or "the deployment failed"
    raise OperationError(troubled(operation, f"{brief['status']}: {reason}"))


def _has_its_tasks(operation: Operation) -> bool:
    service = describe(operation) or {}
    return len(service["deployments"]) == 1 and service["runningCount"] == service["desiredCount"]


def _roll_back(operation: Operation, deployment: str, deadline: float) -> None:
    """Takes the deployment back and waits for it, also now that the operation may not pause any more."""
    brief = _brief(operation, deployment)
    if brief is None or brief["status"] in {"SUCCESSFUL", *ENDED}:
        return
    arn = brief["serviceDeploymentArn"]
    operation.client().stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    while brief and brief["status"] not in {"SUCCESSFUL", *ENDED} and time.monotonic() < deadline:
        time.sleep(0.2)
        brief = _brief(operation, deployment)
