"""IAM."""

import json

from tests.emulator.provider.harness import Case, Made, World


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "arn:aws:s3:::bucket/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(world: World, service: str = "ecs-tasks.amazonaws.com") -> Made:
    return world.make(
        "aws:iam/role:Role", f"role-{service.split('.')[0]}", {"assumeRolePolicy": trust(service)}
    )


CASES = (
    Case(
        token="aws:iam/role:Role",
        inputs=lambda w: {"assumeRolePolicy": trust("ecs-tasks.amazonaws.com"), "description": "runs tasks"},
        update={
            "assumeRolePolicy": trust("ecs.amazonaws.com"),
            "description": "runs more",
            "maxSessionDuration": 7200,
            "tags": {"Name": "other"},
        },
        replace={"name": "another", "path": "/x/"},
    ),
    Case(
        token="aws:iam/rolePolicy:RolePolicy",
        inputs=lambda w: {"role": role(w).id, "policy": allowing("s3:PutObject", "s3:GetObject")},
        update={"policy": allowing("s3:GetObject")},
        replace={"name": "another", "role": lambda w: role(w, "ecs.amazonaws.com").id},
    ),
    Case(
        token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        inputs=lambda w: {
            "role": role(w).id,
            "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
        },
        replace={"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ),
    Case(
        token="aws:iam/policy:Policy",
        inputs=lambda w: {"policy": allowing("s3:GetObject"), "description": "reads", "path": "/team/"},
        update={"policy": allowing("s3:PutObject"), "tags": {"Name": "other"}},
        replace={"name": "another", "path": "/", "description": "writes"},
    ),
    Case(
        token="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        inputs=lambda w: {
            "url": "https://token.actions.githubusercontent.com",
            "clientIdLists": ["sts.amazonaws.com"],
            "thumbprintLists": ["6938fd4d98bab03faadb97b34396831e3780aea1"],
        },
        update={
            "clientIdLists": ["sts.amazonaws.com", "another"],
            "thumbprintLists": ["1c58a3a8518e8759bf075b76b750d4f2df264fcd"],
            "tags": {"Name": "other"},
        },
        replace={"url": "https://example.com"},
    ),
)
