"""Examples of the rules about keys and secrets."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION


def bad_kms_rotation() -> None:
    aws.kms.Key("logs", description="Logs of the web application")


def good_kms_rotation() -> None:
    aws.kms.Key("logs", description="Logs of the web application", enable_key_rotation=True)


def bad_secrets_rotation() -> None:
    aws.secretsmanager.Secret("database")


def good_secrets_rotation() -> None:
    database = aws.secretsmanager.Secret("database")
    aws.secretsmanager.SecretRotation(
        "database",
        secret_id=database.id,
        rotation_lambda_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:new-database-password",
        rotation_rules={"automatically_after_days": 30},
    )


def bad_secrets_plain_parameter() -> None:
    aws.ssm.Parameter("database", name="/web/database_password", type="String", value="correct horse")


def good_secrets_plain_parameter() -> None:
    aws.ssm.Parameter("database", name="/web/database_password", type="SecureString", value="correct horse")
