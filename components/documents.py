"""IAM policy documents as values: pure, canonical, and known at preview."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from components.context import Context
from components.errors import InvalidSettingError

# IAM and AWS STS quotas: all inline policies of a role together, whitespace not counted.
MAX_INLINE_POLICY = 10_240
# Which encryption context names the secret. AWS Secrets Manager User Guide, "Secret encryption and
# decryption"; AWS Systems Manager User Guide, "AWS KMS encryption for SecureString parameters".
_ENCRYPTION_CONTEXTS = {"secretsmanager": "SecretARN", "ssm": "PARAMETER_ARN"}

Conditions: TypeAlias = Mapping[str, Mapping[str, str | tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a policy. A role's policy has resources; a trust policy has principals instead."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    principals: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict[str, str | tuple[str, ...]])
    conditions: Conditions = field(default_factory=dict[str, Mapping[str, str | tuple[str, ...]]])
    effect: Literal["Allow", "Deny"] = "Allow"

    def as_json(self) -> dict[str, object]:
        """The statement in IAM's grammar, lists sorted, absent elements left out."""
        parts: dict[str, object] = {
            "Sid": self.sid,
            "Effect": self.effect,
            "Principal": _sorted(self.principals),
            "Action": sorted(self.actions),
            "Resource": sorted(self.resources),
            "Condition": {operator: _sorted(keys) for operator, keys in self.conditions.items()},
        }
        return {key: value for key, value in parts.items() if value}


def _sorted(values: Mapping[str, str | tuple[str, ...]]) -> dict[str, str | list[str]]:
    return {key: sorted(it) if isinstance(it, tuple) else it for key, it in values.items()}


def document(statements: Iterable[Statement]) -> str:
    """The statements as one canonical policy document: equal statements always give equal text.

    Raises `InvalidSettingError` if two statements have the same Sid, which IAM refuses.
    """
    ordered = sorted(statements, key=lambda it: it.sid)
    sids = [it.sid for it in ordered]
    for sid in sids:
        if sids.count(sid) > 1:
            raise InvalidSettingError("policy", sid, "is the Sid of two statements; grant it once")
    content = {"Version": "2012-10-17", "Statement": [it.as_json() for it in ordered]}
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def task_trust(context: Context) -> str:
    """Only ECS, for a task of this account and region, may assume the role.

    Amazon ECS Developer Guide, "Amazon ECS task IAM role": the source ARN can't name a cluster.
    """
    return document(
        [
            Statement(
                sid="EcsTasks",
                actions=("sts:AssumeRole",),
                principals={"Service": "ecs-tasks.amazonaws.com"},
                conditions={
                    "StringEquals": {"aws:SourceAccount": context.account},
                    "ArnLike": {"aws:SourceArn": context.arn("ecs", "*")},
                },
            )
        ]
    )


def infrastructure_trust() -> str:
    """Only ECS itself may assume the role; a condition on the source would shut it out, for it sends none.

    Amazon ECS Developer Guide, "Amazon ECS infrastructure IAM role for load balancers".
    """
    principals = {"Service": "ecs.amazonaws.com"}
    return document([Statement(sid="Ecs", actions=("sts:AssumeRole",), principals=principals)])


def execution_statements(
    context: Context,
    *,
    repositories: Iterable[str],
    log_groups: Iterable[str],
    secrets: Iterable[str],
    secret_keys: Mapping[str, str],
) -> list[Statement]:
    """What the ECS agent may do to start this task, and nothing else.

    `repositories` are ARNs of private ECR repositories, `log_groups` the names that awslogs writes,
    `secrets` the ARNs the containers read, `secret_keys` the customer's KMS key (an ARN) by secret.
    Amazon ECS Developer Guide, "Amazon ECS task execution IAM role".
    """
    return [
        *_pull(tuple(repositories)),
        *write_logs(context, "WriteLogs", log_groups),
        *_read_secrets(tuple(secrets)),
        *_decrypt_secrets(context, secret_keys),
    ]


def write_logs(context: Context, sid: str, log_groups: Iterable[str]) -> list[Statement]:
    """Write streams of the named groups; the groups themselves are the stack's to create."""
    streams = tuple(context.arn("logs", f"log-group:{group}:log-stream:*") for group in log_groups)
    if not streams:
        return []
    return [Statement(sid=sid, actions=("logs:CreateLogStream", "logs:PutLogEvents"), resources=streams)]


def exec_statements(context: Context, *, log_group: str, key_alias: str) -> list[Statement]:
    """What a session into a container needs: its channels, its audit log, and its key by alias.

    Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec". The channels and
    DescribeLogGroups have no resource to name (Service Authorization Reference).
    """
    channels = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
    return [
        Statement(
            sid="ExecChannels", actions=tuple(f"ssmmessages:{it}" for it in channels), resources=("*",)
        ),
        Statement(sid="ExecLogGroups", actions=("logs:DescribeLogGroups",), resources=("*",)),
        Statement(
            sid="ExecLogStreams",
            actions=("logs:DescribeLogStreams",),
            resources=(context.arn("logs", f"log-group:{log_group}:*"),),
        ),
        *write_logs(context, "ExecLogs", [log_group]),
        Statement(
            sid="ExecKey",
            actions=("kms:Decrypt",),
            resources=(context.arn("kms", "key/*"),),
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": key_alias}},
        ),
    ]


def key_owner(context: Context) -> Statement:
    """The account's IAM policies rule a key (AWS KMS Developer Guide, "Default key policy")."""
    return Statement(
        sid="Account",
        actions=("kms:*",),
        resources=("*",),
        principals={"AWS": context.arn("iam", "root", region="")},
    )


def log_key_policy(context: Context, *, log_group: str) -> str:
    """The account's IAM policies rule the key, and CloudWatch Logs may use it for one log group.

    CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    """
    return document(
        [
            key_owner(context),
            Statement(
                sid="CloudWatchLogs",
                actions=(
                    "kms:Decrypt*",
                    "kms:Describe*",
                    "kms:Encrypt*",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                ),
                resources=("*",),
                principals={"Service": f"logs.{context.region}.{context.dns_suffix}"},
                conditions={
                    "ArnEquals": {
                        "kms:EncryptionContext:aws:logs:arn": context.arn("logs", f"log-group:{log_group}")
                    }
                },
            ),
        ]
    )


def _pull(repositories: tuple[str, ...]) -> list[Statement]:
    if not repositories:
        return []
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    return [
        # The token is the registry's: the one ECR action of a pull that has no resource to name.
        Statement(sid="LogInToEcr", actions=("ecr:GetAuthorizationToken",), resources=("*",)),
        Statement(sid="PullImages", actions=pull, resources=repositories),
    ]


def _read_secrets(secrets: tuple[str, ...]) -> list[Statement]:
    by_action = {
        "secretsmanager": ("ReadSecrets", "secretsmanager:GetSecretValue"),
        "ssm": ("ReadParameters", "ssm:GetParameters"),
    }
    statements: list[Statement] = []
    for service, (sid, action) in by_action.items():
        arns = tuple(it for it in secrets if _service(it) == service)
        if arns:
            statements.append(Statement(sid=sid, actions=(action,), resources=arns))
    return statements


def _decrypt_secrets(context: Context, keys: Mapping[str, str]) -> list[Statement]:
    """A key only through the service that holds the secret, and only for the secrets it encrypts."""
    statements: list[Statement] = []
    for service, label in _ENCRYPTION_CONTEXTS.items():
        encrypted = {secret: key for secret, key in keys.items() if _service(secret) == service}
        if encrypted:
            exact = {
                "kms:ViaService": f"{service}.{context.region}.{context.dns_suffix}",
                f"kms:EncryptionContext:{label}": tuple(encrypted),
            }
            statements.append(
                Statement(
                    sid=f"Decrypt{service.capitalize()}",
                    actions=("kms:Decrypt",),
                    resources=tuple(set(encrypted.values())),
                    conditions={"StringEquals": exact},
                )
            )
    return statements


def _service(arn: str) -> str:
    return arn.split(":")[2]
