from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from components.routing import Route, Routing, RoutingArgs
from tests.unit.mocks import Recording, record

PRIORITY = 40_000


@cache
def routing(route: Route | None = None) -> Recording:
    args = RoutingArgs(
        route=route or Route(),
        priority=PRIORITY,
        port=8080,
        vpc_id="vpc",
        listener_arn="listener",
        load_balancer_security_group_id="sg-lb",
        task_security_group_id="sg-tasks",
    )
    return record(lambda: Routing("web", args).target_group_arn)


def test_the_target_group_takes_addresses_and_checks_health_on_the_same_port():
    inputs = routing().one(aws.lb.TargetGroup).inputs
    assert inputs == {
        "targetType": "ip",
        "protocol": "HTTP",
        "protocolVersion": "HTTP1",
        "port": 8080,
        "vpcId": "vpc",
        "deregistrationDelay": 30,
        "loadBalancingAlgorithmType": "least_outstanding_requests",
        "slowStart": 0,
        "stickiness": {"type": "lb_cookie", "enabled": False},
        "healthCheck": {
            "enabled": True,
            "path": "/up",
            "port": "traffic-port",
            "protocol": "HTTP",
            "matcher": "200",
            "interval": 15,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
        },
    }


def test_the_rule_forwards_its_paths_to_the_target_group():
    inputs = routing().one(aws.lb.ListenerRule).inputs
    assert inputs == {
        "listenerArn": "listener",
        "priority": PRIORITY,
        "conditions": [{"pathPattern": {"values": ["/*"]}}],
        "actions": [{"type": "forward", "targetGroupArn": "arn:aws:mock:::web"}],
    }


def test_hosts_and_paths_are_conditions_in_a_fixed_order():
    rule = routing(Route(hosts=("b.example.com", "a.example.com"), paths=("/b", "/a")))
    inputs = rule.one(aws.lb.ListenerRule).inputs
    assert inputs["conditions"] == [
        {"hostHeader": {"values": ["a.example.com", "b.example.com"]}},
        {"pathPattern": {"values": ["/a", "/b"]}},
    ]


def test_a_route_by_host_alone_needs_no_path():
    inputs = routing(Route(hosts=("a.example.com",), paths=())).one(aws.lb.ListenerRule).inputs
    assert inputs["conditions"] == [{"hostHeader": {"values": ["a.example.com"]}}]


def test_the_two_security_groups_meet_on_one_port_only():
    egress = routing().one(aws.vpc.SecurityGroupEgressRule).inputs
    ingress = routing().one(aws.vpc.SecurityGroupIngressRule).inputs
    for rule in (egress, ingress):
        assert rule.pop("description")
        assert (rule.pop("ipProtocol"), rule.pop("fromPort"), rule.pop("toPort")) == ("tcp", 8080, 8080)
    assert egress == {"securityGroupId": "sg-lb", "referencedSecurityGroupId": "sg-tasks"}
    assert ingress == {"securityGroupId": "sg-tasks", "referencedSecurityGroupId": "sg-lb"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"paths": ()}, r"routing.hosts and routing.paths: \[\] have to be 1 to 5"),
        (
            {"hosts": tuple(f"{it}.example.com" for it in "abcde")},
            "routing.hosts and routing.paths: .* have to be 1 to 5",
        ),
        ({"hosts": ("",)}, r"routing.hosts: '' has to look like \*.example.com"),
        ({"hosts": ("localhost",)}, "routing.hosts: 'localhost' has to look like"),
        ({"hosts": ("a.example.com:80",)}, "routing.hosts: 'a.example.com:80' has to look like"),
        ({"paths": ("/" + "a" * 128,)}, "routing.paths: '/a+' has to look like .* at most 128 characters"),
        ({"paths": ("api/*",)}, r"routing.paths: 'api/\*' has to look like /api/\*"),
        ({"paths": ("/a b",)}, "routing.paths: '/a b' has to look like"),
        ({"health_path": "up"}, "health_path: 'up' has to begin with a slash"),
        ({"priority": 0}, "routing.priority: 0 has to be 1 to 50000"),
        ({"health_interval": 301}, "routing.health_interval: 301 has to be 5 to 300"),
        (
            {"health_timeout": 15},
            r"routing.health_timeout: 15 has to be shorter than health_interval \(15 s\)",
        ),
        ({"healthy_threshold": 1}, "routing.healthy_threshold: 1 has to be 2 to 10"),
        ({"unhealthy_threshold": 11}, "routing.unhealthy_threshold: 11 has to be 2 to 10"),
        ({"deregistration_delay": 3601}, "routing.deregistration_delay: 3601 has to be 0 to 3600"),
    ],
)
def test_a_route_that_aws_would_refuse_says_what_would_be_right(given: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        Route(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"hosts": ("*.example.com", "a?.example.com")},
        {"paths": ("/*", "/img/*/pics", "*.png", "/~me/a+b")},
        {"paths": ("/" + "a" * 127,)},
    ],
)
def test_wildcards_are_taken_as_aws_takes_them(given: dict[str, Any]):
    assert Route(**given).conditions()


def test_a_name_too_long_for_a_target_group_is_refused():
    args = RoutingArgs(
        route=Route(),
        priority=PRIORITY,
        port=8080,
        vpc_id="vpc",
        listener_arn="listener",
        load_balancer_security_group_id="sg-lb",
        task_security_group_id="sg-tasks",
    )
    with pytest.raises(ValueError, match=r"service name: 'x{25}' has to have at most 24 characters"):
        record(lambda: Routing("x" * 25, args))
