"""EventBridge."""

import json

from tests.emulator.provider.cases.iam import role
from tests.emulator.provider.cases.sns import topic
from tests.emulator.provider.harness import Case, Made, World


def pattern(detail: str) -> str:
    return json.dumps({"source": ["aws.ecs"], "detail-type": [detail]})


def rule(world: World) -> Made:
    inputs = {"eventPattern": pattern("ECS Task State Change")}
    return world.make("aws:cloudwatch/eventRule:EventRule", "rule", inputs)


CASES = (
    Case(
        token="aws:cloudwatch/eventRule:EventRule",
        inputs=lambda w: {"eventPattern": pattern("ECS Task State Change"), "description": "tasks"},
        update={
            "eventPattern": pattern("ECS Deployment State Change"),
            "description": "deployments",
            "state": "DISABLED",
            "tags": {"Name": "other"},
        },
        replace={"name": "another"},
    ),
    Case(
        token="aws:cloudwatch/eventTarget:EventTarget",
        inputs=lambda w: {
            "rule": rule(w).id,
            "arn": topic(w).id,
            "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 3},
            "inputTransformer": {"inputPaths": {"group": "$.detail.group"}, "inputTemplate": '"<group>"'},
        },
        update={
            "inputTransformer": {"inputPaths": {"task": "$.detail.taskArn"}, "inputTemplate": '"<task>"'},
            "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 1},
            "roleArn": lambda w: role(w, "events.amazonaws.com").outputs["arn"],
        },
        replace={"rule": "another", "targetId": "another"},
    ),
)
