"""Examples of the rules about ECR's repositories."""

from __future__ import annotations

import json

import pulumi_aws as aws


def bad_ecr_scan_on_push() -> None:
    aws.ecr.Repository("web", name="web")


def good_ecr_scan_on_push() -> None:
    aws.ecr.Repository("web", name="web", image_scanning_configuration={"scan_on_push": True})


def bad_ecr_immutable_tags() -> None:
    aws.ecr.Repository("web", name="web")


def good_ecr_immutable_tags() -> None:
    aws.ecr.Repository("web", name="web", image_tag_mutability="IMMUTABLE")


def bad_ecr_lifecycle_policy() -> None:
    aws.ecr.Repository("web", name="web")


def good_ecr_lifecycle_policy() -> None:
    web = aws.ecr.Repository("web", name="web")
    last_fifty = {
        "rulePriority": 1,
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50},
        "action": {"type": "expire"},
    }
    aws.ecr.LifecyclePolicy("web", repository=web.name, policy=json.dumps({"rules": [last_fifty]}))
