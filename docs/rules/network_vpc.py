"""Examples of the rules about VPCs and their subnets."""

from __future__ import annotations

import pulumi_aws as aws


def bad_network_default_security_group() -> None:
    aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")


def good_network_default_security_group() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    aws.ec2.DefaultSecurityGroup("web", vpc_id=vpc.id, ingress=[], egress=[])


def bad_network_flow_logs() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    aws.ec2.FlowLog("web", vpc_id=vpc.id, traffic_type="ACCEPT", log_destination="arn:aws:s3:::flow-logs")


def good_network_flow_logs() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    aws.ec2.FlowLog("web", vpc_id=vpc.id, traffic_type="ALL", log_destination="arn:aws:s3:::flow-logs")


def bad_network_automatic_address() -> None:
    aws.ec2.Subnet("public", vpc_id="vpc-0a1b2c3d", cidr_block="10.0.0.0/24", map_public_ip_on_launch=True)


def good_network_automatic_address() -> None:
    aws.ec2.Subnet("public", vpc_id="vpc-0a1b2c3d", cidr_block="10.0.0.0/24", map_public_ip_on_launch=False)


def bad_network_description() -> None:
    aws.ec2.SecurityGroup("front", vpc_id="vpc-0a1b2c3d")


def good_network_description() -> None:
    aws.ec2.SecurityGroup(
        "front", vpc_id="vpc-0a1b2c3d", description="Load balancer, reached by the internet"
    )


def bad_network_cidr_blocks() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    aws.ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/20")
    aws.ec2.Subnet("b", vpc_id=vpc.id, cidr_block="10.0.8.0/24")


def good_network_cidr_blocks() -> None:
    vpc = aws.ec2.Vpc("web", cidr_block="10.0.0.0/16")
    aws.ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.0.0/20")
    aws.ec2.Subnet("b", vpc_id=vpc.id, cidr_block="10.0.16.0/20")


def bad_network_room_for_tasks() -> None:
    # Eleven addresses beside AWS's five, and a deployment starts six new tasks before it stops the old ones.
    subnet = aws.ec2.Subnet("private", vpc_id="vpc-0a1b2c3d", cidr_block="10.0.0.0/28")
    aws.ecs.Service("web", desired_count=6, network_configuration={"subnets": [subnet.id]})


def good_network_room_for_tasks() -> None:
    subnet = aws.ec2.Subnet("private", vpc_id="vpc-0a1b2c3d", cidr_block="10.0.0.0/24")
    aws.ecs.Service("web", desired_count=6, network_configuration={"subnets": [subnet.id]})
