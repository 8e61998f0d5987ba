"""Examples of what limits a role or user."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, document, trust


def bad_iam_permissions_boundary() -> None:
    aws.iam.Role("web-task", assume_role_policy=trust())


def good_iam_permissions_boundary() -> None:
    aws.iam.Role(
        "web-task",
        assume_role_policy=trust(),
        permissions_boundary=f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    )


def bad_iam_document_size() -> None:
    customers = [f"arn:aws:s3:::web-uploads/customers/{number:04}/*" for number in range(300)]
    read = document({"Action": "s3:GetObject", "Resource": customers})
    aws.iam.RolePolicy("read", role="web-task", policy=read)


def good_iam_document_size() -> None:
    read = document({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::web-uploads/customers/*"})
    aws.iam.RolePolicy("read", role="web-task", policy=read)
