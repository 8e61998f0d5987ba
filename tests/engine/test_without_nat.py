"""A stack whose tasks have no way to the internet."""

from emulator.local.environment import ACCOUNT
from tests.engine.standing import MIRRORED, REGISTRY, Standing, changes, only
from tests.engine.views import (
    NAME,
    Definition,
    assert_it_was_created_and_serves,
    rules_of,
    security_group,
    tags,
    tasks,
)


def test_it_is_created_and_two_tasks_serve_in_two_zones(private: Standing):
    assert_it_was_created_and_serves(private)


def test_nothing_has_drifted_and_nothing_is_to_do(private: Standing):
    assert changes(private.preview("--refresh", "--expect-no-changes")) == {}


def test_no_private_subnet_has_a_way_to_the_internet(private: Standing):
    ec2 = private.stack.client("ec2")
    assert ec2.describe_nat_gateways()["NatGateways"] == []
    assert ec2.describe_addresses()["Addresses"] == []
    tables = [
        it for it in ec2.describe_route_tables()["RouteTables"] if "-private-" in tags(it).get("Name", "")
    ]
    assert len(tables) == 2
    for table in tables:
        assert "0.0.0.0/0" not in [it.get("DestinationCidrBlock") for it in table["Routes"]]


def test_endpoints_in_every_private_subnet_reach_what_a_task_needs(private: Standing):
    ec2 = private.stack.client("ec2")
    interfaces = [
        it for it in ec2.describe_vpc_endpoints()["VpcEndpoints"] if it["VpcEndpointType"] == "Interface"
    ]
    services = {it["ServiceName"].removeprefix("com.amazonaws.us-east-1.") for it in interfaces}
    assert services == {"ecr.api", "ecr.dkr", "logs"}
    subnets = {it.subnet for it in tasks(private.stack)}
    group = security_group(private.stack, "web-endpoints")
    for endpoint in interfaces:
        assert set(endpoint["SubnetIds"]) == subnets
        assert endpoint["PrivateDnsEnabled"] is True
        assert [it["GroupId"] for it in endpoint["Groups"]] == [group]


def test_tasks_may_speak_to_the_endpoints_and_to_s3_only(private: Standing):
    stack = private.stack
    s3 = only(
        it
        for it in stack.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
        if it["PrefixListName"] == "com.amazonaws.us-east-1.s3"
    )
    assert rules_of(stack, security_group(stack, "web-tasks"), egress=True) == {
        ("tcp", 443, 443, security_group(stack, "web-endpoints")),
        ("tcp", 443, 443, s3["PrefixListId"]),
    }


def test_every_image_is_private_and_the_execution_role_pulls_from_these_repositories(
    private: Standing,
):
    definition = Definition.serving(private.stack)
    images = {name: it["image"] for name, it in definition.containers.items()}
    assert {name: images[name] for name in MIRRORED} == MIRRORED
    assert images["rails"].startswith(f"{REGISTRY}/web-application/rails@sha256:")
    iam, role = private.stack.client("iam"), f"{NAME}-execution"
    document = iam.get_role_policy(RoleName=role, PolicyName=role)["PolicyDocument"]
    pulled = next(it for it in document["Statement"] if "ecr:BatchGetImage" in it["Action"])
    assert set(pulled["Resource"]) == {
        f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/{name}"
        for name in ("web-application/rails", "mirror/nginx", "mirror/fluent-bit")
    }
