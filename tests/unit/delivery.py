"""An environment, staging, as the tests of its delivery have it."""

from dataclasses import replace
from typing import Any

from components.context import Context
from components.delivery.environment import Environment
from components.delivery.github import GitHub
from components.delivery.roles import DeliveryRolesArgs
from components.documents import document

CONTEXT = Context(
    project="web-application-bootstrap",
    stack="staging",
    partition="aws",
    region="us-east-1",
    account="444455556666",
)
PROGRAM = replace(CONTEXT, project="web-application")
ENVIRONMENT = Environment(
    context=PROGRAM,
    service="web",
    registry="111122223333",
    repositories=("web-application/rails",),
    state_bucket="pulumi-state-staging-444455556666",
    state_key_alias="alias/pulumi-state-staging",
    hosted_zones=("Z0123456789EXAMPLE",),
    reach=("arn:aws:s3:::uploads-444455556666", "arn:aws:s3:::uploads-444455556666/*"),
)
GITHUB = GitHub(repository="example@1/web@2")
BOUNDARY = "arn:aws:iam::444455556666:policy/web-application-staging-boundary"


def args(**given: Any) -> DeliveryRolesArgs:
    standing: dict[str, Any] = {"context": CONTEXT, "environment": ENVIRONMENT, "github": GITHUB}
    return DeliveryRolesArgs(**{**standing, "provider": None, **given})


READING = [document(it) for it in args().reading().values()]
DELIVERING = [*READING, *(document(it) for it in args().writing().values())]
