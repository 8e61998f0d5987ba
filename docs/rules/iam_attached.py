"""Examples of which policies are attached, and to whom."""

import pulumi_aws as aws

from docs.rules.parts import document

READ_UPLOADS = document({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::web-uploads/*"})


def bad_iam_admin_attached() -> None:
    aws.iam.RolePolicyAttachment(
        "deploy", role="deploy", policy_arn="arn:aws:iam::aws:policy/AdministratorAccess"
    )


def good_iam_admin_attached() -> None:
    read = aws.iam.Policy("read-uploads", policy=READ_UPLOADS)
    aws.iam.RolePolicyAttachment("deploy", role="deploy", policy_arn=read.arn)


def bad_iam_user_policy() -> None:
    aws.iam.UserPolicy("ann", user="ann", policy=READ_UPLOADS)


def good_iam_user_policy() -> None:
    aws.iam.GroupPolicy("support", group="support", policy=READ_UPLOADS)
