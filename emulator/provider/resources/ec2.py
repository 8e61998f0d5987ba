"""EC2's network: VPC, subnets, gateways, addresses, routes."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Find, Read, Resource, Tags, Wait
from emulator.provider.operation import Operation


def ec2_tags(kind: str, listed: str = "Tags") -> Tags:
    """EC2's way: TagSpecifications at creation, CreateTags and DeleteTags after it."""
    return Tags(
        member="TagSpecifications",
        form=f"ec2:{kind}",
        tag=Call(op="create_tags", params={"Resources": ["{id}"]}, send=()),
        untag=Call(op="delete_tags", params={"Resources": ["{id}"]}, send=()),
        untag_member="Tags",
        untag_form="Key",
        listed=listed,
    )


def by_name_tag(op: str, at: str) -> Find:
    """EC2's ids are opaque: a resource is found by its Name tag."""
    return Find(op=op, params={"Filters": [{"Name": "tag:Name", "Values": ["{tag:Name}"]}]}, at=at)


def arn(kind: str) -> Any:
    """A read step that builds the ARN, which EC2's answers leave out."""

    def build(operation: Operation) -> Mapping[str, Any]:
        session = operation.session
        value = f"arn:{session.partition}:ec2:{operation.region}:{session.account}:{kind}/{operation.id}"
        return {"arn": value}

    return Code(run=build)


def _vpc_defaults(operation: Operation) -> Mapping[str, Any]:
    """What AWS makes with a VPC: its main route table, default network ACL and default security group."""
    client = operation.client()
    vpc: dict[str, Any] = {"Name": "vpc-id", "Values": [operation.id]}
    tables = client.describe_route_tables(Filters=[vpc, {"Name": "association.main", "Values": ["true"]}])
    acls = client.describe_network_acls(Filters=[vpc, {"Name": "default", "Values": ["true"]}])
    groups = client.describe_security_groups(Filters=[vpc, {"Name": "group-name", "Values": ["default"]}])
    main = next((t["RouteTableId"] for t in tables["RouteTables"]), None)
    return {
        "mainRouteTableId": main,
        "defaultRouteTableId": main,
        "defaultNetworkAclId": next((a["NetworkAclId"] for a in acls["NetworkAcls"]), None),
        "defaultSecurityGroupId": next((g["GroupId"] for g in groups["SecurityGroups"]), None),
    }


def _vpc_attribute(name: str, member: str) -> Read:
    return Read(
        op="describe_vpc_attribute",
        params={"VpcId": "{id}", "Attribute": name},
        only=True,
        props={name: f"{member}.Value"},
    )


VPC = Resource(
    token="aws:ec2/vpc:Vpc",
    service="ec2",
    create=Call(op="create_vpc", rename={"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock"}),
    id="Vpc.VpcId",
    waits=(Wait(op="describe_vpcs", params={"VpcIds": ["{id}"]}, at="Vpcs[0].State", until=("available",)),),
    changes=(
        Change(
            do=Call(
                op="modify_vpc_attribute",
                params={"VpcId": "{id}"},
                rename={
                    "enableDnsSupport": "EnableDnsSupport.Value",
                    "enableDnsHostnames": "EnableDnsHostnames.Value",
                    "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics.Value",
                },
            ),
            when=("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"),
            at_create=True,
            each=True,
        ),
        Change(
            do=Call(op="modify_vpc_tenancy", params={"VpcId": "{id}"}),
            when=("instanceTenancy",),
        ),
    ),
    read=(
        Read(
            op="describe_vpcs",
            params={"VpcIds": ["{id}"]},
            at="Vpcs[0]",
            props={
                "ipv6CidrBlock": "Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock",
                "ipv6AssociationId": "Ipv6CidrBlockAssociationSet[0].AssociationId",
                "ipv6CidrBlockNetworkBorderGroup": "Ipv6CidrBlockAssociationSet[0].NetworkBorderGroup",
                "assignGeneratedIpv6CidrBlock": "Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock != null",
            },
        ),
        _vpc_attribute("enableDnsSupport", "EnableDnsSupport"),
        _vpc_attribute("enableDnsHostnames", "EnableDnsHostnames"),
        _vpc_attribute("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics"),
        Code(run=_vpc_defaults),
        arn("vpc"),
    ),
    delete=Call(op="delete_vpc", params={"VpcId": "{id}"}),
    tags=ec2_tags("vpc"),
    find=by_name_tag("describe_vpcs", "Vpcs[].VpcId"),
    replace=("cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "assignGeneratedIpv6CidrBlock"),
    # A VPC can leave dedicated tenancy, but can't enter it (AWS documentation, "ModifyVpcTenancy").
    replace_when={"instanceTenancy": lambda _, new: new.get("instanceTenancy") == "dedicated"},
    defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
    enums={"instanceTenancy": ("default", "dedicated")},
    conflicts=(
        ("cidrBlock", "ipv4NetmaskLength"),
        ("assignGeneratedIpv6CidrBlock", "ipv6IpamPoolId"),
    ),
    refused=("ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup", "ipv6IpamPoolId", "ipv6NetmaskLength"),
)

SUBNET = Resource(
    token="aws:ec2/subnet:Subnet",
    service="ec2",
    create=Call(op="create_subnet"),
    id="Subnet.SubnetId",
    waits=(
        Wait(
            op="describe_subnets", params={"SubnetIds": ["{id}"]}, at="Subnets[0].State", until=("available",)
        ),
    ),
    changes=(
        Change(
            do=Call(
                op="modify_subnet_attribute",
                params={"SubnetId": "{id}"},
                rename={
                    "mapPublicIpOnLaunch": "MapPublicIpOnLaunch.Value",
                    "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation.Value",
                    "enableDns64": "EnableDns64.Value",
                    "enableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecordOnLaunch.Value",
                    "enableResourceNameDnsAaaaRecordOnLaunch": (
                        "EnableResourceNameDnsAAAARecordOnLaunch.Value"
                    ),
                },
            ),
            when=(
                "mapPublicIpOnLaunch",
                "assignIpv6AddressOnCreation",
                "enableDns64",
                "enableResourceNameDnsARecordOnLaunch",
                "enableResourceNameDnsAaaaRecordOnLaunch",
                "privateDnsHostnameTypeOnLaunch",
            ),
            at_create=True,
            each=True,
        ),
    ),
    read=(
        Read(
            op="describe_subnets",
            params={"SubnetIds": ["{id}"]},
            at="Subnets[0]",
            props={
                "arn": "SubnetArn",
                "ipv6CidrBlock": "Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock",
                "ipv6CidrBlockAssociationId": "Ipv6CidrBlockAssociationSet[0].AssociationId",
                "privateDnsHostnameTypeOnLaunch": "PrivateDnsNameOptionsOnLaunch.HostnameType",
                "enableResourceNameDnsARecordOnLaunch": (
                    "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord"
                ),
                "enableResourceNameDnsAaaaRecordOnLaunch": (
                    "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord"
                ),
            },
        ),
    ),
    delete=Call(op="delete_subnet", params={"SubnetId": "{id}"}),
    tags=ec2_tags("subnet"),
    find=by_name_tag("describe_subnets", "Subnets[].SubnetId"),
    replace=("vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6CidrBlock", "ipv6Native"),
    enums={"privateDnsHostnameTypeOnLaunch": ("ip-name", "resource-name")},
    conflicts=(("availabilityZone", "availabilityZoneId"),),
    refused=(
        "customerOwnedIpv4Pool",
        "enableLniAtDeviceIndex",
        "ipv4IpamPoolId",
        "ipv4NetmaskLength",
        "ipv6IpamPoolId",
        "ipv6NetmaskLength",
        "mapCustomerOwnedIpOnLaunch",
        "outpostArn",
    ),
)


def _attach(operation: Operation) -> None:
    """Detaches the gateway from the VPC it's in and attaches it to the one it should be in."""
    _detach(operation)
    vpc = operation.inputs.get("vpcId")
    if vpc:
        operation.call("attach_internet_gateway", {"InternetGatewayId": operation.id, "VpcId": vpc})


def _detach(operation: Operation) -> None:
    found = operation.client().describe_internet_gateways(InternetGatewayIds=[operation.id])
    for attachment in found["InternetGateways"][0]["Attachments"]:
        params = {"InternetGatewayId": operation.id, "VpcId": attachment["VpcId"]}
        operation.call("detach_internet_gateway", params, retry=("DependencyViolation",))


def _delete_internet_gateway(operation: Operation) -> None:
    _detach(operation)
    operation.call(
        "delete_internet_gateway", {"InternetGatewayId": operation.id}, retry=("DependencyViolation",)
    )


INTERNET_GATEWAY = Resource(
    token="aws:ec2/internetGateway:InternetGateway",
    service="ec2",
    create=Call(op="create_internet_gateway"),
    id="InternetGateway.InternetGatewayId",
    changes=(Change(do=Code(run=_attach, send=("vpcId",)), when=("vpcId",), at_create=True),),
    read=(
        Read(
            op="describe_internet_gateways",
            params={"InternetGatewayIds": ["{id}"]},
            at="InternetGateways[0]",
            props={"vpcId": "Attachments[0].VpcId"},
        ),
        arn("internet-gateway"),
    ),
    delete=Code(run=_delete_internet_gateway),
    tags=ec2_tags("internet-gateway"),
    find=by_name_tag("describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
)


def _public_name(operation: Operation) -> Mapping[str, Any]:
    """The name AWS gives a public address (EC2 User Guide, "EC2 instance hostnames and domains")."""
    address = str(operation.found["PublicIp"]).replace(".", "-")
    zone = "compute-1" if operation.region == "us-east-1" else f"{operation.region}.compute"
    return {"publicDns": f"ec2-{address}.{zone}.amazonaws.com"}


ELASTIC_IP = Resource(
    token="aws:ec2/eip:Eip",
    service="ec2",
    create=Call(op="allocate_address"),
    id="AllocationId",
    read=(
        Read(
            op="describe_addresses",
            params={"AllocationIds": ["{id}"]},
            at="Addresses[0]",
            props={
                "address": "",
                "instance": "InstanceId",
                "networkInterface": "NetworkInterfaceId",
                "privateIp": "PrivateIpAddress",
            },
        ),
        Code(run=_public_name),
        arn("elastic-ip"),
    ),
    delete=Call(
        op="release_address",
        params={"AllocationId": "{id}"},
        # The address is in use until its NAT gateway is gone (NAT gateways, "Delete a NAT gateway").
        retry=("InvalidIPAddress.InUse", "AuthFailure"),
    ),
    tags=ec2_tags("elastic-ip"),
    find=by_name_tag("describe_addresses", "Addresses[].AllocationId"),
    replace=("domain", "networkBorderGroup", "publicIpv4Pool"),
    defaults={"domain": "vpc"},
    enums={"domain": ("vpc",)},
    refused=(
        "address",
        "associateWithPrivateIp",
        "customerOwnedIpv4Pool",
        "instance",
        "ipamPoolId",
        "networkInterface",
    ),
)

NAT_STATE: dict[str, Any] = {
    "op": "describe_nat_gateways",
    "params": {"NatGatewayIds": ["{id}"]},
    "at": "NatGateways[0].State",
}

NAT_GATEWAY = Resource(
    token="aws:ec2/natGateway:NatGateway",
    service="ec2",
    create=Call(op="create_nat_gateway", rename={"privateIp": "PrivateIpAddress"}),
    id="NatGateway.NatGatewayId",
    waits=(
        Wait(
            **NAT_STATE,
            until=("available",),
            failed=("failed", "deleted"),
            reason="NatGateways[0].FailureMessage",
        ),
    ),
    read=(
        Read(
            op="describe_nat_gateways",
            params={"NatGatewayIds": ["{id}"]},
            # A deleted gateway stays visible for about an hour.
            at="NatGateways[?State != 'deleted' && State != 'deleting'] | [0]",
            props={
                "allocationId": "NatGatewayAddresses[0].AllocationId",
                "associationId": "NatGatewayAddresses[0].AssociationId",
                "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
                "privateIp": "NatGatewayAddresses[0].PrivateIp",
                "publicIp": "NatGatewayAddresses[0].PublicIp",
            },
        ),
    ),
    delete=Call(op="delete_nat_gateway", params={"NatGatewayId": "{id}"}),
    waits_delete=(Wait(**NAT_STATE, until=("deleted",)),),
    tags=ec2_tags("natgateway"),
    find=Find(
        op="describe_nat_gateways",
        params={
            "Filter": [
                {"Name": "tag:Name", "Values": ["{tag:Name}"]},
                {"Name": "state", "Values": ["pending", "available"]},
            ]
        },
        at="NatGateways[].NatGatewayId",
    ),
    replace=("allocationId", "connectivityType", "privateIp", "subnetId"),
    defaults={"connectivityType": "public"},
    enums={"connectivityType": ("private", "public")},
    refused=(
        "availabilityMode",
        "availabilityZoneAddresses",
        "secondaryAllocationIds",
        "secondaryPrivateIpAddressCount",
        "secondaryPrivateIpAddresses",
        "vpcId",
    ),
)

RESOURCES: tuple[Resource, ...] = (VPC, SUBNET, INTERNET_GATEWAY, ELASTIC_IP, NAT_GATEWAY)
INVOKES: tuple[Invoke, ...] = ()
