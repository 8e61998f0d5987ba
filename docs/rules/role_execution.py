"""Examples of execution roles."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, containers, document, trust


def bad_role_execution_role_users() -> None:
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=nginx)
    # A schedule that starts something else with the agent's role.
    aws.cloudwatch.EventTarget(
        "nightly",
        rule="nightly",
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:nightly",
        role_arn=execution.arn,
    )


def good_role_execution_role_users() -> None:
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=nginx)
    nightly = aws.iam.Role("nightly", assume_role_policy=trust("events.amazonaws.com"))
    aws.cloudwatch.EventTarget(
        "nightly",
        rule="nightly",
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:nightly",
        role_arn=nightly.arn,
    )


def bad_role_execution_role_extras() -> None:
    uploads = {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::acme-uploads/*"}
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(uploads))
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=nginx)


def good_role_execution_role_extras() -> None:
    logs = {
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/web:log-stream:*",
    }
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(logs))
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=nginx)


def bad_role_execution_secrets() -> None:
    # Every secret of the account, where the task names one.
    read = {"Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(read))
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web/database-AbCdEf"
    secrets = [{"name": "DATABASE_URL", "valueFrom": arn}]
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "secrets": secrets})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=web)


def good_role_execution_secrets() -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web/database-AbCdEf"
    read = {"Action": "secretsmanager:GetSecretValue", "Resource": arn}
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(read))
    secrets = [{"name": "DATABASE_URL", "valueFrom": arn}]
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "secrets": secrets})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=web)


def bad_role_execution_decrypt() -> None:
    decrypt = {"Action": "kms:Decrypt", "Resource": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd"}
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(decrypt))
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web/database-AbCdEf"
    secrets = [{"name": "DATABASE_URL", "valueFrom": arn}]
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "secrets": secrets})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=web)


def good_role_execution_decrypt() -> None:
    decrypt = {
        "Action": "kms:Decrypt",
        "Resource": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd",
        "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}},
    }
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(decrypt))
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web/database-AbCdEf"
    secrets = [{"name": "DATABASE_URL", "valueFrom": arn}]
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "secrets": secrets})
    aws.ecs.TaskDefinition("web", family="web", execution_role_arn=execution.arn, container_definitions=web)


def bad_role_execution_logs() -> None:
    # It may look at the group, and not write to it.
    read = {"Action": "logs:GetLogEvents", "Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/web:*"}
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(read))
    options = {"awslogs-group": "/web", "awslogs-region": REGION, "awslogs-stream-prefix": "web"}
    log = {"logDriver": "awslogs", "options": options}
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "logConfiguration": log})
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        execution_role_arn=execution.arn,
        container_definitions=web,
    )


def good_role_execution_logs() -> None:
    write = {
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/web:*",
    }
    execution = aws.iam.Role("web-execution", assume_role_policy=trust())
    aws.iam.RolePolicy("web-execution", role=execution.name, policy=document(write))
    options = {"awslogs-group": "/web", "awslogs-region": REGION, "awslogs-stream-prefix": "web"}
    log = {"logDriver": "awslogs", "options": options}
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "logConfiguration": log})
    aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        execution_role_arn=execution.arn,
        container_definitions=web,
    )
