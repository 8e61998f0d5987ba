"""Cases of the rules about what limits a role or user."""

from ecs_policies import kinds
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import ACCOUNT, TASK_TRUST, allow, document, resource

BOUNDARY, SIZE = "iam.permissions-boundary", "iam.document-size"
ARN = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
WANTED = {"boundary_arn": ARN}
OWN = resource(kinds.POLICY, "own", {"name": "boundary"})
OTHER = resource(kinds.POLICY, "other", {"name": "other"})
UNNAMED = resource(kinds.POLICY, "unnamed")

TRUST = {"assumeRolePolicy": TASK_TRUST}
ROLE = resource(kinds.ROLE, "role", {"name": "web", **TRUST})


def bounded(value: object, *made_from: Resource) -> Resource:
    return resource(kinds.ROLE, "role", {"permissionsBoundary": value}, permissionsBoundary=[*made_from])


def of_size(size: int) -> str:
    """A document of so many characters, and as many spaces."""
    shell = document(allow("s3:GetObject", "")).replace(" ", "")
    return document(allow("s3:GetObject", "a" * (size - len(shell)))) + " " * size


def on_role(name: str, size: int, role: object = "web") -> Resource:
    return resource(kinds.ROLE_POLICY, name, {"role": role, "policy": of_size(size)})


CASES = (
    Case(
        rule=BOUNDARY,
        says="finds a role or user with another boundary, or none",
        stack=(
            bounded(ARN.replace("aws:", "aws-cn:", 1)),
            resource(kinds.ROLE, "none", {}),
            resource(kinds.USER, "user", {"permissionsBoundary": ""}),
        ),
        finds=tuple((it, "permissionsBoundary") for it in ("role", "none", "user")),
        told=(f"its boundary is not set, and has to be {ARN}",),
        options=WANTED,
    ),
    Case(
        rule=BOUNDARY,
        says="finds the stack's own policy if it has another name",
        stack=(OWN, OTHER, bounded(UNKNOWN, OTHER)),
        finds=(("role", "permissionsBoundary"),),
        told=("its boundary is the policy other, and has to be",),
        options=WANTED,
    ),
    Case(
        rule=BOUNDARY,
        says="takes exactly that boundary",
        stack=(bounded(ARN), resource(kinds.USER, "user", {"permissionsBoundary": ARN})),
        options=WANTED,
    ),
    Case(
        rule=BOUNDARY,
        says="takes the stack's own policy by its name",
        stack=(OWN, bounded(UNKNOWN, OWN)),
        options=WANTED,
    ),
    Case(
        rule=BOUNDARY,
        says="takes any boundary where none is asked for",
        stack=(bounded(UNKNOWN), resource(kinds.ROLE, "none", {})),
    ),
    Case(
        rule=BOUNDARY,
        says="can't judge a boundary from nowhere",
        stack=(bounded(UNKNOWN),),
        unsure=(("role", "permissionsBoundary"),),
        options=WANTED,
    ),
    Case(
        rule=BOUNDARY,
        says="can't judge a policy of the stack whose name isn't set",
        stack=(UNNAMED, bounded(UNKNOWN, UNNAMED)),
        unsure=(("role", "permissionsBoundary"),),
        options=WANTED,
    ),
    Case(
        rule=BOUNDARY,
        says="can't judge what is no text",
        stack=(bounded([ARN]),),
        unsure=(("role", "permissionsBoundary"),),
        malformed=True,
        options=WANTED,
    ),
    Case(
        rule=SIZE,
        says="finds a managed policy or a trust that is too long",
        stack=(
            resource(kinds.POLICY, "policy", {"policy": of_size(6_145)}),
            resource(kinds.ROLE, "role", {"assumeRolePolicy": of_size(2_049)}),
        ),
        finds=(("policy", "policy"), ("role", "assumeRolePolicy")),
        told=("it has 6,145 characters, and IAM takes 6,144",),
    ),
    Case(
        rule=SIZE,
        says="finds inline policies of a role that are too long together, and shows the longest",
        stack=(
            resource(
                kinds.ROLE,
                "role",
                {"name": "web", "inlinePolicies": [{"name": "a", "policy": of_size(240)}], **TRUST},
            ),
            on_role("by-name", 5_000),
            resource(
                kinds.ROLE_POLICY, "by-reference", {"role": UNKNOWN, "policy": of_size(5_001)}, role=ROLE
            ),
        ),
        finds=(("by-reference", "policy"),),
        told=("the inline policies of role have 10,241 characters, and IAM takes 10,240",),
    ),
    Case(
        rule=SIZE,
        says="finds them on a role, user or group that isn't part of the stack",
        stack=(
            on_role("first", 5_121, "elsewhere"),
            on_role("second", 5_120, "elsewhere"),
            resource(kinds.USER_POLICY, "user", {"user": "ann", "policy": of_size(2_049)}),
            resource(kinds.GROUP_POLICY, "group", {"group": "ann", "policy": of_size(5_121)}),
        ),
        finds=(("first", "policy"), ("user", "policy"), ("group", "policy")),
        told=("the inline policies of elsewhere have 10,241",),
    ),
    Case(
        rule=SIZE,
        says="takes documents of just that length, spaces not counted, and none",
        stack=(
            ROLE,
            resource(kinds.ROLE, "bare", {}),
            on_role("first", 10_240),
            on_role("other", 10_240, "other"),
            resource(kinds.POLICY, "policy", {"policy": of_size(6_144)}),
            resource(kinds.ROLE, "trusting", {"assumeRolePolicy": of_size(2_048)}),
            resource(kinds.USER_POLICY, "user", {"user": "web", "policy": of_size(2_048)}),
            resource(kinds.GROUP_POLICY, "group", {"group": "web", "policy": {"Statement": allow("s3:Get")}}),
        ),
    ),
    Case(
        rule=SIZE,
        says="can't judge documents, or whose they are, that aren't known",
        stack=(
            resource(kinds.ROLE, "role", {"assumeRolePolicy": UNKNOWN}),
            resource(kinds.POLICY, "policy", {"policy": {"Statement": [UNKNOWN]}}),
            resource(kinds.ROLE_POLICY, "inline", {"role": "web", "policy": UNKNOWN}),
            on_role("lost", 10, UNKNOWN),
        ),
        unsure=(("role", "assumeRolePolicy"), ("policy", "policy"), ("inline", "policy"), ("lost", "role")),
    ),
    Case(
        rule=SIZE,
        says="can't judge what is no document",
        stack=(
            resource(kinds.POLICY, "policy", {"policy": 1}),
            resource(kinds.GROUP_POLICY, "inline", {"group": "a", "policy": ["{}"]}),
        ),
        unsure=(("policy", "policy"), ("inline", "policy")),
        malformed=True,
    ),
)
