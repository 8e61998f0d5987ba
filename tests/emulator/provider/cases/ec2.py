"""EC2's network."""

import json
from typing import Any

from tests.emulator.provider.harness import Case, Made, World


def vpc(world: World) -> Made:
    return world.make(
        "aws:ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"Name": world.name("vpc")}}
    )


def subnet(world: World, letter: str = "a", number: int = 1) -> Made:
    return world.make(
        "aws:ec2/subnet:Subnet",
        f"subnet-{letter}",
        {
            "vpcId": vpc(world).id,
            "cidrBlock": f"10.0.{number}.0/24",
            "availabilityZone": f"us-east-1{letter}",
        },
    )


def gateway(world: World, name: str = "gateway") -> Made:
    inputs = {"vpcId": vpc(world).id} if name == "gateway" else {}
    return world.make("aws:ec2/internetGateway:InternetGateway", name, inputs)


def table(world: World, name: str = "table") -> Made:
    return world.make("aws:ec2/routeTable:RouteTable", name, {"vpcId": vpc(world).id})


def group(world: World, name: str = "group") -> Made:
    return world.make(
        "aws:ec2/securityGroup:SecurityGroup", name, {"vpcId": vpc(world).id, "description": "for a test"}
    )


def address(world: World, name: str = "address") -> Made:
    return world.make("aws:ec2/eip:Eip", name, {"domain": "vpc"})


def nat(world: World) -> Made:
    inputs = {"allocationId": address(world, "nat-address").id, "subnetId": subnet(world).id}
    return world.make("aws:ec2/natGateway:NatGateway", "nat", inputs)


def another_vpc(world: World) -> str:
    return world.make("aws:ec2/vpc:Vpc", "vpc2", {"cidrBlock": "10.9.0.0/16"}).id


def bucket_policy(principal: str) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def rule(world: World, **more: Any) -> dict[str, Any]:
    return {
        "securityGroupId": group(world).id,
        "ipProtocol": "tcp",
        "fromPort": 8080,
        "toPort": 8080,
        "description": "load balancer to nginx",
        **more,
    }


WEB = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "description": "web"}
CASES = (
    Case(
        token="aws:ec2/vpc:Vpc",
        inputs=lambda w: {"cidrBlock": "10.1.0.0/16", "enableDnsHostnames": True, "enableDnsSupport": True},
        update={"enableDnsHostnames": False, "tags": {"Name": "other", "a.b/c": "1"}},
        replace={"cidrBlock": "10.2.0.0/16"},
    ),
    Case(
        token="aws:ec2/subnet:Subnet",
        inputs=lambda w: {
            "vpcId": vpc(w).id,
            "cidrBlock": "10.0.1.0/24",
            "availabilityZone": "us-east-1b",
            "mapPublicIpOnLaunch": True,
        },
        update={"mapPublicIpOnLaunch": False},
        replace={"cidrBlock": "10.0.2.0/24", "availabilityZone": "us-east-1a"},
    ),
    Case(
        token="aws:ec2/internetGateway:InternetGateway",
        inputs=lambda w: {"vpcId": vpc(w).id},
        update={"vpcId": another_vpc, "tags": {"Name": "other"}},
    ),
    Case(token="aws:ec2/eip:Eip", inputs=lambda w: {"domain": "vpc"}, update={"tags": {"Name": "other"}}),
    Case(
        token="aws:ec2/natGateway:NatGateway",
        inputs=lambda w: {
            "allocationId": address(w).id,
            "subnetId": subnet(w).id,
            "connectivityType": "public",
        },
        update={"tags": {"Name": "other"}},
        replace={"subnetId": "subnet-1", "allocationId": "eipalloc-1"},
    ),
    Case(
        token="aws:ec2/routeTable:RouteTable",
        inputs=lambda w: {
            "vpcId": vpc(w).id,
            "routes": [
                {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway(w).id},
                {"cidrBlock": "192.168.0.0/16", "gatewayId": gateway(w).id},
            ],
        },
        update={"routes": lambda w: [{"cidrBlock": "0.0.0.0/0", "natGatewayId": nat(w).id}]},
        replace={"vpcId": another_vpc},
    ),
    Case(
        token="aws:ec2/route:Route",
        inputs=lambda w: {
            "routeTableId": table(w).id,
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": gateway(w).id,
        },
        replace={"destinationCidrBlock": "10.7.0.0/16"},
        import_id=lambda made: f"{made.outputs['routeTableId']}_0.0.0.0/0",
    ),
    Case(
        token="aws:ec2/routeTableAssociation:RouteTableAssociation",
        inputs=lambda w: {"routeTableId": table(w).id, "subnetId": subnet(w).id},
        update={"routeTableId": lambda w: table(w, "table2").id},
        replace={"subnetId": lambda w: subnet(w, "b", 2).id},
    ),
    Case(
        token="aws:ec2/securityGroup:SecurityGroup",
        inputs=lambda w: {
            "vpcId": vpc(w).id,
            "ingress": [
                {**WEB, "cidrBlocks": ["10.0.0.0/8", "192.168.0.0/16"], "self": True},
                {"protocol": "-1", "fromPort": 0, "toPort": 0, "securityGroups": [group(w).id]},
            ],
            "egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
        },
        update={
            "ingress": [{**WEB, "cidrBlocks": ["192.168.0.0/16"]}],
            "egress": [],
            "tags": {"Name": "other"},
        },
        replace={"description": "another", "name": "another"},
    ),
    Case(
        token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        inputs=lambda w: {"vpcId": vpc(w).id},
        update={"ingress": [{**WEB, "cidrBlocks": ["10.0.0.0/16"]}], "tags": {"Name": "other"}},
        replace={"vpcId": another_vpc},
        keeps=True,
    ),
    Case(
        token="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        inputs=lambda w: rule(w, referencedSecurityGroupId=group(w, "group2").id),
        update={"description": "changed", "toPort": 8090, "tags": {"Name": "other"}},
        replace={"securityGroupId": lambda w: group(w, "group3").id},
    ),
    Case(
        token="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        inputs=lambda w: {"securityGroupId": group(w).id, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
        update={"cidrIpv4": "10.0.0.0/8", "description": "narrowed"},
        replace={"securityGroupId": lambda w: group(w, "group3").id},
    ),
    Case(
        token="aws:ec2/vpcEndpoint:VpcEndpoint",
        inputs=lambda w: {
            "vpcId": vpc(w).id,
            "serviceName": "com.amazonaws.us-east-1.logs",
            "vpcEndpointType": "Interface",
            "privateDnsEnabled": True,
            "subnetIds": [subnet(w).id, subnet(w, "b", 2).id],
            "securityGroupIds": [group(w).id],
            "policy": bucket_policy("*"),
        },
        update={
            "subnetIds": lambda w: [subnet(w).id],
            "securityGroupIds": lambda w: [group(w, "group2").id],
            "policy": bucket_policy("123456789012"),
            "privateDnsEnabled": False,
            "tags": {"Name": "other"},
        },
        replace={"serviceName": "com.amazonaws.us-east-1.ecr.api"},
    ),
    Case(
        token="aws:ec2/flowLog:FlowLog",
        inputs=lambda w: {
            "vpcId": vpc(w).id,
            "trafficType": "ALL",
            "logDestinationType": "cloud-watch-logs",
            "logDestination": "arn:aws:logs:us-east-1:123456789012:log-group:flow",
            "iamRoleArn": "arn:aws:iam::123456789012:role/flow",
            "maxAggregationInterval": 60,
        },
        update={"tags": {"Name": "other"}},
        replace={"trafficType": "REJECT", "maxAggregationInterval": 600},
    ),
)
