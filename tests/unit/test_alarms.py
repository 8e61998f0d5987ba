"""The alarms: which ones there are, what makes them go off, and how CloudWatch gets them."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pytest

from components import metrics
from components.alarms import RUNBOOK, TRAFFIC_MINUTES, Alarms, AlarmsArgs, Thresholds, service_alarms
from components.context import Context
from components.deployment_events import SECTION
from components.errors import InvalidSettingError
from components.metrics import Measured, load_balancer_dimension, target_group_dimension
from tests.unit.mocks import Recording, record

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="us-east-1", account="123456789012"
)
ROOT = Path(__file__).parents[2]
LOAD_BALANCER = "app/web-lb-1/50dc6c495c0c9188"
TARGET_GROUP = "targetgroup/web-2/73e2d6bc24d8a067"
ELB = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
TOPIC = "arn:aws:sns:us-east-1:123456789012:web-application-test-web-alarms"
ALL = service_alarms(Thresholds(), routed=True, insights=True)
OF_TRAFFIC = ["load-balancer-5xx", "target-5xx", "latency", "unhealthy-targets"]


@cache
def registered(alternate: str | None = None) -> Recording:
    measured = Measured(
        cluster="web-application-test-web",
        service="web-1",
        load_balancer_arn=f"{ELB}:loadbalancer/{LOAD_BALANCER}",
        target_group_arn=f"{ELB}:{TARGET_GROUP}",
        alternate_target_group_arn=alternate,
    )
    args = AlarmsArgs(context=CONTEXT, alarms=ALL, measured=measured, topic_arn=TOPIC, topic_ready=[])
    return record(lambda: Alarms("web", args).urn)


def inputs(alarm: str) -> dict[str, Any]:
    return registered().one(aws.cloudwatch.MetricAlarm, f"web-{alarm}").inputs


@pytest.mark.parametrize(
    ("routed", "insights", "names"),
    [
        (True, True, [*OF_TRAFFIC, "tasks-below-desired", "cpu", "memory"]),
        (True, False, [*OF_TRAFFIC, "cpu", "memory"]),
        (False, True, ["tasks-below-desired", "cpu", "memory"]),
        (False, False, ["cpu", "memory"]),
    ],
)
def test_a_service_has_the_alarms_that_something_measures(*, routed: bool, insights: bool, names: list[str]):
    assert [it.name for it in service_alarms(Thresholds(), routed=routed, insights=insights)] == names


@pytest.mark.parametrize(
    ("name", "threshold", "breaching", "minutes", "missing"),
    [
        ("load-balancer-5xx", 5, 3, 5, "notBreaching"),
        ("target-5xx", 5, 3, 5, "notBreaching"),
        ("latency", 2, 4, 5, "notBreaching"),
        ("unhealthy-targets", 0, 3, 5, "notBreaching"),
        ("tasks-below-desired", 0, 10, 15, "missing"),
        ("cpu", 90, 15, 15, "missing"),
        ("memory", 90, 15, 15, "missing"),
    ],
)
def test_an_alarm_goes_off_when_most_of_the_last_minutes_are_above_its_threshold(
    name: str, threshold: float, breaching: int, minutes: int, missing: str
):
    found = inputs(name)
    assert found["comparisonOperator"] == "GreaterThanThreshold"
    assert (found["threshold"], found["datapointsToAlarm"], found["evaluationPeriods"]) == (
        threshold,
        breaching,
        minutes,
    )
    assert found["treatMissingData"] == missing
    assert found["name"] == f"web-application-test-web-{name}"


def test_the_topic_is_told_when_an_alarm_goes_off_and_when_it_is_over():
    for it in registered().of(aws.cloudwatch.MetricAlarm):
        assert it.inputs["alarmActions"] == it.inputs["okActions"] == [TOPIC]


@pytest.mark.parametrize(
    ("alarm", "namespace", "metric", "statistic", "dimensions"),
    [
        ("unhealthy-targets", "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", "targets"),
        ("cpu", "AWS/ECS", "CPUUtilization", "Average", "service"),
        ("memory", "AWS/ECS", "MemoryUtilization", "Average", "service"),
    ],
)
def test_an_alarm_of_one_metric_watches_it_by_the_minute(
    alarm: str, namespace: str, metric: str, statistic: str, dimensions: str
):
    found = inputs(alarm)
    assert (found["namespace"], found["metricName"], found["statistic"]) == (namespace, metric, statistic)
    assert found["dimensions"] == DIMENSIONS[dimensions]
    assert found["period"] == 60
    assert "metricQueries" not in found


DIMENSIONS = {
    "load balancer": {"LoadBalancer": LOAD_BALANCER},
    "targets": {"LoadBalancer": LOAD_BALANCER, "TargetGroup": TARGET_GROUP},
    "service": {"ClusterName": "web-application-test-web", "ServiceName": "web-1"},
}


def test_latency_is_a_percentile_and_means_nothing_of_a_few_requests():
    found = inputs("latency")
    assert (found["metricName"], found["extendedStatistic"]) == ("TargetResponseTime", "p99")
    assert found["evaluateLowSampleCountPercentiles"] == "ignore"
    assert found["dimensions"] == DIMENSIONS["targets"]
    assert "statistic" not in found


@pytest.mark.parametrize(
    ("alarm", "expression", "metrics_by_id", "namespace", "dimensions"),
    [
        (
            "load-balancer-5xx",
            "100 * FILL(errors, 0) / IF(FILL(requests, 0) > 50, FILL(requests, 0), 50)",
            {"errors": ("HTTPCode_ELB_5XX_Count", "Sum"), "requests": ("RequestCount", "Sum")},
            "AWS/ApplicationELB",
            "load balancer",
        ),
        (
            "target-5xx",
            "100 * FILL(errors, 0) / IF(FILL(requests, 0) > 50, FILL(requests, 0), 50)",
            {"errors": ("HTTPCode_Target_5XX_Count", "Sum"), "requests": ("RequestCount", "Sum")},
            "AWS/ApplicationELB",
            "targets",
        ),
        (
            "tasks-below-desired",
            "desired - running",
            {"desired": ("DesiredTaskCount", "Average"), "running": ("RunningTaskCount", "Average")},
            "ECS/ContainerInsights",
            "service",
        ),
    ],
)
def test_an_alarm_of_several_metrics_computes_one_value_of_them(
    alarm: str,
    expression: str,
    metrics_by_id: dict[str, tuple[str, str]],
    namespace: str,
    dimensions: str,
):
    *read, computed = inputs(alarm)["metricQueries"]
    assert {it["id"]: (it["metric"]["metricName"], it["metric"]["stat"]) for it in read} == metrics_by_id
    assert all(it["metric"]["dimensions"] == DIMENSIONS[dimensions] for it in read)
    assert all((it["metric"]["namespace"], it["metric"]["period"]) == (namespace, 60) for it in read)
    assert (computed["expression"], computed["returnData"]) == (expression, True)
    assert not any(it.get("returnData") for it in read)


@pytest.mark.parametrize(
    ("errors", "requests", "goes_off"),
    [
        (1, 3, False),  # one error in a quiet night
        (3, 3, True),
        (3, 1000, False),
        (60, 1000, True),
        (0, None, False),
        (None, 200, False),
        (400, None, True),  # a load balancer without targets counts no request
    ],
)
def test_errors_count_as_a_share_of_the_requests_and_of_no_fewer_than_the_floor(
    *, errors: int | None, requests: int | None, goes_off: bool
):
    (alarm,) = (it for it in ALL if it.name == "load-balancer-5xx")
    values = {"errors": errors, "requests": requests}
    assert (computed(alarm.expression or "", values) > alarm.threshold) is goes_off


def computed(expression: str, values: dict[str, int | None]) -> float:
    """The value of metric math that uses FILL and IF, for one minute."""

    def fill(value: int | None, otherwise: int) -> int:
        return otherwise if value is None else value

    def choose(condition: object, then: float, otherwise: float) -> float:
        return then if condition else otherwise

    return eval(expression, {"FILL": fill, "IF": choose, **values})  # noqa: S307 - the program's own text


def test_thresholds_are_the_settings():
    given = Thresholds(error_percent=1, error_requests=10, latency=0.5, cpu=80, memory=70)
    found = {it.name: it for it in service_alarms(given, routed=True, insights=True)}
    thresholds = {name: it.threshold for name, it in found.items()}
    assert thresholds == {
        "load-balancer-5xx": 1,
        "target-5xx": 1,
        "latency": 0.5,
        "unhealthy-targets": 0,
        "tasks-below-desired": 0,
        "cpu": 80,
        "memory": 70,
    }
    assert "IF(FILL(requests, 0) > 10, FILL(requests, 0), 10)" in (found["target-5xx"].expression or "")


@pytest.mark.parametrize(
    ("given", "setting"),
    [
        ({"error_percent": 0}, "alarms.error_percent: 0"),
        ({"cpu": 101}, "alarms.cpu: 101"),
        ({"memory": 0}, "alarms.memory: 0"),
        ({"error_requests": 0}, "alarms.error_requests: 0"),
        ({"latency": 0.0}, "alarms.latency: 0.0"),
    ],
)
def test_thresholds_that_no_value_has_are_refused(given: dict[str, Any], setting: str):
    with pytest.raises(InvalidSettingError, match=f"^{re.escape(setting)} has to be"):
        Thresholds(**given)


def test_a_description_says_what_is_so_why_it_matters_and_where_the_runbook_goes_on():
    assert inputs("latency")["alarmDescription"] == (
        "One of 100 requests takes more than 2 s, in 4 of 5 minutes. Users wait, and slow requests pile up "
        "until tasks have no room for others. Runbook: docs/runbook.md#latency"
    )
    longest = max(len(it.description) for it in ALL)
    assert longest <= 1024, "CloudWatch API Reference, PutMetricAlarm"


def test_the_runbook_has_a_section_for_each_alarm_and_failed_deployments_and_no_other():
    sections = re.findall(r"^## (\S+)$", (ROOT / RUNBOOK).read_text(), re.MULTILINE)
    assert sections == [*(it.name for it in ALL), SECTION]


def test_what_users_are_answered_judges_a_deployment():
    assert [it.name for it in ALL if it.of_traffic] == OF_TRAFFIC
    assert all(it.minutes == TRAFFIC_MINUTES for it in ALL if it.of_traffic)


def test_only_the_first_service_of_a_load_balancer_tells_of_its_errors():
    of_second = service_alarms(Thresholds(), routed=True, insights=True, first=False)
    assert {it.name for it in ALL} - {it.name for it in of_second} == {"load-balancer-5xx"}


def test_a_dimension_is_the_end_of_an_arn():
    assert load_balancer_dimension(f"{ELB}:loadbalancer/{LOAD_BALANCER}") == LOAD_BALANCER
    assert target_group_dimension(f"{ELB}:{TARGET_GROUP}") == TARGET_GROUP


def test_a_worker_is_measured_without_a_load_balancer():
    assert Measured(cluster="c", service="s").dimensions() == {"ClusterName": "c", "ServiceName": "s"}
    assert metrics.CPU.dimensions == ("ClusterName", "ServiceName")


@pytest.mark.parametrize(
    ("alarm", "key", "both"),
    [
        ("target-5xx", "errors", "FILL(errors_blue, 0) + FILL(errors_green, 0)"),
        ("unhealthy-targets", "unhealthy", "FILL(unhealthy_blue, 0) + FILL(unhealthy_green, 0)"),
        ("latency", "latency", "MAX([FILL(latency_blue, 0), FILL(latency_green, 0)])"),
    ],
)
def test_of_two_target_groups_an_alarm_watches_both(alarm: str, key: str, both: str):
    other = "targetgroup/web-green-3/0123456789abcdef"
    found = registered(f"{ELB}:{other}").one(aws.cloudwatch.MetricAlarm, f"web-{alarm}").inputs
    queries = {it["id"]: it for it in found["metricQueries"]}
    assert queries[key] == {"id": key, "expression": both}
    groups = [queries[f"{key}_{it}"]["metric"]["dimensions"]["TargetGroup"] for it in ("blue", "green")]
    assert groups == [TARGET_GROUP, other]
    assert [it["id"] for it in found["metricQueries"] if it.get("returnData")] == ["result"]
    plain = next(it for it in ALL if it.name == alarm)
    assert queries["result"]["expression"] == (plain.expression or key)
    assert not {"metricName", "statistic", "extendedStatistic", "period"} & found.keys()


def test_alarms_of_the_service_and_the_load_balancer_know_no_target_group():
    two = registered(f"{ELB}:targetgroup/web-green-3/0123456789abcdef")
    for alarm in ("cpu", "memory", "load-balancer-5xx", "tasks-below-desired"):
        assert two.one(aws.cloudwatch.MetricAlarm, f"web-{alarm}").inputs == inputs(alarm)
