"""What watches a service, as it is registered: who may publish, what EventBridge tells, what a page shows."""

import json
from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from components import metrics
from components.alarms import Thresholds, service_alarms
from components.cluster import Cluster, ClusterArgs
from components.context import Context
from components.dashboard import body, graphs
from components.deployment_events import failed_deployments
from components.notifications import Notifications, NotificationsArgs, topic_key_policy, topic_policy
from components.subscribers import subscribers
from tests.unit.mocks import Recording, record
from tests.unit.program import run_program, smallest, wire

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="us-east-1", account="123456789012"
)
TOPIC_NAME = "web-application-test-web-alarms"
TOPIC = f"arn:aws:sns:us-east-1:123456789012:{TOPIC_NAME}"
OF_ALARMS = {
    "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:web-application-test-*"},
    "StringEquals": {"aws:SourceAccount": "123456789012"},
}
DIMENSIONS = {
    "ClusterName": "c",
    "ServiceName": "s",
    "LoadBalancer": "app/l/1",
    "TargetGroup": "targetgroup/t/2",
}
EVENT: dict[str, Any] = {
    "source": "aws.ecs",
    "detail-type": "ECS Deployment State Change",
    "resources": ["arn:aws:ecs:us-east-1:123456789012:service/web-application-test-web/web-1"],
    "detail": {"eventName": "SERVICE_DEPLOYMENT_FAILED", "reason": "tasks failed to start"},
}


def statements(document: str) -> dict[str, dict[str, Any]]:
    return {it["Sid"]: it for it in json.loads(document)["Statement"]}


@cache
def notifications(*values: str) -> Recording:
    def build() -> Any:
        cluster = Cluster("web", ClusterArgs(context=CONTEXT))
        args = NotificationsArgs(context=CONTEXT, cluster=cluster, subscribers=subscribers(values))
        return Notifications("web", args).urn

    return record(build)


@cache
def program(**settings: str) -> Recording:
    given = {f"web-application:{key}": json.loads(value) for key, value in settings.items()}
    return run_program({**smallest(), **wire(given)})


def test_the_stacks_alarms_and_eventbridge_may_publish_and_nobody_without_tls():
    found = statements(topic_policy(CONTEXT, TOPIC_NAME))
    assert set(found) == {"Alarms", "Events", "TlsOnly"}
    assert all(it["Action"] == ["sns:Publish"] and it["Resource"] == [TOPIC] for it in found.values())
    assert found["Alarms"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert found["Alarms"]["Condition"] == OF_ALARMS
    assert (found["TlsOnly"]["Effect"], found["TlsOnly"]["Principal"]) == ("Deny", {"AWS": "*"})
    assert found["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_eventbridge_publishes_without_a_condition_which_would_lose_its_events():
    in_policy = statements(topic_policy(CONTEXT, TOPIC_NAME))["Events"]
    assert in_policy["Principal"] == {"Service": "events.amazonaws.com"}
    assert "Condition" not in in_policy
    of_key = statements(topic_key_policy(CONTEXT, TOPIC_NAME))["Events"]
    assert not any(key.startswith("aws:Source") for key in of_key["Condition"]["StringEquals"])


def test_the_key_is_the_accounts_and_serves_alarms_and_events_for_one_topic():
    found = statements(topic_key_policy(CONTEXT, TOPIC_NAME))
    assert set(found) == {"Account", "Alarms", "Events"}
    assert found["Account"]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    of_topic = {"kms:EncryptionContext:aws:sns:topicArn": TOPIC}
    assert found["Events"]["Condition"] == {"StringEquals": of_topic}
    together = {**OF_ALARMS, "StringEquals": {**OF_ALARMS["StringEquals"], **of_topic}}
    assert found["Alarms"]["Condition"] == together
    for sid in ("Alarms", "Events"):
        assert found[sid]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_the_topic_is_under_a_rotated_key_of_its_own():
    key = notifications().one(aws.kms.Key)
    topic = notifications().one(aws.sns.Topic)
    assert key.inputs["enableKeyRotation"] is True
    assert topic.inputs["name"] == TOPIC_NAME
    assert topic.property_dependencies["kmsMasterKeyId"] == {key.urn}
    assert not notifications().of(aws.sns.TopicSubscription)


def test_each_subscriber_has_a_subscription():
    queue = "arn:aws:sqs:us-east-1:123456789012:alarms"
    found = notifications(queue, "on-call@example.com").of(aws.sns.TopicSubscription)
    assert {(it.inputs["protocol"], it.inputs["endpoint"]) for it in found} == {
        ("sqs", queue),
        ("email", "on-call@example.com"),
    }
    assert {it.name.rpartition("-")[0] for it in found} == {"web-alarms-sqs", "web-alarms-email"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"source": "aws.ec2"}, False),
        ({"detail-type": "ECS Task State Change"}, False),
        ({"detail": {"eventName": "SERVICE_DEPLOYMENT_COMPLETED"}}, False),
        ({"resources": ["arn:aws:ecs:us-east-1:123456789012:service/web-application-prod-web/web-1"]}, False),
        (
            {"resources": ["arn:aws:ecs:us-east-1:123456789012:service/web-application-test-web-2/web-1"]},
            False,
        ),
    ],
)
def test_only_failed_deployments_of_the_clusters_services_are_told(*, change: dict[str, Any], told: bool):
    pattern = json.loads(failed_deployments(CONTEXT, "web-application-test-web"))
    event = {**EVENT, **change}
    fits = (
        event["source"] in pattern["source"]
        and event["detail-type"] in pattern["detail-type"]
        and event["detail"]["eventName"] in pattern["detail"]["eventName"]
        and any(arn.startswith(it["prefix"]) for it in pattern["resources"] for arn in event["resources"])
    )
    assert fits is told


def test_a_failed_deployment_is_told_in_a_sentence_with_ecss_reason():
    said = program().one(aws.cloudwatch.EventTarget).inputs["inputTransformer"]
    named = {f"<{it}>" for it in said["inputPaths"]}
    assert {it for it in named if it in said["inputTemplate"]} == named
    assert said["inputPaths"]["reason"] == "$.detail.reason"
    assert json.loads(said["inputTemplate"]).endswith("docs/runbook.md#failed-deployment")


def test_alarms_and_the_rule_stand_after_what_lets_them_publish():
    recording = program()
    policy = recording.one(aws.sns.TopicPolicy)
    publishing = [*recording.of(aws.cloudwatch.MetricAlarm), *recording.of(aws.cloudwatch.EventTarget)]
    assert len(publishing) == 8
    assert all(recording.path_exists(it, policy) for it in publishing)


def test_the_dashboard_stands_after_the_alarms_that_it_names():
    recording = program()
    dashboard, alarms = recording.one(aws.cloudwatch.Dashboard), recording.of(aws.cloudwatch.MetricAlarm)
    assert all(recording.path_exists(dashboard, it) for it in alarms)


def test_without_alarms_there_is_no_topic_no_key_and_no_rule_and_the_dashboard_stays():
    found = program(alarms='{"enabled": false}')
    for kind in (
        aws.cloudwatch.MetricAlarm,
        aws.cloudwatch.EventRule,
        aws.cloudwatch.EventTarget,
        aws.sns.Topic,
        aws.sns.TopicPolicy,
    ):
        assert found.of(kind) == []
    assert len(program().of(aws.kms.Key)) - len(found.of(aws.kms.Key)) == 1
    assert found.one(aws.cloudwatch.Dashboard)
    exported = exports(found)
    assert "alarm_topic_arn" not in exported
    assert exported["dashboard_name"] == "web-application-test-web"


def test_without_a_dashboard_the_alarms_stay():
    found = program(dashboard="false")
    assert found.of(aws.cloudwatch.Dashboard) == []
    assert len(found.of(aws.cloudwatch.MetricAlarm)) == 7
    assert "dashboard_name" not in exports(found)


def test_without_container_insights_nothing_asks_for_its_metrics():
    found = program(container_insights='"disabled"')
    texts = json.dumps([it.inputs for it in found.of(aws.cloudwatch.MetricAlarm)])
    assert "ContainerInsights" not in texts
    assert "web-cpu" in texts


def exports(recording: Recording) -> dict[str, Any]:
    (stack,) = recording.of("pulumi:pulumi:Stack")
    return recording.outputs[stack.urn]


def test_a_dashboard_shows_states_first_and_then_two_graphs_in_a_row_with_their_limits():
    alarms = service_alarms(Thresholds(), routed=True, insights=True)
    shown = graphs(routed=True, insights=True)
    page = json.loads(body(CONTEXT, "web", graphs=shown, alarms=alarms, dimensions=DIMENSIONS))
    states, *drawn = page["widgets"]
    assert states["type"] == "alarm"
    assert len(states["properties"]["alarms"]) == len(alarms)
    assert (
        f"{CONTEXT.arn('cloudwatch', 'alarm:web-application-test-web-latency')}"
        in states["properties"]["alarms"]
    )
    assert [it["properties"]["title"] for it in drawn] == [it.title for it in shown]
    places = [(it["x"], it["y"], it["width"], it["height"]) for it in page["widgets"]]
    assert not any(overlap(one, other) for i, one in enumerate(places) for other in places[:i])
    assert all(x + width <= 24 for x, _, width, _ in places)
    latency = next(it["properties"] for it in drawn if it["properties"]["title"] == "Seconds until an answer")
    assert latency["annotations"]["horizontal"] == [{"label": "alarm", "value": 2}]
    assert [it[-1]["stat"] for it in latency["metrics"]] == ["p50", "p90", "p99"]
    assert latency["metrics"][0][:-1] == [
        "AWS/ApplicationELB",
        "TargetResponseTime",
        "LoadBalancer",
        "app/l/1",
        "TargetGroup",
        "targetgroup/t/2",
    ]


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    (x, y, width, height), (left, top, across, down) = one, other
    return x < left + across and left < x + width and y < top + down and top < y + height


@pytest.mark.parametrize(
    ("routed", "insights", "count"), [(True, True, 7), (True, False, 6), (False, False, 2)]
)
def test_a_graph_is_of_something_that_is_measured(*, routed: bool, insights: bool, count: int):
    found = graphs(routed=routed, insights=insights)
    assert len(found) == count
    namespaces = {line.namespace for it in found for line in it.lines.values()}
    assert (metrics.RUNNING.namespace in namespaces) is insights
    assert (metrics.REQUESTS.namespace in namespaces) is routed
