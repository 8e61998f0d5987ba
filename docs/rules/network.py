"""Examples of the rules about who reaches what in the network."""

from __future__ import annotations

import pulumi_aws as aws


def bad_network_tasks_reached_by_others() -> None:
    tasks = aws.ec2.SecurityGroup("tasks", description="Tasks")
    aws.vpc.SecurityGroupIngressRule(
        "network",
        security_group_id=tasks.id,
        ip_protocol="tcp",
        from_port=8081,
        to_port=8081,
        cidr_ipv4="10.0.0.0/16",
    )
    aws.ecs.Service(
        "web", network_configuration={"subnets": ["subnet-0a1b2c3d"], "security_groups": [tasks.id]}
    )


def good_network_tasks_reached_by_others() -> None:
    front = aws.ec2.SecurityGroup("front", description="Load balancer")
    aws.lb.LoadBalancer("front", security_groups=[front.id])
    tasks = aws.ec2.SecurityGroup("tasks", description="Tasks")
    aws.vpc.SecurityGroupIngressRule(
        "front",
        security_group_id=tasks.id,
        ip_protocol="tcp",
        from_port=8081,
        to_port=8081,
        referenced_security_group_id=front.id,
    )
    aws.ecs.Service(
        "web", network_configuration={"subnets": ["subnet-0a1b2c3d"], "security_groups": [tasks.id]}
    )


def bad_network_high_risk_port() -> None:
    group = aws.ec2.SecurityGroup("bastion", description="Bastion")
    aws.vpc.SecurityGroupIngressRule(
        "ssh", security_group_id=group.id, ip_protocol="tcp", from_port=22, to_port=22, cidr_ipv4="0.0.0.0/0"
    )


def good_network_high_risk_port() -> None:
    group = aws.ec2.SecurityGroup("bastion", description="Bastion")
    aws.vpc.SecurityGroupIngressRule(
        "ssh",
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=22,
        to_port=22,
        cidr_ipv4="203.0.113.7/32",
    )


def bad_network_open_port() -> None:
    group = aws.ec2.SecurityGroup("front", description="Load balancer")
    aws.vpc.SecurityGroupIngressRule(
        "admin",
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=8443,
        to_port=8443,
        cidr_ipv4="0.0.0.0/0",
    )
    aws.lb.LoadBalancer("front", security_groups=[group.id])


def good_network_open_port() -> None:
    group = aws.ec2.SecurityGroup("front", description="Load balancer")
    aws.vpc.SecurityGroupIngressRule(
        "https",
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4="0.0.0.0/0",
    )
    aws.lb.LoadBalancer("front", security_groups=[group.id])


def bad_network_egress_to_everywhere() -> None:
    group = aws.ec2.SecurityGroup("tasks", description="Tasks")
    aws.vpc.SecurityGroupEgressRule(
        "all", security_group_id=group.id, ip_protocol="-1", cidr_ipv4="0.0.0.0/0"
    )


def good_network_egress_to_everywhere() -> None:
    group = aws.ec2.SecurityGroup("tasks", description="Tasks")
    aws.vpc.SecurityGroupEgressRule(
        "https",
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4="0.0.0.0/0",
    )


def bad_network_open_acl() -> None:
    aws.ec2.NetworkAcl(
        "public",
        vpc_id="vpc-0a1b2c3d",
        ingress=[
            {
                "rule_no": 100,
                "action": "allow",
                "protocol": "tcp",
                "from_port": 1024,
                "to_port": 65535,
                "cidr_block": "0.0.0.0/0",
            }
        ],
    )


def good_network_open_acl() -> None:
    acl = aws.ec2.NetworkAcl("public", vpc_id="vpc-0a1b2c3d")
    for number, action, first, last in ((90, "deny", 3389, 3389), (100, "allow", 1024, 65535)):
        aws.ec2.NetworkAclRule(
            f"{action}-{first}",
            network_acl_id=acl.id,
            rule_number=number,
            rule_action=action,
            protocol="tcp",
            from_port=first,
            to_port=last,
            cidr_block="0.0.0.0/0",
        )


def bad_network_unused_acl() -> None:
    aws.ec2.NetworkAcl("private", vpc_id="vpc-0a1b2c3d")


def good_network_unused_acl() -> None:
    aws.ec2.NetworkAcl("private", vpc_id="vpc-0a1b2c3d", subnet_ids=["subnet-0a1b2c3d"])
