"""What AWS itself keeps of a stack that was destroyed."""

from typing import Any

from emulator.local.stack import LocalStack


def what_remains(stack: LocalStack) -> list[str]:
    """One line for each task-definition revision, key and secret that outlives its deletion."""
    return [
        *_revisions(stack.client("ecs")),
        *_keys(stack.client("kms")),
        *_secrets(stack.client("secretsmanager")),
    ]


def _revisions(ecs: Any) -> list[str]:
    """Task definitions are deregistered, and stay to be described (ECS: Deregistering a task definition)."""
    lines: list[str] = []
    for status in ("ACTIVE", "INACTIVE"):
        pages = ecs.get_paginator("list_task_definitions").paginate(status=status)
        arns = sorted(arn for page in pages for arn in page["taskDefinitionArns"])
        lines += [f"task-definition revision {arn.rsplit('/', 1)[-1]}, {status}" for arn in arns]
    return lines


def _keys(kms: Any) -> list[str]:
    """A key is deleted only after its waiting period (KMS: Deleting AWS KMS keys)."""
    lines: list[str] = []
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            data = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if data["KeyState"] == "PendingDeletion":
                lines.append(f"KMS key {data['KeyId']}, deleted on {data['DeletionDate']:%Y-%m-%d}")
    return lines


def _secrets(manager: Any) -> list[str]:
    """A deleted secret can be restored for days (Secrets Manager: Delete an AWS Secrets Manager secret)."""
    pages = manager.get_paginator("list_secrets").paginate(IncludePlannedDeletion=True)
    deleted = [secret for page in pages for secret in page["SecretList"] if "DeletedDate" in secret]
    return [f"secret {secret['Name']}, in its recovery window" for secret in deleted]
