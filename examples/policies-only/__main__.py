"""A service that renders reports behind an internal load balancer, in a network that another team owns."""

import json

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
account = aws.get_caller_identity().account_id
region = aws.get_region().region
network = pulumi.StackReference("organization/network/dev")
vpc_id = network.require_output("vpc_id")
subnet_ids = network.require_output("private_subnet_ids")
certificate = aws.acm.get_certificate(domain="reports.internal.example.com", statuses=["ISSUED"])


def document(*statements: dict) -> str:
    allowed = [{"Effect": "Allow", **it} for it in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


trust = document(
    {
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{region}:{account}:*"},
        },
    }
)

bucket_name = f"reports-{account}"
bucket = aws.s3.Bucket("reports", bucket=bucket_name)
aws.s3.BucketPublicAccessBlock(
    "reports",
    bucket=bucket.id,
    block_public_acls=True,
    block_public_policy=True,
    ignore_public_acls=True,
    restrict_public_buckets=True,
)
aws.s3.BucketOwnershipControls("reports", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
aws.s3.BucketVersioning("reports", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
aws.s3.BucketLifecycleConfiguration(
    "reports",
    bucket=bucket.id,
    rules=[
        {
            "id": "old-reports",
            "status": "Enabled",
            "filter": {},
            "expiration": {"days": 365},
            "noncurrent_version_expiration": {"noncurrent_days": 30},
        }
    ],
)
aws.s3.BucketPolicy(
    "reports",
    bucket=bucket.id,
    policy=document(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{bucket_name}", f"arn:aws:s3:::{bucket_name}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ),
)

logs = aws.cloudwatch.LogGroup("reports", name="/ecs/reports", retention_in_days=30)
image = config.require("image")
repository = f"arn:aws:ecr:{region}:{account}:repository/reports"

# Inline policies in the role itself, as older programs have them.
execution_role = aws.iam.Role(
    "reports-execution",
    assume_role_policy=trust,
    inline_policies=[
        {
            "name": "start",
            "policy": document(
                {"Action": "ecr:GetAuthorizationToken", "Resource": "*"},
                {
                    "Action": [
                        "ecr:BatchCheckLayerAvailability",
                        "ecr:BatchGetImage",
                        "ecr:GetDownloadUrlForLayer",
                    ],
                    "Resource": repository,
                },
                {
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": f"arn:aws:logs:{region}:{account}:log-group:/ecs/reports:*",
                },
            ),
        }
    ],
)
task_role = aws.iam.Role(
    "reports-task",
    assume_role_policy=trust,
    inline_policies=[
        {
            "name": "write-reports",
            "policy": document({"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket_name}/daily/*"}),
        }
    ],
)

task_definition = aws.ecs.TaskDefinition(
    "reports",
    family="reports",
    cpu="512",
    memory="1024",
    network_mode="awsvpc",
    requires_compatibilities=["FARGATE"],
    execution_role_arn=execution_role.arn,
    task_role_arn=task_role.arn,
    container_definitions=json.dumps(
        [
            {
                "name": "reports",
                "image": image,
                "essential": True,
                "user": "1000",
                "readonlyRootFilesystem": True,
                "linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True},
                "portMappings": [{"containerPort": 8080}],
                "environment": [{"name": "BUCKET", "value": bucket_name}],
                "healthCheck": {"command": ["CMD", "/app/healthy"], "startPeriod": 30},
                "stopTimeout": 60,
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "/ecs/reports",
                        "awslogs-region": region,
                        "awslogs-stream-prefix": "reports",
                        "mode": "non-blocking",
                        "max-buffer-size": "25m",
                    },
                },
            }
        ]
    ),
)

# Security groups with their rules inside.
balancer_group = aws.ec2.SecurityGroup(
    "reports-balancer",
    description="The internal load balancer of reports",
    vpc_id=vpc_id,
    ingress=[
        {
            "description": "HTTPS from the company's network",
            "protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_blocks": ["10.0.0.0/8"],
        }
    ],
)
task_group = aws.ec2.SecurityGroup(
    "reports-tasks",
    description="The tasks of reports",
    vpc_id=vpc_id,
    ingress=[
        {
            "description": "From the load balancer",
            "protocol": "tcp",
            "from_port": 8080,
            "to_port": 8080,
            "security_groups": [balancer_group.id],
        }
    ],
    egress=[
        {
            "description": "HTTPS to AWS",
            "protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_blocks": ["0.0.0.0/0"],
        }
    ],
)
aws.ec2.SecurityGroupRule(
    "reports-balancer-to-tasks",
    type="egress",
    description="To the tasks",
    security_group_id=balancer_group.id,
    source_security_group_id=task_group.id,
    protocol="tcp",
    from_port=8080,
    to_port=8080,
)

# The classic module of the same resources.
balancer = aws.alb.LoadBalancer(
    "reports",
    internal=True,
    subnets=subnet_ids,
    security_groups=[balancer_group.id],
    drop_invalid_header_fields=True,
    enable_deletion_protection=True,
    access_logs={"bucket": network.require_output("access_log_bucket"), "enabled": True},
)
target_group = aws.alb.TargetGroup(
    "reports",
    port=8080,
    protocol="HTTP",
    target_type="ip",
    vpc_id=vpc_id,
    deregistration_delay=30,
    health_check={"path": "/healthy", "matcher": "200"},
)
listener = aws.alb.Listener(
    "reports",
    load_balancer_arn=balancer.arn,
    port=443,
    protocol="HTTPS",
    ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    certificate_arn=certificate.arn,
    default_actions=[{"type": "forward", "target_group_arn": target_group.arn}],
)

cluster = aws.ecs.Cluster("reports", settings=[{"name": "containerInsights", "value": "enabled"}])
aws.ecs.Service(
    "reports",
    cluster=cluster.arn,
    task_definition=task_definition.arn,
    desired_count=2,
    launch_type="FARGATE",
    propagate_tags="SERVICE",
    health_check_grace_period_seconds=60,
    availability_zone_rebalancing="ENABLED",
    deployment_circuit_breaker={"enable": True, "rollback": True},
    network_configuration={
        "subnets": subnet_ids,
        "security_groups": [task_group.id],
        "assign_public_ip": False,
    },
    load_balancers=[
        {"target_group_arn": target_group.arn, "container_name": "reports", "container_port": 8080}
    ],
    opts=pulumi.ResourceOptions(depends_on=[listener, logs]),
)
