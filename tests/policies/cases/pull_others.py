"""Who else may pull images."""

from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, REPOSITORY, ROLE, ROLE_POLICY, TASK, Web, allow, document, resource

OTHER = "iam.other-role-pulls-images"

TOKEN = allow("ecr:GetAuthorizationToken")
LAYERS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
ELSEWHERE = f"arn:aws:iam::{ACCOUNT}:role/elsewhere"
FIRST = (("extra", "policy.Statement[0]"),)


def builder(web: Web, *statements: dict[str, Any]) -> list[Resource]:
    role = web.made(ROLE, "builder", name="builder")
    return [role, web.on_role(role, *statements)]


def to_another_stack(name: str) -> Resource:
    return resource(ROLE_POLICY, "theirs", {"role": name, "policy": document(allow("ecr:*"))})


THEIRS = (("theirs", "policy.Statement[0]"),)

CASES = (
    *on_web(OTHER, "takes the roles of tasks", lambda _: []),
    *on_web(
        OTHER,
        "finds another role that pulls",
        lambda web: builder(web, allow(LAYERS, REPOSITORY)),
        finds=FIRST,
        told=("the role builder may call ecr:BatchGetImage, ecr:GetDownloadUrlForLayer",),
    ),
    *on_web(
        OTHER,
        "takes another role that the config names",
        lambda web: builder(web, allow(LAYERS, REPOSITORY)),
        options={"pulling_roles": ["builder"]},
    ),
    *on_web(
        OTHER,
        "takes another role that only pushes",
        lambda web: builder(
            web, TOKEN, allow(["ecr:BatchCheckLayerAvailability", "ecr:PutImage"], REPOSITORY)
        ),
    ),
    *on_web(OTHER, "leaves an administrator to other rules", lambda web: builder(web, allow("*"))),
    *on_web(
        OTHER,
        "finds what the stack lets a role of another stack pull",
        lambda _: [to_another_stack("theirs")],
        finds=THEIRS,
        told=("the role theirs, which isn't part of the stack, may call",),
    ),
    *on_web(
        OTHER,
        "takes what the stack lets an execution role of another stack pull",
        lambda _: [to_another_stack("elsewhere"), resource(TASK, "worker", {"executionRoleArn": ELSEWHERE})],
    ),
    *on_web(
        OTHER,
        "takes what the stack lets a role pull that the config names",
        lambda _: [to_another_stack("theirs")],
        options={"pulling_roles": ["theirs"]},
    ),
    *on_web(
        OTHER,
        "finds a pull for a role that can't be told",
        lambda _: [to_another_stack(UNKNOWN)],  # type: ignore[arg-type]
        finds=THEIRS,
        unsure=(("theirs", "role"),),
    ),
    *on_web(
        OTHER,
        "is unsure of another role's document that isn't JSON",
        lambda web: [
            web.made(ROLE, "builder", name="builder", inlinePolicies=[{"name": "x", "policy": "{"}])
        ],
        unsure=(("builder", "inlinePolicies[0].policy"),),
        malformed=True,
    ),
)
