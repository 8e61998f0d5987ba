"""What the examples of the rules share, so that each shows its own point only."""

from __future__ import annotations

import json
from typing import Any

ACCOUNT = "111122223333"
REGION = "us-east-1"

CONFIG: dict[str, Any] = {
    "boundary_arn": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    "required_tags": ["owner"],
}
"""Options with which the examples are judged, for rules that ask for nothing without them."""


def document(*statements: dict[str, Any]) -> str:
    """A policy document; each statement allows unless it says otherwise."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **it} for it in statements]}
    )


def trust(service: str = "ecs-tasks.amazonaws.com") -> str:
    """Who may take a role over: one AWS service, on behalf of this account only."""
    return document(
        {
            "Action": "sts:AssumeRole",
            "Principal": {"Service": service},
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"},
            },
        }
    )


def containers(*definitions: dict[str, Any]) -> str:
    """A task definition's containers as the JSON text that ECS takes."""
    return json.dumps(list(definitions))
