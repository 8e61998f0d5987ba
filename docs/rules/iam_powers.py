"""Examples of actions that give more than they seem to."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, document


def bad_iam_privilege_escalation() -> None:
    # The holder puts a policy that allows everything on its own role.
    roles = document({"Action": ["iam:CreateRole", "iam:PutRolePolicy"], "Resource": "*"})
    aws.iam.RolePolicy("roles", role="deploy", policy=roles)


def good_iam_privilege_escalation() -> None:
    roles = document(
        {
            "Action": ["iam:CreateRole", "iam:PutRolePolicy"],
            "Resource": f"arn:aws:iam::{ACCOUNT}:role/web-*",
            "Condition": {
                "StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/boundary"}
            },
        }
    )
    aws.iam.RolePolicy("roles", role="deploy", policy=roles)


def bad_iam_pass_role() -> None:
    run = document({"Action": "iam:PassRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/*"})
    aws.iam.RolePolicy("run", role="deploy", policy=run)


def good_iam_pass_role() -> None:
    run = document(
        {
            "Action": "iam:PassRole",
            "Resource": [f"arn:aws:iam::{ACCOUNT}:role/web-{it}" for it in ("task", "execution")],
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        }
    )
    aws.iam.RolePolicy("run", role="deploy", policy=run)


def bad_iam_permissions_management() -> None:
    share = document({"Action": "ecr:SetRepositoryPolicy", "Resource": "*"})
    aws.iam.RolePolicy("share", role="deploy", policy=share)


def good_iam_permissions_management() -> None:
    web = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web"
    share = document({"Action": "ecr:SetRepositoryPolicy", "Resource": web})
    aws.iam.RolePolicy("share", role="deploy", policy=share)


def bad_iam_data_exfiltration() -> None:
    secrets = document({"Action": "secretsmanager:GetSecretValue", "Resource": "*"})
    aws.iam.RolePolicy("secrets", role="web-execution", policy=secrets)


def good_iam_data_exfiltration() -> None:
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web/database-AbCdEf"
    secrets = document({"Action": "secretsmanager:GetSecretValue", "Resource": secret})
    aws.iam.RolePolicy("secrets", role="web-execution", policy=secrets)


def bad_iam_decrypt_all() -> None:
    keys = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*"
    aws.iam.RolePolicy(
        "decrypt", role="web-execution", policy=document({"Action": "kms:Decrypt", "Resource": keys})
    )


def good_iam_decrypt_all() -> None:
    decrypt = document(
        {
            "Action": "kms:Decrypt",
            "Resource": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/*",
            "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}},
        }
    )
    aws.iam.RolePolicy("decrypt", role="web-execution", policy=decrypt)
