"""Secrets Manager."""

import json

from tests.emulator.provider.harness import Case, Made, World


def secret(world: World) -> Made:
    return world.make("aws:secretsmanager/secret:Secret", "secret", {"recoveryWindowInDays": 0})


def reading(account: str) -> str:
    statement = {
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = (
    Case(
        token="aws:secretsmanager/secret:Secret",
        inputs=lambda w: {
            "description": "the key",
            "policy": reading("111122223333"),
            "recoveryWindowInDays": 7,
        },
        update={
            "description": "another key",
            "policy": reading("444455556666"),
            "recoveryWindowInDays": 0,
            "tags": {"Name": "other"},
        },
        replace={"name": "another"},
    ),
    Case(
        token="aws:secretsmanager/secretVersion:SecretVersion",
        inputs=lambda w: {"secretId": secret(w).id, "secretString": "hidden"},
        update={"versionStages": ["AWSCURRENT", "BLUE"]},
        replace={"secretString": "another", "secretId": "another"},
        keeps=True,
    ),
    Case(
        token="aws:secretsmanager/secretPolicy:SecretPolicy",
        inputs=lambda w: {"secretArn": secret(w).id, "policy": reading("111122223333")},
        update={"policy": reading("444455556666")},
        replace={"secretArn": "another"},
    ),
)
