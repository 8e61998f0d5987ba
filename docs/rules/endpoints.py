"""Examples of the rules about VPC endpoints."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, REGION, containers, document

IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1.0.0"


def bad_endpoint_missing_path() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    subnet = aws.ec2.Subnet("private", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
    task = aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        container_definitions=containers({"name": "web", "image": IMAGE}),
    )
    aws.ecs.Service("web", task_definition=task.arn, network_configuration={"subnets": [subnet.id]})


def good_endpoint_missing_path() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
    subnet = aws.ec2.Subnet("private", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
    table = aws.ec2.RouteTable("private", vpc_id=vpc.id)
    aws.ec2.RouteTableAssociation("private", subnet_id=subnet.id, route_table_id=table.id)
    endpoints = aws.ec2.SecurityGroup("endpoints")
    aws.vpc.SecurityGroupIngressRule(
        "in",
        security_group_id=endpoints.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4="10.0.0.0/24",
    )
    tasks = aws.ec2.SecurityGroup("tasks")
    aws.vpc.SecurityGroupEgressRule(
        "out",
        security_group_id=tasks.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4="0.0.0.0/0",
    )
    for service in ("ecr.api", "ecr.dkr"):
        aws.ec2.VpcEndpoint(
            service,
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{REGION}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[subnet.id],
            security_group_ids=[endpoints.id],
        )
    # ECR keeps an image's layers in S3.
    aws.ec2.VpcEndpoint(
        "s3",
        vpc_id=vpc.id,
        service_name=f"com.amazonaws.{REGION}.s3",
        route_table_ids=[table.id],
    )
    task = aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        container_definitions=containers({"name": "web", "image": IMAGE}),
    )
    aws.ecs.Service(
        "web",
        task_definition=task.arn,
        network_configuration={"subnets": [subnet.id], "security_groups": [tasks.id]},
    )


def bad_endpoint_open_policy() -> None:
    aws.ec2.VpcEndpoint("s3", vpc_id="vpc-0a1b2c3d", service_name=f"com.amazonaws.{REGION}.s3")


def good_endpoint_open_policy() -> None:
    ours = document(
        {
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
        },
        # The layers of ECR's images, which AWS signs itself.
        {
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*",
        },
    )
    aws.ec2.VpcEndpoint("s3", vpc_id="vpc-0a1b2c3d", service_name=f"com.amazonaws.{REGION}.s3", policy=ours)
