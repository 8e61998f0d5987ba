"""Examples of how wide a policy document is."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, document


def bad_iam_admin() -> None:
    aws.iam.RolePolicy("deploy", role="deploy", policy=document({"Action": "*", "Resource": "*"}))


def good_iam_admin() -> None:
    deploy = document(
        {
            "Action": ["ecs:DescribeServices", "ecs:UpdateService"],
            "Resource": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/web/web",
        }
    )
    aws.iam.RolePolicy("deploy", role="deploy", policy=deploy)


def bad_iam_star_action() -> None:
    uploads = document({"Action": "s3:*", "Resource": "arn:aws:s3:::web-uploads/*"})
    aws.iam.RolePolicy("uploads", role="web-task", policy=uploads)


def good_iam_star_action() -> None:
    uploads = document({"Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::web-uploads/*"})
    aws.iam.RolePolicy("uploads", role="web-task", policy=uploads)


def bad_iam_star_resource() -> None:
    aws.iam.RolePolicy("notify", role="web-task", policy=document({"Action": "sns:Publish", "Resource": "*"}))


def good_iam_star_resource() -> None:
    notify = document({"Action": "sns:Publish", "Resource": f"arn:aws:sns:{REGION}:{ACCOUNT}:orders"})
    aws.iam.RolePolicy("notify", role="web-task", policy=notify)
