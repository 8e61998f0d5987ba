"""IAM."""

import json

from tests.emulator.provider.harness import Case


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


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
)
