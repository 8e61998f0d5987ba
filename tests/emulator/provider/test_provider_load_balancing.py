"""What load balancing's types do beyond one resource's life."""

import grpc
import pytest

from tests.emulator.provider.cases.lb import balancer, forward, listener, not_found
from tests.emulator.provider.harness import World

RULE = "aws:lb/listenerRule:ListenerRule"


def test_a_listener_of_an_application_load_balancer_speaks_http_unless_told(world: World) -> None:
    inputs = {"loadBalancerArn": balancer(world).id, "port": 81, "defaultActions": [not_found()]}
    made = world.make("aws:lb/listener:Listener", "plain", inputs)
    assert made.outputs["protocol"] == "HTTP"
    assert not world.engine.diff(made, made.inputs).detailedDiff


def test_a_rule_without_a_priority_goes_behind_the_last_one(world: World) -> None:
    rule = {
        "listenerArn": listener(world).id,
        "conditions": [{"pathPattern": {"values": ["/a"]}}],
        "actions": forward(world),
    }
    world.make(RULE, "first", {**rule, "priority": 7})
    made = world.make(RULE, "second", {**rule, "conditions": [{"pathPattern": {"values": ["/b"]}}]})
    assert made.outputs["priority"] == 8
    assert not world.engine.diff(made, made.inputs).detailedDiff


def test_a_protected_load_balancer_is_not_deleted(world: World) -> None:
    made = balancer(world)
    elbv2 = world.client("elbv2")
    protect = {"Key": "deletion_protection.enabled", "Value": "true"}
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=made.id, Attributes=[protect])
    try:
        with pytest.raises(grpc.RpcError, match="OperationNotPermitted"):
            world.engine.delete(made)
    finally:
        protect["Value"] = "false"
        elbv2.modify_load_balancer_attributes(LoadBalancerArn=made.id, Attributes=[protect])
