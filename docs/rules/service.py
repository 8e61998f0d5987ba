"""Examples of the rules about ECS services."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from docs.rules.parts import containers


def bad_service_public_ip() -> None:
    aws.ecs.Service("web", network_configuration={"subnets": ["subnet-0a1b2c3d"], "assign_public_ip": True})


def good_service_public_ip() -> None:
    aws.ecs.Service("web", network_configuration={"subnets": ["subnet-0a1b2c3d"]})


def bad_service_platform_version() -> None:
    aws.ecs.Service("web", launch_type="FARGATE", platform_version="1.3.0")


def good_service_platform_version() -> None:
    aws.ecs.Service("web", launch_type="FARGATE")


def bad_service_rollback() -> None:
    aws.ecs.Service("web", deployment_circuit_breaker={"enable": True, "rollback": False})


def good_service_rollback() -> None:
    aws.ecs.Service("web", deployment_circuit_breaker={"enable": True, "rollback": True})
    errors = aws.cloudwatch.MetricAlarm(
        "errors", comparison_operator="GreaterThanThreshold", evaluation_periods=5, threshold=10
    )
    aws.ecs.Service(
        "api",
        deployment_configuration={"strategy": "CANARY"},
        alarms={"enable": True, "rollback": True, "alarm_names": [errors.name]},
    )


def bad_service_private_subnets() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    internet = aws.ec2.InternetGateway("web", vpc_id=vpc.id)
    out = aws.ec2.RouteTable(
        "web", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": internet.id}]
    )
    subnet = aws.ec2.Subnet("web", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
    aws.ec2.RouteTableAssociation("web", subnet_id=subnet.id, route_table_id=out.id)
    aws.ecs.Service("web", network_configuration={"subnets": [subnet.id]})


def good_service_private_subnets() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    nat = aws.ec2.NatGateway("web", subnet_id="subnet-0a1b2c3d")
    out = aws.ec2.RouteTable(
        "web", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "nat_gateway_id": nat.id}]
    )
    subnet = aws.ec2.Subnet("web", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
    aws.ec2.RouteTableAssociation("web", subnet_id=subnet.id, route_table_id=out.id)
    aws.ecs.Service("web", network_configuration={"subnets": [subnet.id]})


def bad_service_zones() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    a = aws.ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone="us-east-1a")
    aws.ecs.Service(
        "web", network_configuration={"subnets": [a.id]}, availability_zone_rebalancing="DISABLED"
    )


def good_service_zones() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    a = aws.ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone="us-east-1a")
    b = aws.ec2.Subnet("b", vpc_id=vpc.id, cidr_block="10.0.1.0/24", availability_zone="us-east-1b")
    aws.ecs.Service("web", network_configuration={"subnets": [a.id, b.id]})


def bad_service_deployment_percentages() -> None:
    # At 120 %, one of two tasks can't be replaced: 2.4 tasks are rounded down to 2.
    aws.ecs.Service("web", desired_count=2, deployment_maximum_percent=120)
    # At 50 %, two of four tasks may be stopped before others run.
    aws.ecs.Service("api", desired_count=4, deployment_minimum_healthy_percent=50)


def good_service_deployment_percentages() -> None:
    aws.ecs.Service("web", desired_count=2, deployment_maximum_percent=150)
    # A lone worker may stop before the next one starts.
    aws.ecs.Service(
        "worker", desired_count=1, deployment_minimum_healthy_percent=0, deployment_maximum_percent=100
    )


def bad_service_scaling_range() -> None:
    web = aws.ecs.Service("web", desired_count=2)
    aws.appautoscaling.Target(
        "web",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/shop/", web.name),
        min_capacity=10,
        max_capacity=2,
    )


def good_service_scaling_range() -> None:
    web = aws.ecs.Service("web", desired_count=2)
    aws.appautoscaling.Target(
        "web",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/shop/", web.name),
        min_capacity=2,
        max_capacity=10,
    )


def bad_service_port_wiring() -> None:
    task = aws.ecs.TaskDefinition(
        "web",
        family="web",
        container_definitions=containers({"name": "nginx", "portMappings": [{"containerPort": 8080}]}),
    )
    targets = aws.lb.TargetGroup("web", target_type="ip", protocol="HTTP", port=80)
    aws.ecs.Service(
        "web",
        task_definition=task.arn,
        load_balancers=[{"container_name": "nginx", "container_port": 80, "target_group_arn": targets.arn}],
    )


def good_service_port_wiring() -> None:
    task = aws.ecs.TaskDefinition(
        "web",
        family="web",
        container_definitions=containers({"name": "nginx", "portMappings": [{"containerPort": 8080}]}),
    )
    targets = aws.lb.TargetGroup("web", target_type="ip", protocol="HTTP", port=8080)
    aws.ecs.Service(
        "web",
        task_definition=task.arn,
        load_balancers=[{"container_name": "nginx", "container_port": 8080, "target_group_arn": targets.arn}],
    )


def bad_service_grace_and_drain() -> None:
    check = {"command": ["CMD-SHELL", "curl -f localhost:8080/up"], "startPeriod": 60}
    task = aws.ecs.TaskDefinition(
        "web",
        family="web",
        # gunicorn closes idle connections after 5 s, which the load balancer keeps for 60 s.
        container_definitions=containers(
            {"name": "app", "command": ["gunicorn", "--keep-alive=5", "app"], "healthCheck": check}
        ),
    )
    targets = aws.lb.TargetGroup("web", target_type="ip", deregistration_delay=300)
    balancer = aws.lb.LoadBalancer("web", idle_timeout=60)
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
    )
    aws.ecs.Service(
        "web",
        task_definition=task.arn,
        capacity_provider_strategies=[{"capacity_provider": "FARGATE_SPOT", "weight": 1}],
        load_balancers=[{"container_name": "app", "container_port": 8080, "target_group_arn": targets.arn}],
    )


def good_service_grace_and_drain() -> None:
    check = {"command": ["CMD-SHELL", "curl -f localhost:8080/up"], "startPeriod": 60}
    task = aws.ecs.TaskDefinition(
        "web",
        family="web",
        container_definitions=containers(
            {
                "name": "app",
                "command": ["gunicorn", "--keep-alive=75", "app"],
                "healthCheck": check,
                "stopTimeout": 120,
            }
        ),
    )
    targets = aws.lb.TargetGroup("web", target_type="ip", deregistration_delay=90)
    balancer = aws.lb.LoadBalancer("web", idle_timeout=60)
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
    )
    aws.ecs.Service(
        "web",
        task_definition=task.arn,
        health_check_grace_period_seconds=60,
        capacity_provider_strategies=[{"capacity_provider": "FARGATE_SPOT", "weight": 1}],
        load_balancers=[{"container_name": "app", "container_port": 8080, "target_group_arn": targets.arn}],
    )


def bad_service_tags_propagated() -> None:
    aws.ecs.Service("web", tags={"team": "shop"})


def good_service_tags_propagated() -> None:
    aws.ecs.Service("web", tags={"team": "shop"}, propagate_tags="SERVICE")


def bad_service_blocked_way() -> None:
    # Nothing lets the tasks out, so that the agent can't pull their image.
    tasks = aws.ec2.SecurityGroup("web-tasks", description="The web application's tasks")
    web = aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        container_definitions=containers({"name": "web", "image": "web:1.4.2"}),
    )
    aws.ecs.Service(
        "web",
        task_definition=web.arn,
        network_configuration={"subnets": ["subnet-0a1b2c3d"], "security_groups": [tasks.id]},
    )


def good_service_blocked_way() -> None:
    tasks = aws.ec2.SecurityGroup("web-tasks", description="The web application's tasks")
    aws.vpc.SecurityGroupEgressRule(
        "web-https",
        security_group_id=tasks.id,
        description="AWS, by the NAT gateway",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4="0.0.0.0/0",
    )
    web = aws.ecs.TaskDefinition(
        "web",
        family="web",
        requires_compatibilities=["FARGATE"],
        container_definitions=containers({"name": "web", "image": "web:1.4.2"}),
    )
    aws.ecs.Service(
        "web",
        task_definition=web.arn,
        network_configuration={"subnets": ["subnet-0a1b2c3d"], "security_groups": [tasks.id]},
    )
