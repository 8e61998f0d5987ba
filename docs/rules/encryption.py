"""Examples of the rules about how data is encrypted."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import document


def bad_data_customer_key() -> None:
    aws.sns.Topic("alarms", kms_master_key_id="alias/aws/sns")


def good_data_customer_key() -> None:
    key = aws.kms.Key("alarms", description="Alarms on their way", enable_key_rotation=True)
    aws.sns.Topic("alarms", kms_master_key_id=key.arn)


def bad_sns_tls_only() -> None:
    aws.sns.Topic("alarms")


def good_sns_tls_only() -> None:
    tls_only = document(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )
    aws.sns.Topic("alarms", policy=tls_only)
