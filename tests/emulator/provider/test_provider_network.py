"""What the network's types do beyond one resource's life."""

from tests.emulator.provider.cases.ec2 import gateway, group, nat, subnet, table, vpc
from tests.emulator.provider.harness import World


def test_a_routes_target_changes_in_place(world: World) -> None:
    route = {"routeTableId": table(world).id, "destinationCidrBlock": "0.0.0.0/0"}
    made = world.make("aws:ec2/route:Route", "route", {**route, "gatewayId": gateway(world).id})
    program = {**route, "natGatewayId": nat(world).id}

    news = world.engine.check(made.token, made.name, program, olds=made.inputs)
    diff = world.engine.diff(made, news)
    assert sorted(diff.detailedDiff) == ["gatewayId", "natGatewayId"]
    assert not diff.replaces

    updated = world.engine.update(made, news)
    assert updated.outputs["natGatewayId"] == nat(world).id
    assert "gatewayId" not in updated.outputs
    assert not world.engine.diff(updated, news).detailedDiff


def test_an_association_that_moved_to_another_table_is_still_the_same_one(world: World) -> None:
    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    program = {"routeTableId": table(world).id, "subnetId": subnet(world).id}
    made = world.make(token, "association", program)
    program["routeTableId"] = table(world, "second").id

    updated = world.engine.update(made, world.engine.check(token, made.name, program, olds=made.inputs))

    assert world.engine.read(updated) is not None
    world.engine.delete(updated)
    tables = world.client("ec2").describe_route_tables(RouteTableIds=[program["routeTableId"]])["RouteTables"]
    assert tables[0]["Associations"] == []


def test_a_new_security_group_lets_nothing_out(world: World) -> None:
    found = world.client("ec2").describe_security_groups(GroupIds=[group(world).id])["SecurityGroups"][0]
    assert found["IpPermissionsEgress"] == []


def test_rules_of_their_own_are_no_change_of_their_group(world: World) -> None:
    owner = group(world)
    world.make(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "rule",
        {
            "securityGroupId": owner.id,
            "ipProtocol": "tcp",
            "fromPort": 1,
            "toPort": 2,
            "cidrIpv4": "0.0.0.0/0",
        },
    )
    read = world.engine.read(owner)
    assert read is not None
    assert read.inputs == owner.inputs
    assert not world.engine.diff(read, owner.inputs).detailedDiff


def test_the_default_security_group_is_emptied(world: World) -> None:
    made = world.make(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {"vpcId": vpc(world).id}
    )
    assert made.id == vpc(world).outputs["defaultSecurityGroupId"]
    found = world.client("ec2").describe_security_groups(GroupIds=[made.id])["SecurityGroups"][0]
    assert found["IpPermissions"] == []
    assert found["IpPermissionsEgress"] == []
