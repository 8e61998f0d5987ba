"""KMS."""

import json

from tests.emulator.provider.harness import Case, Made, World


def key(world: World, rest: str = "key") -> Made:
    return world.make("aws:kms/key:Key", rest, {"tags": {"Name": world.name(rest)}})


def policy(sid: str) -> str:
    root = {"AWS": "arn:aws:iam::123456789012:root"}
    statement = {"Sid": sid, "Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = (
    Case(
        token="aws:kms/key:Key",
        inputs=lambda w: {
            "description": "encrypts logs",
            "policy": policy("One"),
            "enableKeyRotation": True,
            "rotationPeriodInDays": 180,
            "deletionWindowInDays": 7,
        },
        update={
            "description": "encrypts sessions",
            "policy": policy("Two"),
            "rotationPeriodInDays": 365,
            "deletionWindowInDays": 30,
            "tags": {"Name": "other"},
            "isEnabled": False,
        },
        replace={"keyUsage": "SIGN_VERIFY", "multiRegion": True},
    ),
    Case(
        token="aws:kms/alias:Alias",
        inputs=lambda w: {"targetKeyId": key(w).outputs["keyId"]},
        update={"targetKeyId": lambda w: key(w, "second").outputs["keyId"]},
        replace={"name": "alias/another"},
    ),
)
