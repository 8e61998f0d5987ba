"""A small program's registrations: a service behind a load balancer, in a network of two zones."""

import json
from typing import Any

from tests.diagram.recordings import made, task_definition

RAILS: dict[str, Any] = {
    "name": "rails",
    "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/rails@sha256:" + "ab" * 32,
    "memoryReservation": 512,
    "environment": [{"name": "RAILS_ENV", "value": "production"}],
    "secrets": [
        {
            "name": "DATABASE_URL",
            "valueFrom": "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/database-Ab12Cd:url::",
        }
    ],
    "dependsOn": [{"containerName": "log_router", "condition": "HEALTHY"}],
    "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "cloudwatch_logs"}},
}
NGINX: dict[str, Any] = {
    "name": "nginx",
    "image": "public.ecr.aws/nginx/nginx:1.30",
    "portMappings": [{"containerPort": 8080}],
    "dependsOn": [
        {"containerName": "rails", "condition": "HEALTHY"},
        {"containerName": "log_router", "condition": "HEALTHY"},
    ],
    "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "cloudwatch_logs"}},
}
LOG_ROUTER: dict[str, Any] = {
    "name": "log_router",
    "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:3",
    "essential": False,
    "firelensConfiguration": {"type": "fluentbit"},
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "shop-logs"}},
}

VPC = made("aws:ec2/vpc:Vpc", "main", {"cidrBlock": "10.0.0.0/16"})
INTERNET = made("aws:ec2/internetGateway:InternetGateway", "internet", vpcId=VPC)
PUBLIC = [
    made(
        "aws:ec2/subnet:Subnet",
        f"public-{it}",
        {"availabilityZone": f"us-east-1{it}", "cidrBlock": block},
        vpcId=VPC,
    )
    for it, block in (("a", "10.0.0.0/20"), ("b", "10.0.16.0/20"))
]
PRIVATE = [
    made(
        "aws:ec2/subnet:Subnet",
        f"private-{it}",
        {"availabilityZone": f"us-east-1{it}", "cidrBlock": block},
        vpcId=VPC,
    )
    for it, block in (("a", "10.0.128.0/20"), ("b", "10.0.144.0/20"))
]
TABLE = made("aws:ec2/routeTable:RouteTable", "public", vpcId=VPC)
ROUTE = made(
    "aws:ec2/route:Route",
    "out",
    {"destinationCidrBlock": "0.0.0.0/0"},
    routeTableId=TABLE,
    gatewayId=INTERNET,
)
JOINS = [
    made("aws:ec2/routeTableAssociation:RouteTableAssociation", it.name, subnetId=it, routeTableId=TABLE)
    for it in PUBLIC
]
NETWORK = (VPC, INTERNET, *PUBLIC, *PRIVATE, TABLE, ROUTE, *JOINS)

BALANCER_GROUP = made("aws:ec2/securityGroup:SecurityGroup", "balancer", vpcId=VPC)
TASK_GROUP = made("aws:ec2/securityGroup:SecurityGroup", "tasks", vpcId=VPC)
FROM_ALL = made(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "from-all",
    {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"},
    securityGroupId=BALANCER_GROUP,
)
FROM_BALANCER = made(
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "from-balancer",
    {"ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080},
    securityGroupId=TASK_GROUP,
    referencedSecurityGroupId=BALANCER_GROUP,
)
GROUPS = (BALANCER_GROUP, TASK_GROUP, FROM_ALL, FROM_BALANCER)

BALANCER = made("aws:lb/loadBalancer:LoadBalancer", "shop", subnets=PUBLIC, securityGroups=[BALANCER_GROUP])
LISTENER = made(
    "aws:lb/listener:Listener",
    "https",
    {
        "port": 443,
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "defaultActions": [{"type": "fixed-response", "fixedResponse": {"statusCode": "404"}}],
    },
    loadBalancerArn=BALANCER,
)
GROUP = made(
    "aws:lb/targetGroup:TargetGroup",
    "web",
    {"port": 8080, "protocol": "HTTP", "healthCheck": {"path": "/up"}, "deregistrationDelay": 30},
    vpcId=VPC,
)
RULE = made(
    "aws:lb/listenerRule:ListenerRule",
    "web",
    {
        "priority": 7,
        "conditions": [{"hostHeader": {"values": ["shop.example.com"]}}, {"pathPattern": {"values": ["/*"]}}],
    },
    listenerArn=LISTENER,
    actions=[GROUP],
)
TRAFFIC = (BALANCER, LISTENER, GROUP, RULE)

TRUST = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            }
        ]
    }
)
ROLE = made("aws:iam/role:Role", "execution", {"assumeRolePolicy": TRUST})
POLICY = made(
    "aws:iam/rolePolicy:RolePolicy",
    "execution",
    {
        "policy": json.dumps(
            {
                "Statement": [
                    {
                        "Sid": "PullImages",
                        "Effect": "Allow",
                        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                        "Resource": "*",
                    }
                ]
            }
        )
    },
    role=ROLE,
)
CLUSTER = made(
    "aws:ecs/cluster:Cluster", "shop", {"settings": [{"name": "containerInsights", "value": "enabled"}]}
)
TASK = task_definition(RAILS, NGINX, LOG_ROUTER)
SERVICE = made(
    "aws:ecs/service:Service",
    "web",
    {
        "desiredCount": 2,
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 200,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "loadBalancers": [
            {"targetGroupArn": GROUP.identity[0], "containerName": "nginx", "containerPort": 8080}
        ],
        "networkConfiguration": {
            "subnets": [it.identity[0] for it in PRIVATE],
            "securityGroups": [TASK_GROUP.identity[0]],
        },
    },
    cluster=CLUSTER,
    taskDefinition=TASK,
)
LOGS = made("aws:cloudwatch/logGroup:LogGroup", "logs", {"name": "shop-logs", "retentionInDays": 30})
RUNNING = (ROLE, POLICY, CLUSTER, TASK, SERVICE, LOGS)

ALL = (*NETWORK, *GROUPS, *TRAFFIC, *RUNNING)
