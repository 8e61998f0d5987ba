"""EC2 on the embedded AWS: what is put in comes back, and what is in use stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

Clients = Callable[[str], Any]


def refusal(call: Callable[..., Any], **keywords: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**keywords)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return caught.value.response["Error"]["Code"]


def test_a_rule_that_refers_to_a_group_keeps_its_description(
    client: Clients, network: Any, unique: str
) -> None:
    ec2 = client("ec2")
    source = ec2.create_security_group(GroupName=f"{unique}-b", Description="b", VpcId=network.vpc)["GroupId"]
    for call in (ec2.authorize_security_group_ingress, ec2.authorize_security_group_egress):
        made = call(
            GroupId=network.group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 8080,
                    "ToPort": 8080,
                    "UserIdGroupPairs": [{"GroupId": source, "Description": "from the balancer"}],
                }
            ],
            TagSpecifications=[
                {"ResourceType": "security-group-rule", "Tags": [{"Key": "Name", "Value": unique}]}
            ],
        )["SecurityGroupRules"][0]
        assert made["Description"] == "from the balancer"
        assert made["Tags"] == [{"Key": "Name", "Value": unique}]
        found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])
        rule = found["SecurityGroupRules"][0]
        assert rule["Description"] == "from the balancer"
        assert rule["ReferencedGroupInfo"]["GroupId"] == source
    group = ec2.describe_security_groups(GroupIds=[network.group])["SecurityGroups"][0]
    assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["Description"] == "from the balancer"


def test_a_rule_can_be_modified_and_revoked_by_its_id(client: Clients, network: Any) -> None:
    ec2 = client("ec2")
    rule = ec2.authorize_security_group_ingress(
        GroupId=network.group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 1,
                "ToPort": 1,
                "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "a"}],
            }
        ],
    )["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    ec2.modify_security_group_rules(
        GroupId=network.group,
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": rule,
                "SecurityGroupRule": {
                    "IpProtocol": "tcp",
                    "FromPort": 2,
                    "ToPort": 2,
                    "CidrIpv4": "10.0.0.0/8",
                    "Description": "b",
                },
            }
        ],
    )
    shown = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]
    assert (shown["FromPort"], shown["Description"]) == (2, "b")
    ec2.revoke_security_group_ingress(GroupId=network.group, SecurityGroupRuleIds=[rule])
    assert (
        refusal(ec2.describe_security_group_rules, SecurityGroupRuleIds=[rule])
        == "InvalidSecurityGroupRuleId.NotFound"
    )


def test_the_same_rule_twice_is_refused(client: Clients, network: Any) -> None:
    rule: dict[str, Any] = {
        "GroupId": network.group,
        "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ],
    }
    client("ec2").authorize_security_group_ingress(**rule)
    assert refusal(client("ec2").authorize_security_group_ingress, **rule) == "InvalidPermission.Duplicate"


def test_a_security_group_in_use_is_not_deleted(client: Clients, network: Any, unique: str) -> None:
    ec2 = client("ec2")
    assert refusal(ec2.delete_security_group, GroupId=network.group) == "DependencyViolation"
    referenced = ec2.create_security_group(GroupName=f"{unique}-r", Description="r", VpcId=network.vpc)[
        "GroupId"
    ]
    pair = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": referenced}]}]
    ec2.authorize_security_group_ingress(GroupId=network.group, IpPermissions=pair)
    assert refusal(ec2.delete_security_group, GroupId=referenced) == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=network.group, IpPermissions=pair)
    ec2.delete_security_group(GroupId=referenced)


def test_twenty_clients_can_create_groups_at_once(client: Clients, network: Any, unique: str) -> None:
    ec2 = client("ec2")
    with ThreadPoolExecutor(20) as pool:
        made = list(
            pool.map(
                lambda i: ec2.create_security_group(
                    GroupName=f"{unique}-{i}", Description="x", VpcId=network.vpc
                ),
                range(40),
            )
        )
    assert len({one["GroupId"] for one in made}) == 40
    for one in made:
        ec2.delete_security_group(GroupId=one["GroupId"])


def test_a_flow_log_keeps_its_destination_options(client: Clients, network: Any, unique: str) -> None:
    ec2 = client("ec2")
    client("s3").create_bucket(Bucket=unique)
    options = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": True}
    made = ec2.create_flow_logs(
        ResourceIds=[network.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{unique}",
        MaxAggregationInterval=60,
        DestinationOptions=options,
        TagSpecifications=[{"ResourceType": "vpc-flow-log", "Tags": [{"Key": "Name", "Value": unique}]}],
    )["FlowLogIds"][0]
    shown = ec2.describe_flow_logs(FlowLogIds=[made])["FlowLogs"][0]
    assert shown["DestinationOptions"] == options
    assert shown["MaxAggregationInterval"] == 60
    assert shown["Tags"] == [{"Key": "Name", "Value": unique}]
    ec2.delete_flow_logs(FlowLogIds=[made])
    assert (
        ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [network.vpc]}])["FlowLogs"] == []
    )


def test_a_subnet_with_interfaces_and_a_vpc_with_anything_are_not_deleted(
    client: Clients, network: Any
) -> None:
    ec2 = client("ec2")
    eni = ec2.create_network_interface(SubnetId=network.subnets[0])["NetworkInterface"]["NetworkInterfaceId"]
    assert refusal(ec2.delete_subnet, SubnetId=network.subnets[0]) == "DependencyViolation"
    assert refusal(ec2.delete_vpc, VpcId=network.vpc) == "DependencyViolation"
    ec2.delete_network_interface(NetworkInterfaceId=eni)


def test_an_internet_gateway_stays_while_addresses_are_mapped(client: Clients, network: Any) -> None:
    ec2 = client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    assert refusal(ec2.delete_internet_gateway, InternetGatewayId=gateway) == "DependencyViolation"
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=network.subnets[0], AllocationId=address)["NatGateway"][
        "NatGatewayId"
    ]
    assert (
        refusal(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=network.vpc)
        == "DependencyViolation"
    )
    assert refusal(ec2.release_address, AllocationId=address) in ("InvalidIPAddress.InUse", "AuthFailure")
    assert refusal(ec2.delete_subnet, SubnetId=network.subnets[0]) == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=nat)
    assert ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "deleted"
    ec2.release_address(AllocationId=address)
    client("elbv2").delete_load_balancer(LoadBalancerArn=network.load_balancer)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)


def test_a_route_table_with_associations_is_not_deleted(client: Clients, network: Any) -> None:
    ec2 = client("ec2")
    table = ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=network.subnets[0])["AssociationId"]
    assert refusal(ec2.delete_route_table, RouteTableId=table) == "DependencyViolation"
    ec2.disassociate_route_table(AssociationId=association)
    ec2.delete_route_table(RouteTableId=table)


def test_endpoints_keep_their_settings(client: Clients, network: Any, unique: str) -> None:
    ec2 = client("ec2")
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": unique}]}]
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["RouteTables"]
    gateway = ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=[tables[0]["RouteTableId"]],
        PolicyDocument='{"Version": "2012-10-17", "Statement": []}',
        TagSpecifications=tags,
    )["VpcEndpoint"]
    interface = ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.us-east-1.ecr.api",
        SubnetIds=network.subnets,
        SecurityGroupIds=[network.group],
        PrivateDnsEnabled=True,
        IpAddressType="ipv4",
        DnsOptions={"DnsRecordIpType": "ipv4"},
        TagSpecifications=tags,
    )["VpcEndpoint"]
    assert gateway["VpcEndpointType"] == "Gateway"
    shown = {
        one["VpcEndpointId"]: one
        for one in ec2.describe_vpc_endpoints(
            VpcEndpointIds=[gateway["VpcEndpointId"], interface["VpcEndpointId"]]
        )["VpcEndpoints"]
    }
    seen = shown[interface["VpcEndpointId"]]
    assert seen["State"] == "available"
    assert sorted(seen["SubnetIds"]) == sorted(network.subnets)
    assert [one["GroupId"] for one in seen["Groups"]] == [network.group]
    assert seen["PrivateDnsEnabled"] is True
    assert len(seen["NetworkInterfaceIds"]) == 2
    assert seen["DnsEntries"]
    assert (seen["IpAddressType"], seen["DnsOptions"]["DnsRecordIpType"]) == ("ipv4", "ipv4")
    assert seen["Tags"] == [{"Key": "Name", "Value": unique}]
    assert shown[gateway["VpcEndpointId"]]["RouteTableIds"] == [tables[0]["RouteTableId"]]
    ec2.modify_vpc_endpoint(VpcEndpointId=interface["VpcEndpointId"], RemoveSubnetIds=[network.subnets[1]])
    again = ec2.describe_vpc_endpoints(VpcEndpointIds=[interface["VpcEndpointId"]])["VpcEndpoints"][0]
    assert again["SubnetIds"] == [network.subnets[0]]
    ec2.delete_vpc_endpoints(VpcEndpointIds=list(shown))
    assert refusal(ec2.describe_vpc_endpoints, VpcEndpointIds=list(shown)) == "InvalidVpcEndpointId.NotFound"


def test_prefix_lists_of_the_gateway_services_are_known(client: Clients) -> None:
    name = [{"Name": "prefix-list-name", "Values": ["com.amazonaws.us-east-1.s3"]}]
    found = client("ec2").describe_managed_prefix_lists(Filters=name)["PrefixLists"]
    assert [one["PrefixListName"] for one in found] == ["com.amazonaws.us-east-1.s3"]
    plain = client("ec2").describe_prefix_lists(Filters=name)["PrefixLists"]
    assert plain[0]["PrefixListId"] == found[0]["PrefixListId"]
    assert plain[0]["Cidrs"]


def test_a_vpc_and_its_parts_are_deleted_in_order(client: Clients) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"][
        "Value"
    ]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    assert refusal(ec2.create_subnet, VpcId=vpc, CidrBlock="10.9.1.128/25") == "InvalidSubnet.Conflict"
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)
    assert refusal(ec2.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"
