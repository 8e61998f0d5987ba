"""VPC endpoints and flow logs."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Find, Read, Resource, Wait
from emulator.provider.operation import Operation, OperationError
from emulator.provider.resources.ec2 import arn, ec2_tags

# Property → the suffix of modify_vpc_endpoint's Add… and Remove… arguments.
MEMBERSHIPS = {
    "routeTableIds": "RouteTableIds",
    "subnetIds": "SubnetIds",
    "securityGroupIds": "SecurityGroupIds",
}
ENDPOINT_STATE: dict[str, Any] = {
    "op": "describe_vpc_endpoints",
    "params": {"VpcEndpointIds": ["{id}"]},
    "at": "VpcEndpoints[0].State",
}


def _memberships(operation: Operation) -> None:
    """Adds and removes route tables, subnets and groups."""
    params: dict[str, Any] = {}
    for name, member in MEMBERSHIPS.items():
        old, new = set(operation.old.get(name, [])), set(operation.inputs.get(name, []))
        if name in operation.changed:
            params |= {f"Add{member}": sorted(new - old)} if new - old else {}
            params |= {f"Remove{member}": sorted(old - new)} if old - new else {}
    operation.call("modify_vpc_endpoint", {"VpcEndpointId": operation.id, **params})


def _prefix_list(operation: Operation) -> Mapping[str, Any]:
    """The addresses behind a gateway endpoint."""
    if operation.found.get("VpcEndpointType") != "Gateway":
        return {}
    name = {"Name": "prefix-list-name", "Values": [operation.found["ServiceName"]]}
    lists = operation.client().describe_prefix_lists(Filters=[name])["PrefixLists"]
    return (
        {"prefixListId": lists[0]["PrefixListId"], "cidrBlocks": lists[0].get("Cidrs", [])} if lists else {}
    )


def _delete_endpoint(operation: Operation) -> None:
    answer = operation.call("delete_vpc_endpoints", {"VpcEndpointIds": [operation.id]})
    for failed in answer.get("Unsuccessful", []):
        error = failed.get("Error", {})
        if "NotFound" not in error.get("Code", ""):
            raise OperationError(
                f"{operation.resource.token} {operation.id}: {error.get('Code')}: {error.get('Message')}"
            )


def _not_an_interface(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return new.get("vpcEndpointType", old.get("vpcEndpointType")) != "Interface"


ENDPOINT = Resource(
    token="aws:ec2/vpcEndpoint:VpcEndpoint",
    service="ec2",
    create=Call(op="create_vpc_endpoint", rename={"policy": "PolicyDocument"}),
    id="VpcEndpoint.VpcEndpointId",
    waits=(Wait(**ENDPOINT_STATE, until=("available", "pendingAcceptance"), failed=("failed", "rejected")),),
    waits_update=(Wait(**ENDPOINT_STATE, until=("available", "pendingAcceptance"), failed=("failed",)),),
    changes=(
        Change(do=Code(run=_memberships, send=tuple(MEMBERSHIPS)), when=tuple(MEMBERSHIPS)),
        Change(
            do=Call(
                op="modify_vpc_endpoint",
                params={"VpcEndpointId": "{id}"},
                rename={"policy": "PolicyDocument"},
            ),
            when=("policy", "privateDnsEnabled", "ipAddressType", "dnsOptions"),
        ),
    ),
    read=(
        Read(
            op="describe_vpc_endpoints",
            params={"VpcEndpointIds": ["{id}"]},
            at="VpcEndpoints[?State != 'deleted' && State != 'deleting'] | [0]",
            props={"securityGroupIds": "Groups[].GroupId", "policy": "PolicyDocument"},
        ),
        Code(run=_prefix_list),
        arn("vpc-endpoint"),
    ),
    delete=Code(run=_delete_endpoint),
    waits_delete=(Wait(**ENDPOINT_STATE, until=("deleted",)),),
    tags=ec2_tags("vpc-endpoint"),
    find=Find(
        op="describe_vpc_endpoints",
        params={"Filters": [{"Name": "tag:Name", "Values": ["{tag:Name}"]}]},
        at="VpcEndpoints[?State != 'deleted' && State != 'deleting'].VpcEndpointId",
    ),
    replace=("serviceName", "serviceRegion", "vpcEndpointType", "vpcId"),
    replace_when={"privateDnsEnabled": _not_an_interface},
    defaults={"vpcEndpointType": "Gateway"},
    enums={
        "vpcEndpointType": ("Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"),
        "ipAddressType": ("ipv4", "dualstack", "ipv6"),
    },
    exactly_one=(("serviceName", "resourceConfigurationArn", "serviceNetworkArn"),),
    sets=tuple(MEMBERSHIPS),
    json=("policy",),
    refused=("autoAccept", "resourceConfigurationArn", "serviceNetworkArn", "subnetConfigurations"),
)

WATCHED = {
    "vpcId": "VPC",
    "subnetId": "Subnet",
    "eniId": "NetworkInterface",
    "transitGatewayId": "TransitGateway",
    "transitGatewayAttachmentId": "TransitGatewayAttachment",
    "regionalNatGatewayId": "RegionalNatGateway",
}
SETTINGS = (
    "iamRoleArn",
    "deliverCrossAccountRole",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "maxAggregationInterval",
    "trafficType",
    "destinationOptions",
    "tagFieldSpecifications",
)
CREATE_FLOW_LOGS = Call(op="create_flow_logs", rename={"iamRoleArn": "DeliverLogsPermissionArn"})


def _create_flow_log(operation: Operation) -> str:
    from emulator.provider.tagging import creation

    inputs = operation.inputs
    watched = next(n for n in WATCHED if n in inputs)
    values = {n: inputs[n] for n in SETTINGS if n in inputs}
    extra = {"ResourceIds": [inputs[watched]], "ResourceType": WATCHED[watched], **creation(operation)}
    answer = operation.send(CREATE_FLOW_LOGS, values, extra)
    for failed in answer.get("Unsuccessful", []):
        error = failed["Error"]
        raise OperationError(
            f"{operation.resource.token} {operation.name}: {error['Code']}: {error['Message']}"
        )
    return str(answer["FlowLogIds"][0])


def _watched(operation: Operation) -> Mapping[str, Any]:
    resource = str(operation.found["ResourceId"])
    prefixes = {
        "vpc-": "vpcId",
        "subnet-": "subnetId",
        "eni-": "eniId",
        "tgw-attach-": "transitGatewayAttachmentId",
    }
    prefixes |= {"tgw-": "transitGatewayId", "nat-": "regionalNatGatewayId"}
    return {next((n for p, n in prefixes.items() if resource.startswith(p)), "vpcId"): resource}


def _delete_flow_log(operation: Operation) -> None:
    operation.call("delete_flow_logs", {"FlowLogIds": [operation.id]})


FLOW_LOG = Resource(
    token="aws:ec2/flowLog:FlowLog",
    service="ec2",
    create=Code(run=_create_flow_log, send=(*WATCHED, *SETTINGS)),
    id="@",
    read=(
        Read(
            op="describe_flow_logs",
            params={"FlowLogIds": ["{id}"]},
            at="FlowLogs[0]",
            props={"iamRoleArn": "DeliverLogsPermissionArn"},
        ),
        Code(run=_watched),
        arn("vpc-flow-log"),
    ),
    delete=Code(run=_delete_flow_log),
    tags=ec2_tags("vpc-flow-log"),
    find=Find(
        op="describe_flow_logs",
        params={"Filters": [{"Name": "tag:Name", "Values": ["{tag:Name}"]}]},
        at="FlowLogs[].FlowLogId",
    ),
    replace=(*WATCHED, *SETTINGS),
    defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
    enums={
        "logDestinationType": ("cloud-watch-logs", "s3", "kinesis-data-firehose"),
        "trafficType": ("ACCEPT", "REJECT", "ALL"),
        "destinationOptions.fileFormat": ("plain-text", "parquet"),
    },
    exactly_one=(tuple(WATCHED),),
)

RESOURCES: tuple[Resource, ...] = (ENDPOINT, FLOW_LOG)
INVOKES: tuple[Invoke, ...] = ()
