"""ECR."""

import json

from tests.emulator.provider.harness import Case, Made, World


def repository(world: World) -> Made:
    return world.make("aws:ecr/repository:Repository", "repository", {"forceDelete": True})


def keeping(count: int) -> str:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return json.dumps({"rules": [rule]})


def pulling(account: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CASES = (
    Case(
        token="aws:ecr/repository:Repository",
        inputs=lambda w: {
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfigurations": [{"encryptionType": "AES256"}],
        },
        update={
            "imageTagMutability": "MUTABLE",
            "imageScanningConfiguration": {"scanOnPush": False},
            "forceDelete": True,
            "tags": {"Name": "other"},
        },
        replace={"name": "another", "encryptionConfigurations": [{"encryptionType": "KMS"}]},
    ),
    Case(
        token="aws:ecr/lifecyclePolicy:LifecyclePolicy",
        inputs=lambda w: {"repository": repository(w).id, "policy": keeping(30)},
        update={"policy": keeping(10)},
        replace={"repository": "another"},
    ),
    Case(
        token="aws:ecr/repositoryPolicy:RepositoryPolicy",
        inputs=lambda w: {"repository": repository(w).id, "policy": pulling("111122223333")},
        update={"policy": pulling("444455556666")},
        replace={"repository": "another"},
    ),
)
