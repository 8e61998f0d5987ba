"""Examples of roles that do for more than one, and of roles that lead to others."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, containers, document, trust


def bad_iam_one_role_for_both() -> None:
    role = aws.iam.Role("web", assume_role_policy=trust())
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        task_role_arn=role.arn,
        execution_role_arn=role.arn,
        container_definitions=containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"}),
    )


def good_iam_one_role_for_both() -> None:
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        task_role_arn=task.arn,
        execution_role_arn=execution.arn,
        container_definitions=containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"}),
    )


def bad_role_shared_by_families() -> None:
    role = aws.iam.Role("tasks", assume_role_policy=trust())
    for family in ("web", "mail"):
        image = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/{family}:1.4.2"
        runs = containers({"name": family, "image": image})
        aws.ecs.TaskDefinition(family, family=family, task_role_arn=role.arn, container_definitions=runs)


def good_role_shared_by_families() -> None:
    image = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web:1.4.2"
    web = containers({"name": "web", "image": image})
    # The release runs the application's own image, and so is the application.
    release = containers({"name": "web", "image": image, "command": ["bin/rails", "db:migrate"]})
    role = aws.iam.Role("web", assume_role_policy=trust())
    for family, runs in (("web", web), ("web-release", release)):
        aws.ecs.TaskDefinition(family, family=family, task_role_arn=role.arn, container_definitions=runs)


def bad_role_chain_to_more() -> None:
    deployer = aws.iam.Role("deployer", name="deployer", assume_role_policy=trust("lambda.amazonaws.com"))
    write = {"Action": "dynamodb:PutItem", "Resource": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/releases"}
    aws.iam.RolePolicy("deployer", role=deployer.name, policy=document(write))
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    pass_it = {"Action": "iam:PassRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/deployer"}
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(pass_it))
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=web)


def good_role_chain_to_more() -> None:
    # Whoever reads the queue has the permissions; the application only asks.
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    ask = {"Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:us-east-1:{ACCOUNT}:deployments"}
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(ask))
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=web)
