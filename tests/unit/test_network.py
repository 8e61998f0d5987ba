"""The network as it is registered: what is reachable, from where, and what depends on what."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.context import Context
from components.errors import InvalidSettingError
from components.network import Network, NetworkArgs
from tests.unit.document_edges import mentions, undeclared_edges
from tests.unit.mocks import Recording, Registration, record

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="us-east-1", account="123456789012"
)
ARGS = NetworkArgs(context=CONTEXT, zones=("us-east-1a", "us-east-1b"))


@cache
def build(args: NetworkArgs = ARGS, *, preview: bool = False, **changes: Any) -> Recording:
    return record(lambda: Network("web", replace(args, **changes)), preview=preview)


def resources(recording: Recording) -> dict[str, dict[str, Any]]:
    return {it.urn: it.inputs for it in recording if it.custom}


def private_routes(recording: Recording) -> dict[str, str]:
    """The NAT gateway that each zone's route leads to."""
    routes = [it for it in recording.of(aws.ec2.Route) if "natGatewayId" in it.inputs]
    return {it.name: it.inputs["natGatewayId"] for it in routes}


def test_the_vpc_resolves_names():
    vpc = build().one(aws.ec2.Vpc)
    assert vpc.inputs == {"cidrBlock": "10.0.0.0/16", "enableDnsSupport": True, "enableDnsHostnames": True}


def test_each_zone_has_a_public_and_a_private_subnet_and_none_hands_out_public_addresses():
    subnets = {it.name: it.inputs for it in build().of(aws.ec2.Subnet)}
    assert {name: (it["availabilityZone"], it["cidrBlock"]) for name, it in subnets.items()} == {
        "web-private-a": ("us-east-1a", "10.0.128.0/20"),
        "web-private-b": ("us-east-1b", "10.0.144.0/20"),
        "web-public-a": ("us-east-1a", "10.0.0.0/20"),
        "web-public-b": ("us-east-1b", "10.0.16.0/20"),
    }
    assert not any(it["mapPublicIpOnLaunch"] for it in subnets.values())


def test_only_public_subnets_lead_to_the_internet_gateway():
    recording = build()
    route = next(it for it in recording.of(aws.ec2.Route) if "gatewayId" in it.inputs)
    assert route.inputs == {
        "routeTableId": "web-public-id",
        "destinationCidrBlock": "0.0.0.0/0",
        "gatewayId": "web-internet-id",
    }
    tables = {
        it.inputs["subnetId"]: it.inputs["routeTableId"] for it in recording.of(aws.ec2.RouteTableAssociation)
    }
    assert tables == {
        "web-public-a-id": "web-public-id",
        "web-public-b-id": "web-public-id",
        "web-private-a-id": "web-private-a-id",
        "web-private-b-id": "web-private-b-id",
    }


def test_one_nat_gateway_serves_all_zones():
    recording = build(nat="one")
    assert private_routes(recording) == {"web-private-a": "web-nat-a-id", "web-private-b": "web-nat-a-id"}
    assert recording.one(aws.ec2.NatGateway).inputs["subnetId"] == "web-public-a-id"


def test_with_nat_in_each_zone_no_zone_needs_another():
    recording = build(nat="zone")
    assert private_routes(recording) == {"web-private-a": "web-nat-a-id", "web-private-b": "web-nat-b-id"}
    assert {it.name: it.inputs["subnetId"] for it in recording.of(aws.ec2.NatGateway)} == {
        "web-nat-a": "web-public-a-id",
        "web-nat-b": "web-public-b-id",
    }


def test_without_nat_no_private_subnet_leads_to_the_internet():
    recording = build(nat="none")
    assert private_routes(recording) == {}
    assert recording.of(aws.ec2.NatGateway) == recording.of(aws.ec2.Eip) == []


@pytest.mark.parametrize("nat", ["one", "zone"])
def test_nat_and_its_address_wait_for_the_internet_gateway_and_its_route(nat: str):
    recording = build(nat=nat)
    for waiting in (*recording.of(aws.ec2.NatGateway), *recording.of(aws.ec2.Eip)):
        assert recording.path_exists(waiting, recording.one(aws.ec2.InternetGateway))
        assert recording.path_exists(waiting, recording.one(aws.ec2.Route, "web-public"))


def test_the_default_security_group_admits_nothing():
    assert build().one(aws.ec2.DefaultSecurityGroup).inputs == {
        "vpcId": "web-vpc-id",
        "ingress": [],
        "egress": [],
    }


@pytest.mark.parametrize("nat", ["one", "zone", "none"])
def test_s3_is_reached_through_a_gateway_endpoint_from_every_private_subnet(nat: str):
    endpoint = build(nat=nat).one(aws.ec2.VpcEndpoint, "web-s3")
    assert endpoint.inputs["vpcEndpointType"] == "Gateway"
    assert endpoint.inputs["serviceName"] == "com.amazonaws.us-east-1.s3"
    assert endpoint.inputs["routeTableIds"] == ["web-private-a-id", "web-private-b-id"]


def test_with_nat_there_is_no_other_endpoint():
    recording = build(nat="one")
    assert [it.name for it in recording.of(aws.ec2.VpcEndpoint)] == ["web-s3"]
    assert recording.of(aws.ec2.SecurityGroup) == []


def test_without_nat_endpoints_stand_in_every_private_subnet_under_the_services_own_names():
    endpoints = {it.name: it.inputs for it in build(nat="none").of(aws.ec2.VpcEndpoint)}
    del endpoints["web-s3"]
    assert {it["serviceName"].removeprefix("com.amazonaws.us-east-1.") for it in endpoints.values()} == {
        "ecr.api",
        "ecr.dkr",
        "kms",
        "logs",
        "secretsmanager",
        "ssmmessages",
    }
    for endpoint in endpoints.values():
        assert endpoint["privateDnsEnabled"]
        assert endpoint["subnetIds"] == ["web-private-a-id", "web-private-b-id"]
        assert endpoint["securityGroupIds"] == ["web-endpoints-id"]


def test_interface_endpoints_are_open_to_private_subnets_on_443_only():
    recording = build(nat="none")
    rules = [it.inputs for it in recording.of(aws.vpc.SecurityGroupIngressRule)]
    assert {it["cidrIpv4"] for it in rules} == {"10.0.128.0/20", "10.0.144.0/20"}
    assert {(it["ipProtocol"], it["fromPort"], it["toPort"]) for it in rules} == {("tcp", 443, 443)}
    assert all(it["description"] and it["securityGroupId"] == "web-endpoints-id" for it in rules)
    assert recording.of(aws.vpc.SecurityGroupEgressRule) == []
    group = recording.one(aws.ec2.SecurityGroup).inputs
    assert set(group) == {"vpcId", "description"}


@pytest.mark.parametrize("nat", ["one", "zone", "none"])
def test_what_a_private_task_needs_is_ready_after_routes_nat_and_endpoints(nat: str):
    def program() -> None:
        network = Network("web", replace(ARGS, nat=nat))
        aws.sns.Topic("task", opts=pulumi.ResourceOptions(depends_on=network.ready))

    recording = record(program)
    task = recording.named("task")
    private = [it for it in recording if it.type == "aws:ec2/route:Route" and it.name != "web-public"]
    needed: list[Registration] = [
        *private,
        *recording.of(aws.ec2.NatGateway),
        *recording.of(aws.ec2.VpcEndpoint),
        *recording.of(aws.vpc.SecurityGroupIngressRule),
        *[it for it in recording.of(aws.ec2.RouteTableAssociation) if "private" in it.name],
    ]
    assert len(needed) >= 3
    assert all(recording.path_exists(task, it) for it in needed)


def test_flow_logs_record_all_traffic_in_an_encrypted_group_that_is_kept_for_a_time():
    recording = build(flow_log_retention_days=90)
    flow_log = recording.one(aws.ec2.FlowLog).inputs
    assert flow_log["trafficType"] == "ALL"
    assert flow_log["vpcId"] == "web-vpc-id"
    group = recording.one(aws.cloudwatch.LogGroup)
    assert group.inputs == {
        "name": "web-application-test-web-flow-logs",
        "retentionInDays": 90,
        "kmsKeyId": "arn:aws:mock:::web-flow-logs",
    }
    assert group.property_dependencies["kmsKeyId"] == {recording.one(aws.kms.Key).urn}
    assert recording.one(aws.kms.Key).inputs["enableKeyRotation"]


def test_only_flow_logs_of_this_account_and_region_can_be_the_delivery_role():
    trust = json.loads(build().one(aws.iam.Role).inputs["assumeRolePolicy"])
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/*"},
    }


def test_the_delivery_role_writes_its_one_log_group():
    recording = build()
    policy = recording.one(aws.iam.RolePolicy)
    group = "arn:aws:logs:us-east-1:123456789012:log-group:web-application-test-web-flow-logs"
    by_sid = {it["Sid"]: it for it in json.loads(policy.inputs["policy"])["Statement"]}
    assert by_sid["WriteFlowLogs"]["Resource"] == [group, f"{group}:*"]
    starred = [sid for sid, it in by_sid.items() if it["Resource"] == ["*"]]
    assert starred == ["FindLogGroup"]
    assert by_sid["FindLogGroup"]["Action"] == ["logs:DescribeLogGroups"]
    assert not any("*" in action for it in by_sid.values() for action in it["Action"])
    assert recording.path_exists(policy, recording.one(aws.cloudwatch.LogGroup))


def test_flow_logs_start_once_the_role_can_write():
    recording = build()
    assert recording.path_exists(recording.one(aws.ec2.FlowLog), recording.one(aws.iam.RolePolicy))


@pytest.mark.parametrize("nat", ["one", "zone", "none"])
def test_no_document_name_or_port_is_unknown_in_a_first_preview(nat: str):
    recording = build(nat=nat, preview=True)
    references = {
        "vpcId", "subnetId", "subnetIds", "routeTableId", "routeTableIds", "gatewayId", "natGatewayId",
        "allocationId", "securityGroupId", "securityGroupIds", "kmsKeyId", "targetKeyId", "logDestination",
        "iamRoleArn",
    }  # fmt: skip
    for resource in recording:
        if resource.custom:
            assert set(resource.unknown_inputs()) <= references, resource.urn


def test_another_zone_changes_nothing_in_the_zones_that_are_there():
    for nat in ("one", "zone", "none"):
        before = resources(build(nat=nat))
        after = resources(build(nat=nat, zones=("us-east-1a", "us-east-1b", "us-east-1c")))
        changed = {urn for urn, inputs in before.items() if after.get(urn) != inputs}
        # Endpoints reach into the new zone as well, in place.
        assert all("VpcEndpoint" in urn for urn in changed), changed
        for urn in changed:
            different = {key for key in before[urn] if before[urn][key] != after[urn][key]}
            assert different <= {"subnetIds", "routeTableIds"}


def test_a_zone_in_between_moves_no_subnet():
    before = resources(build(zones=("us-east-1a", "us-east-1c")))
    after = resources(build(zones=("us-east-1a", "us-east-1b", "us-east-1c")))
    subnets = [urn for urn in before if "subnet:Subnet" in urn]
    assert len(subnets) == 4
    assert all(after[urn] == before[urn] for urn in subnets)


@pytest.mark.parametrize(("before", "after"), [("one", "zone"), ("zone", "none"), ("none", "one")])
def test_another_nat_mode_keeps_vpc_subnets_and_route_tables(before: str, after: str):
    first, second = resources(build(nat=before)), resources(build(nat=after))
    kept = [
        urn
        for urn in first
        if any(it in urn for it in ("vpc:Vpc:", "subnet:Subnet", "RouteTable", "web-s3", "FlowLog"))
    ]
    assert len(kept) >= 12
    assert all(second[urn] == first[urn] for urn in kept)


def test_from_one_nat_gateway_to_one_a_zone_the_first_stays():
    first, second = resources(build(nat="one")), resources(build(nat="zone"))
    changed = {urn.rsplit("::", 1)[1]: second[urn] for urn in first if second.get(urn) != first[urn]}
    assert set(changed) == {"web-private-b"}
    assert changed["web-private-b"]["natGatewayId"] == "web-nat-b-id"


def test_protect_keeps_the_vpc_and_what_holds_its_logs():
    recording = build(protect=True)
    assert {it.type.split(":")[-1] for it in recording if it.protect} == {"Vpc", "Key", "LogGroup", "Role"}
    assert not any(it.protect for it in build())


def test_everything_belongs_to_the_network():
    recording = build(nat="none")
    network = recording.one("web-application:index:Network")
    inside = {it.urn for it in recording.inside(network)}
    assert {it.urn for it in recording if it.custom} <= inside


@pytest.mark.parametrize("nat", ["one", "zone", "none"])
def test_nothing_deprecated_is_used(nat: str):
    recording = build(nat=nat)
    assert recording.deprecated_inputs() == []
    assert recording.messages == []


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"cidr": "10.0.0.0/28"}, "network.cidr"),
        ({"zones": ("us-east-1a",)}, "network.zones"),
        ({"nat": "none", "endpoints": ("logs",)}, "network.endpoints"),
    ],
)
def test_what_cannot_work_registers_nothing_of_aws(change: dict[str, Any], setting: str):
    built: list[Network] = []

    def program() -> None:
        with pytest.raises(InvalidSettingError, match=f"^{setting}: "):
            built.append(Network("web", replace(ARGS, **change)))

    assert not [it for it in record(program) if it.custom]
    assert built == []


@pytest.mark.parametrize("nat", ["one", "zone", "none"])
def test_what_a_document_names_has_a_declared_edge(nat: str):
    recording = build(nat=nat)
    assert ("web-flow-logs", "web-flow-logs") in mentions(recording)
    assert undeclared_edges(recording) == []
