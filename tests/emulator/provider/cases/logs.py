"""CloudWatch Logs."""

import json

from tests.emulator.provider.cases.kms import key
from tests.emulator.provider.harness import Case, Made, World


def log_group(world: World, rest: str = "logs") -> Made:
    return world.make("aws:cloudwatch/logGroup:LogGroup", rest, {})


def writing(service: str) -> str:
    statement = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Principal": {"Service": service},
        "Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/*:*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = (
    Case(
        token="aws:cloudwatch/logGroup:LogGroup",
        inputs=lambda w: {"retentionInDays": 30, "kmsKeyId": key(w).outputs["arn"]},
        update={"retentionInDays": 7, "kmsKeyId": None, "tags": {"Name": "other"}},
        replace={"name": "another", "logGroupClass": "INFREQUENT_ACCESS"},
    ),
    Case(
        token="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        inputs=lambda w: {"policyName": w.name(), "policyDocument": writing("events.amazonaws.com")},
        update={"policyDocument": writing("delivery.logs.amazonaws.com")},
        replace={"policyName": "another"},
    ),
)
