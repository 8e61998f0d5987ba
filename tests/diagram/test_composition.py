"""What stands inside what in a picture, and which arrows there are."""

import random

from diagram.picture import Look
from diagram.source import source_of
from tests.diagram.recordings import arrows, boxes, made, picture, rows, task_definition, titled
from tests.diagram.shop import ALL, LOG_ROUTER, NETWORK, NGINX, RAILS, RUNNING


def test_a_request_goes_from_the_internet_to_the_service():
    found = arrows(picture(*ALL))
    way = [
        ("internet", "LoadBalancer shop"),
        ("LoadBalancer shop", "Listener https"),
        ("Listener https", "ListenerRule web"),
        ("ListenerRule web", "TargetGroup web"),
        ("TargetGroup web", "Service web"),
    ]
    for source, target in way:
        assert (source, target, "") in found, found


def test_nothing_comes_from_the_internet_to_an_internal_load_balancer():
    found = picture(made("aws:lb/loadBalancer:LoadBalancer", "inside", {"internal": True}))
    assert [it for it in boxes(found) if it.look is Look.CLOUD] == []


def test_a_network_holds_its_zones_and_a_zone_its_subnets():
    network = next(it for it in boxes(picture(*NETWORK)) if it.inside and it.inside[0].label == "VPC main")
    zones = network.inside[1:]
    assert [it.label for it in zones] == ["us-east-1a", "us-east-1b"]
    assert [[it.label for it in zone.inside] for zone in zones] == [["public subnet", "private subnet"]] * 2


def test_a_cluster_holds_its_services_a_service_its_task_and_a_task_its_containers():
    cluster = titled(picture(*RUNNING), "cluster shop, Container Insights enabled")
    (service,) = cluster.inside
    assert service.inside[0].label == "service web"
    (task,) = service.inside[1:]
    assert task.inside[0].label == "task web"
    assert {it.label for it in task.inside[1].inside} == {"rails", "nginx", "log_router"}


def test_containers_start_in_the_order_of_their_arrows_without_what_follows_from_others():
    found = [it for it in arrows(picture(task_definition(RAILS, NGINX, LOG_ROUTER))) if it[2]]
    # nginx waits for log_router too, which rails has waited for.
    assert sorted(found) == [("log_router", "rails", "healthy"), ("rails", "nginx", "healthy")]


def test_a_weaker_wait_doesnt_stand_for_a_stronger_one():
    rails = {**RAILS, "dependsOn": [{"containerName": "log_router", "condition": "START"}]}
    found = [it for it in arrows(picture(task_definition(rails, NGINX, LOG_ROUTER))) if it[0] == "log_router"]
    assert sorted(found) == [("log_router", "nginx", "healthy"), ("log_router", "rails", "started")]


def test_a_task_that_no_service_runs_stands_by_itself():
    found = picture(task_definition(RAILS, name="nightly"))
    assert rows(found, "rails")["image"] == "rails, by digest"
    assert [it.label for it in boxes(found) if it.label.startswith("task")] == ["task nightly"]


def test_a_service_of_another_stacks_cluster_is_drawn_in_it():
    service = made(
        "aws:ecs/service:Service", "api", {"cluster": "arn:aws:ecs:us-east-1:111122223333:cluster/main"}
    )
    (inside,) = titled(picture(service), "another stack's cluster").inside
    assert inside.inside[0].label == "service api"


def test_two_target_groups_of_a_service_both_lead_to_it():
    groups = [made("aws:lb/targetGroup:TargetGroup", it) for it in ("blue", "green")]
    service = made(
        "aws:ecs/service:Service",
        "web",
        {
            "loadBalancers": [
                {
                    "targetGroupArn": groups[0].identity[0],
                    "containerName": "web",
                    "containerPort": 80,
                    "advancedConfiguration": {"alternateTargetGroupArn": groups[1].identity[0]},
                }
            ]
        },
    )
    found = arrows(picture(*groups, service))
    assert [it[:2] for it in found] == [
        ("TargetGroup blue", "Service web"),
        ("TargetGroup green", "Service web"),
    ]


def test_a_program_that_registers_nothing_makes_an_empty_picture():
    assert picture().inside == ()


def test_the_order_in_which_a_program_registers_doesnt_move_anything():
    shuffled = list(ALL)
    random.Random(7).shuffle(shuffled)  # noqa: S311 (no secret)
    assert source_of(picture(*shuffled)) == source_of(picture(*ALL))
