"""Examples of who may pull images."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, containers, document, trust


def bad_iam_task_role_pulls_images() -> None:
    repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web"
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    pull = {"Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "Resource": repository}
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(pull))
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=web)


def good_iam_task_role_pulls_images() -> None:
    uploads = {"Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-uploads/*"}
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(uploads))
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=web)


def bad_iam_execution_role_pull() -> None:
    # AWS's own policy pulls from every repository that the account can reach.
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicyAttachment(
        "web-execution",
        role=execution.name,
        policy_arn="arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    )
    web = containers({"name": "web", "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=web)


def good_iam_execution_role_pull() -> None:
    log_in = {"Action": "ecr:GetAuthorizationToken", "Resource": "*"}
    pull = {
        "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Resource": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web",
    }
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(log_in, pull))
    web = containers({"name": "web", "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1.4.2"})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=web)


def bad_iam_other_role_pulls_images() -> None:
    repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web"
    build = aws.iam.Role("build", assume_role_policy=trust("codebuild.amazonaws.com"))
    pull = {"Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "Resource": repository}
    aws.iam.RolePolicy("build", role=build.name, policy=document(pull))


def good_iam_other_role_pulls_images() -> None:
    push = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]
    repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web"
    build = aws.iam.Role("build", assume_role_policy=trust("codebuild.amazonaws.com"))
    aws.iam.RolePolicy("build", role=build.name, policy=document({"Action": push, "Resource": repository}))
