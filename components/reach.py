"""Can a task without a way to the internet reach what it needs? Asked before anything is registered."""

from collections.abc import Iterable

from components.containers.model import Task
from components.containers.parts import LogThroughFireLens
from components.endpoints import EXEC, INDISPENSABLE
from components.errors import InvalidSettingError

# Fluent Bit's outputs whose destination has a VPC endpoint.
_PRIVATE_OUTPUTS = frozenset({"cloudwatch_logs", "firehose", "kinesis_firehose", "s3"})


def private_services(*tasks: Task, exec: bool) -> tuple[str, ...]:  # noqa: A002
    """The services that these tasks need interface endpoints for, by the name that their endpoints have.

    Secrets Manager asks KMS itself for a secret's key, so only ECS Exec, which encrypts in the container,
    needs KMS. Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints (AWS PrivateLink)".
    """
    holders = {arn.split(":")[2] for task in tasks for arn in task.secret_arns}
    return tuple(sorted({*INDISPENSABLE, *holders, *(EXEC if exec else ())}))


def check_endpoints(task: Task, endpoints: Iterable[str], *, exec: bool) -> None:  # noqa: A002
    """Raises `InvalidSettingError` if a network's `endpoints`, made for another service, leave out what this
    task calls."""
    endpoints = tuple(endpoints)
    missing = sorted({*private_services(task, exec=exec)} - {*endpoints})
    if missing:
        fix = f"leave {task.family} no way to {', '.join(missing)}; add them, see `reach.private_services`"
        raise InvalidSettingError("network.endpoints", list(endpoints), fix)


def check_private_reach(task: Task) -> None:
    """Raises `InvalidSettingError` if the task pulls from a public registry or sends logs to the internet.

    Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)": the endpoints serve private
    repositories only.
    """
    public = [str(image) for image in task.images if image.ecr_repository is None]
    if public:
        fix = f"leaves no way to {', '.join(public)}; use copies in private ECR repositories, or nat: one"
        raise InvalidSettingError("network.nat", "none", fix)
    for container in task.containers:
        log = container.log
        output = log.options.get("Name", "") if isinstance(log, LogThroughFireLens) else "cloudwatch_logs"
        if output not in _PRIVATE_OUTPUTS:
            fix = (
                f"leaves {container.name}'s logs no way to {output}; send them to CloudWatch, or use nat: one"
            )
            raise InvalidSettingError("network.nat", "none", fix)
