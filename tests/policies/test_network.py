"""Only the load balancer reaches the tasks."""

import pytest
from ecs_policies.model import UNKNOWN
from ecs_policies.rules.network import TASKS_REACHED_BY_OTHERS as RULE

from tests.policies.stacks import (
    BALANCER,
    CLASSIC_RULE,
    GROUP,
    INGRESS,
    SERVICE,
    Web,
    judged,
    resource,
    unverified,
    violations,
)


@pytest.fixture(params=[False, True], ids=["first preview", "deployed"])
def web(request: pytest.FixtureRequest) -> Web:
    return Web(deployed=request.param)


def opening(web: Web, type_: str = INGRESS, name: str = "opening", **source):
    """A further rule on the tasks' group."""
    properties = {"securityGroupId": web.reference(web.task_group), **source}
    return resource(type_, name, properties, securityGroupId=web.task_group)


def test_a_service_that_only_the_load_balancer_reaches_is_left_alone(web: Web):
    assert judged(RULE, web.stack()) == []


@pytest.mark.parametrize(
    ("type_", "source"),
    [
        (INGRESS, {"cidrIpv4": "0.0.0.0/0"}),
        (INGRESS, {"cidrIpv4": "10.0.0.0/16"}),
        (INGRESS, {"cidrIpv6": "::/0"}),
        (INGRESS, {"prefixListId": "pl-1"}),
        (INGRESS, {"cidrIpv4": UNKNOWN}),
        (CLASSIC_RULE, {"type": "ingress", "cidrBlocks": ["0.0.0.0/0"]}),
        (CLASSIC_RULE, {"type": "ingress", "ipv6CidrBlocks": ["::/0"]}),
        (CLASSIC_RULE, {"type": "ingress", "self": True}),
        (CLASSIC_RULE, {"type": "ingress", "self": "true"}),
    ],
    ids=str,
)
def test_another_source_in_a_rule_of_its_own_is_found(web: Web, type_, source):
    found = judged(RULE, web.stack(opening(web, type_, **source)))
    assert [(name, path.partition("[")[0]) for name, path in violations(found)] == [
        ("opening", list(source)[-1])
    ]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ({"cidrBlocks": ["0.0.0.0/0"]}, "cidrBlocks[0.0.0.0/0]"),
        ({"ipv6CidrBlocks": ["::/0"]}, "ipv6CidrBlocks[::/0]"),
        ({"prefixListIds": ["pl-1"]}, "prefixListIds"),
        ({"self": True}, "self"),
        ({"cidrBlocks": [UNKNOWN]}, "cidrBlocks[0]"),
    ],
    ids=str,
)
def test_another_source_in_an_inline_rule_is_found(web: Web, source, path):
    rule = {"fromPort": 8080, "toPort": 8081, "protocol": "tcp", **source}
    properties = {**web.task_group.properties, "ingress": [rule]}
    found = judged(RULE, web.stack(resource(GROUP, "task-group", properties)))
    assert violations(found) == [("task-group", f"ingress[tcp:8080-8081].{path}")]


@pytest.mark.parametrize("written", ["inline", INGRESS, CLASSIC_RULE])
@pytest.mark.parametrize(("origin", "expected"), [("balancer", 0), ("another", 1)])
def test_of_groups_the_load_balancers_alone_may_be_a_source(web: Web, written, origin, expected):
    another = web.made(GROUP, "another")
    group = web.balancer_group if origin == "balancer" else another
    if written == "inline":
        ingress = [
            {"fromPort": 8080, "securityGroups": [web.reference(group)], "self": False, "cidrBlocks": []}
        ]
        properties = {**web.task_group.properties, "ingress": ingress}
        spoilt = resource(GROUP, "task-group", properties, ingress=group)
    else:
        name = {INGRESS: "referencedSecurityGroupId", CLASSIC_RULE: "sourceSecurityGroupId"}[written]
        properties = {
            "type": "ingress",
            "securityGroupId": web.reference(web.task_group),
            name: web.reference(group),
        }
        spoilt = resource(written, "opening", properties, securityGroupId=web.task_group, **{name: group})
    found = judged(RULE, web.stack(another, spoilt))
    assert len(violations(found)) == expected
    assert unverified(found) == []


def test_rules_of_other_groups_and_egress_are_left_alone(web: Web):
    elsewhere = resource(
        INGRESS,
        "elsewhere",
        {"securityGroupId": web.reference(web.balancer_group), "cidrIpv4": "0.0.0.0/0"},
        securityGroupId=web.balancer_group,
    )
    egress = opening(web, CLASSIC_RULE, type="egress", cidrBlocks=["0.0.0.0/0"])
    assert judged(RULE, web.stack(elsewhere, egress)) == []


def test_a_group_shared_with_the_load_balancer_is_open_to_all_that_reaches_it(web: Web):
    shared = resource(
        BALANCER,
        "balancer",
        {"securityGroups": [web.reference(web.task_group)]},
        securityGroups=web.task_group,
    )
    found = judged(RULE, web.stack(shared, opening(web, cidrIpv4="0.0.0.0/0")))
    assert ("opening", "cidrIpv4") in violations(found)


def test_without_a_load_balancer_nothing_may_reach_the_tasks(web: Web):
    found = judged(RULE, web.stack(without=(web.balancer,)))
    assert violations(found) == [("ingress", "referencedSecurityGroupId")]


def test_a_service_with_no_group_of_its_own_is_found():
    web = Web()
    service = resource(SERVICE, "service", {"networkConfiguration": {"subnets": ["subnet-1"]}})
    assert violations(judged(RULE, web.stack(service))) == [
        ("service", "networkConfiguration.securityGroups")
    ]


@pytest.mark.parametrize(
    ("network", "path"),
    [
        (None, "networkConfiguration"),
        (UNKNOWN, "networkConfiguration.securityGroups"),
        ({"securityGroups": UNKNOWN}, "networkConfiguration.securityGroups"),
        ({"securityGroups": ["sg-elsewhere"]}, "networkConfiguration.securityGroups"),
        ({"securityGroups": [7]}, "networkConfiguration.securityGroups"),
    ],
    ids=str,
)
def test_a_service_whose_groups_can_not_be_seen_is_reported(network, path):
    service = resource(SERVICE, "service", {"networkConfiguration": network})
    found = judged(RULE, Web().stack(service))
    assert unverified(found) == [("service", path)]
    assert violations(found) == []


@pytest.mark.parametrize(
    ("type_", "properties", "path"),
    [
        (INGRESS, {"securityGroupId": UNKNOWN, "cidrIpv4": "0.0.0.0/0"}, "securityGroupId"),
        (CLASSIC_RULE, {"securityGroupId": UNKNOWN, "type": UNKNOWN}, "securityGroupId"),
    ],
)
def test_a_rule_that_may_open_the_tasks_group_or_another_is_reported(type_, properties, path):
    found = judged(RULE, Web().stack(resource(type_, "opening", properties)))
    assert unverified(found) == [("opening", path)]


def test_a_source_or_direction_that_is_unknown_is_reported(web: Web):
    source = opening(web, referencedSecurityGroupId=UNKNOWN)
    direction = opening(web, CLASSIC_RULE, name="direction", type=UNKNOWN)
    found = judged(RULE, web.stack(source, direction))
    assert set(unverified(found)) == {("opening", "referencedSecurityGroupId"), ("direction", "type")}


@pytest.mark.parametrize("ingress", [UNKNOWN, [UNKNOWN], ["tcp"], 7], ids=str)
def test_inline_rules_that_can_not_be_read_are_reported(web: Web, ingress):
    group = resource(GROUP, "task-group", {**web.task_group.properties, "ingress": ingress})
    assert unverified(judged(RULE, web.stack(group))) == [("task-group", "ingress[0]")]
