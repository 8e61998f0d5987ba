"""What tells of trouble, as an ordinary AWS client finds it on the committed stack, and that it is told.

The embedded AWS sets alarms by the metrics that are put, and delivers a topic's messages to queues. From an
alarm to its topic, and from EventBridge to it, it delivers nothing: of that a test sees who is meant.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.inventory import inventory
from tests.engine.standing import Standing, changes, only
from tests.engine.views import ARN, NAME, service

TOPIC = ARN.format("sns", f"{NAME}-alarms")
ALARMS = (
    *("load-balancer-5xx", "target-5xx", "latency", "unhealthy-targets"),
    *("tasks-below-desired", "cpu", "memory"),
)


def dimensions(standing: Standing) -> dict[str, str]:
    """Each dimension's value, from what the stack itself shows of its load balancer and its service."""
    elb = standing.stack.client("elbv2")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    group = only(elb.describe_target_groups()["TargetGroups"])["TargetGroupArn"]
    return {
        "LoadBalancer": balancer.partition("loadbalancer/")[2],
        "TargetGroup": group.rpartition(":")[2],
        "ClusterName": NAME,
        "ServiceName": service(standing.stack)["serviceName"],
    }


def put(standing: Standing, namespace: str, values: Mapping[str, float], *of: str) -> None:
    """Puts a minute's values of metrics with these dimensions."""
    known = dimensions(standing)
    whose = [{"Name": it, "Value": known[it]} for it in of]
    standing.stack.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[{"MetricName": name, "Value": it, "Dimensions": whose} for name, it in values.items()],
    )


def alarm(standing: Standing, name: str) -> dict[str, Any]:
    found = standing.stack.client("cloudwatch").describe_alarms(AlarmNames=[f"{NAME}-{name}"])
    return only(found["MetricAlarms"])


def test_each_alarm_tells_the_topic_of_its_beginning_and_its_end(committed: Standing):
    for name in ALARMS:
        found = alarm(committed, name)
        assert found["ActionsEnabled"] is True
        assert found["AlarmActions"] == found["OKActions"] == [TOPIC]
        assert found["AlarmDescription"].endswith(f"Runbook: docs/runbook.md#{name}")


LOAD_BALANCER, TARGETS, OF_SERVICE = (
    ("LoadBalancer",),
    ("LoadBalancer", "TargetGroup"),
    ("ClusterName", "ServiceName"),
)


@pytest.mark.parametrize(
    ("name", "namespace", "of", "bad", "good"),
    [
        (
            "load-balancer-5xx",
            "AWS/ApplicationELB",
            LOAD_BALANCER,
            {"HTTPCode_ELB_5XX_Count": 30, "RequestCount": 100},
            {"HTTPCode_ELB_5XX_Count": 1, "RequestCount": 10},
        ),
        (
            "target-5xx",
            "AWS/ApplicationELB",
            TARGETS,
            {"HTTPCode_Target_5XX_Count": 30, "RequestCount": 100},
            {"HTTPCode_Target_5XX_Count": 1, "RequestCount": 10},
        ),
        (
            "unhealthy-targets",
            "AWS/ApplicationELB",
            TARGETS,
            {"UnHealthyHostCount": 1},
            {"UnHealthyHostCount": 0},
        ),
        (
            "latency",
            "AWS/ApplicationELB",
            TARGETS,
            {"TargetResponseTime": 3},
            {"TargetResponseTime": 0.2},
        ),
        (
            "tasks-below-desired",
            "ECS/ContainerInsights",
            OF_SERVICE,
            {"DesiredTaskCount": 2, "RunningTaskCount": 1},
            {"DesiredTaskCount": 2, "RunningTaskCount": 2},
        ),
        ("cpu", "AWS/ECS", OF_SERVICE, {"CPUUtilization": 95}, {"CPUUtilization": 60}),
        ("memory", "AWS/ECS", OF_SERVICE, {"MemoryUtilization": 95}, {"MemoryUtilization": 60}),
    ],
)
def test_an_alarm_goes_off_by_the_metrics_that_aws_puts_and_is_over_with_them(
    committed: Standing,
    name: str,
    namespace: str,
    of: tuple[str, ...],
    bad: dict[str, float],
    good: dict[str, float],
):
    for values, state in ((bad, "ALARM"), (good, "OK")):
        put(committed, namespace, values, *of)
        assert alarm(committed, name)["StateValue"] == state


def test_the_topic_takes_messages_of_alarms_and_events_and_none_without_tls(committed: Standing):
    sns = committed.stack.client("sns")
    attributes = sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    policy = {it["Sid"]: it for it in json.loads(attributes["Policy"])["Statement"]}
    assert policy["Alarms"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert policy["Events"]["Principal"] == {"Service": "events.amazonaws.com"}
    assert policy["TlsOnly"]["Effect"] == "Deny"
    assert set(policy) == {"Alarms", "Events", "TlsOnly"}
    kms = committed.stack.client("kms")
    assert kms.get_key_rotation_status(KeyId=attributes["KmsMasterKeyId"])["KeyRotationEnabled"] is True


def test_a_failed_deployment_of_the_service_is_told_to_the_topic(committed: Standing):
    events = committed.stack.client("events")
    rule = events.describe_rule(Name=f"{NAME}-failed-deployment")
    assert rule["State"] == "ENABLED"
    pattern = json.loads(rule["EventPattern"])
    assert pattern["detail"] == {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}
    assert service(committed.stack)["serviceArn"].startswith(only(pattern["resources"])["prefix"])
    target = only(events.list_targets_by_rule(Rule=rule["Name"])["Targets"])
    assert target["Arn"] == TOPIC
    assert "RoleArn" not in target


def test_the_dashboard_shows_the_stacks_own_alarms_and_metrics(committed: Standing):
    cloudwatch = committed.stack.client("cloudwatch")
    page = json.loads(cloudwatch.get_dashboard(DashboardName=NAME)["DashboardBody"])
    states, *drawn = page["widgets"]
    named = {it.rpartition(":")[2] for it in states["properties"]["alarms"]}
    assert named == {f"{NAME}-{it}" for it in ALARMS}
    known = dimensions(committed)
    for line in (it for graph in drawn for it in graph["properties"]["metrics"]):
        whose = dict(zip(line[2:-1:2], line[3:-1:2], strict=True))
        assert whose == {it: known[it] for it in whose}
    assert len(drawn) == 7


def test_a_queue_that_subscribes_hears_what_the_topic_is_told_until_it_is_taken_out(changing: Standing):
    sqs, sns = changing.stack.client("sqs"), changing.stack.client("sns")
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    found = changes(changing.up(changes={"alarms": {"subscribers": [queue]}}))
    assert set(found.values()) == {"create"}
    assert only(found).startswith("TopicSubscription web-alarms-sqs-")
    topic = only(alarm(changing, "latency")["AlarmActions"])
    sns.publish(TopicArn=topic, Subject="ALARM", Message="one of 100 requests takes more than 2 s")
    heard = only(sqs.receive_message(QueueUrl=url)["Messages"])
    assert json.loads(heard["Body"])["Message"] == "one of 100 requests takes more than 2 s"
    assert set(changes(changing.up()).values()) == {"delete"}
    assert inventory(changing.stack)["subscription"] == set()
