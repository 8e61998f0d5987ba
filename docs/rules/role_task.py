"""Examples of task roles."""

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, containers, document, trust


def bad_role_administrator() -> None:
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    aws.iam.RolePolicyAttachment("web-task", role=task.name, policy_arn=admin)
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)


def good_role_administrator() -> None:
    publish = {"Action": "sns:Publish", "Resource": f"arn:aws:sns:{REGION}:{ACCOUNT}:orders"}
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(publish))
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)


def bad_role_task_role_managed_policy() -> None:
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    every_queue = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
    aws.iam.RolePolicyAttachment("web-task", role=task.name, policy_arn=every_queue)
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)


def good_role_task_role_managed_policy() -> None:
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    # Its actions take no resource, so a policy of one's own would say the same.
    traces = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
    aws.iam.RolePolicyAttachment("web-task", role=task.name, policy_arn=traces)
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)


def bad_role_task_role_reads_secrets() -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web/database-AbCdEf"
    read = {"Action": "secretsmanager:GetSecretValue", "Resource": arn}
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(read))
    secrets = [{"name": "DATABASE_URL", "valueFrom": arn}]
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "secrets": secrets})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=web)


def good_role_task_role_reads_secrets() -> None:
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web/database-AbCdEf"
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    secrets = [{"name": "DATABASE_URL", "valueFrom": arn}]
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "secrets": secrets})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=web)


def bad_role_task_role_writes_logs() -> None:
    write = {
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/web:log-stream:*",
    }
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(write))
    # awslogs writes with the execution role.
    log = {"logDriver": "awslogs", "options": {"awslogs-group": "/web"}}
    web = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "logConfiguration": log})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=web)


def good_role_task_role_writes_logs() -> None:
    write = {
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/web:log-stream:*",
    }
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(write))
    # The log router writes with the task role.
    options = {"Name": "cloudwatch_logs", "log_group_name": "/web", "region": REGION}
    log = {"logDriver": "awsfirelens", "options": options}
    web = {"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3", "logConfiguration": log}
    image = "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.34.0"
    router = {"name": "router", "image": image, "firelensConfiguration": {"type": "fluentbit"}}
    aws.ecs.TaskDefinition(
        "web", family="web", task_role_arn=task.arn, container_definitions=containers(web, router)
    )


def bad_role_exec_permissions() -> None:
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    web = aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)
    # The role has no permission for sessions, so none opens.
    aws.ecs.Service("web", cluster="production", task_definition=web.arn, enable_execute_command=True)


def good_role_exec_permissions() -> None:
    channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"]
    sessions = {"Action": [f"ssmmessages:{it}" for it in channels], "Resource": "*"}
    task = aws.iam.Role("web-task", assume_role_policy=trust())
    aws.iam.RolePolicy("web-task", role=task.name, policy=document(sessions))
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    web = aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)
    aws.ecs.Service("web", cluster="production", task_definition=web.arn, enable_execute_command=True)


def bad_role_task_role_trust() -> None:
    # What acts for the cluster itself, and not for its tasks.
    task = aws.iam.Role("web-task", assume_role_policy=trust("ecs.amazonaws.com"))
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)


def good_role_task_role_trust() -> None:
    task = aws.iam.Role("web-task", assume_role_policy=trust("ecs-tasks.amazonaws.com"))
    nginx = containers({"name": "web", "image": "public.ecr.aws/nginx/nginx:1.29.3"})
    aws.ecs.TaskDefinition("web", family="web", task_role_arn=task.arn, container_definitions=nginx)
