"""Examples of the rules about whatever keeps data."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, document


def bad_data_public_grant() -> None:
    publish = document({"Principal": "*", "Action": "sns:Publish", "Resource": "*"})
    aws.sns.Topic("alarms", policy=publish)


def good_data_public_grant() -> None:
    publish = document(
        {
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    )
    aws.sns.Topic("alarms", policy=publish)


def bad_data_deletion_window() -> None:
    aws.secretsmanager.Secret("database", recovery_window_in_days=0)


def good_data_deletion_window() -> None:
    aws.secretsmanager.Secret("database", recovery_window_in_days=30)
