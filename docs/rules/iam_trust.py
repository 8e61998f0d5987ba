"""Examples of who may take a role over."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, document, trust


def bad_iam_public_trust() -> None:
    github = "token.actions.githubusercontent.com"
    any_repository = {
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{github}"},
        "Condition": {
            "StringEquals": {f"{github}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{github}:sub": "repo:*"},
        },
    }
    aws.iam.Role("deploy", assume_role_policy=document(any_repository))


def good_iam_public_trust() -> None:
    github = "token.actions.githubusercontent.com"
    production = {
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{github}"},
        "Condition": {
            "StringEquals": {
                f"{github}:aud": "sts.amazonaws.com",
                f"{github}:sub": "repo:acme/web:environment:production",
            }
        },
    }
    aws.iam.Role("deploy", assume_role_policy=document(production))


def bad_iam_confused_deputy() -> None:
    tasks = {"Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
    aws.iam.Role("web-task", assume_role_policy=document(tasks))


def good_iam_confused_deputy() -> None:
    tasks = {
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"},
        },
    }
    aws.iam.Role("web-task", assume_role_policy=document(tasks))


def bad_iam_task_trust() -> None:
    # ECS names no cluster when it takes the role over, so no task can start.
    tasks = {
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/web"}},
    }
    aws.iam.Role("web-task", assume_role_policy=document(tasks))


def good_iam_task_trust() -> None:
    aws.iam.Role("web-task", assume_role_policy=trust("ecs-tasks.amazonaws.com"))
