"""Alarms follow the metrics that are put, metric math and the rules of composite alarms included."""

import itertools
from typing import Any

import pytest
from moto.cloudwatch.models import (
    Dimension,
    Metric,
    MetricDataQuery,
    MetricStat,
    cloudwatch_backends,
)

import emulator.aws.patches.cloudwatch  # noqa: F401 - what PutMetricAlarm and PutMetricData do here
from emulator.aws.cloudwatch import alarms
from emulator.aws.cloudwatch.expression import UnknownMathError, evaluate, names

CLOUDWATCH: Any = cloudwatch_backends["123456789012"]["us-east-1"]
NUMBERS = itertools.count()


@pytest.fixture
def name() -> str:
    """An alarm and a metric that no other test has."""
    return f"metric-{next(NUMBERS)}"


def put_alarm(name: str, **changes: Any) -> Any:
    settings: dict[str, Any] = {
        "name": name,
        "namespace": "Test",
        "metric_name": name,
        "comparison_operator": "GreaterThanThreshold",
        "evaluation_periods": 3,
        "period": 60,
        "threshold": 60.0,
        "statistic": "Average",
        "description": "",
        "dimensions": [{"Name": "Service", "Value": "web"}],
        "alarm_actions": [],
        **changes,
    }
    return CLOUDWATCH.put_metric_alarm(**settings)


def put(name: str, *values: float, service: str = "web", **more: Any) -> None:
    datum = {"MetricName": name, "Dimensions": [{"Name": "Service", "Value": service}], **more}
    CLOUDWATCH.put_metric_data("Test", [{**datum, "Values": list(values)} if values else datum])


def test_an_alarm_has_no_data_at_first_and_keeps_its_state_when_it_is_changed(name: str) -> None:
    assert put_alarm(name).state_value == "INSUFFICIENT_DATA"
    put(name, 61)
    assert put_alarm(name, threshold=90.0).state_value == "ALARM"


@pytest.mark.parametrize(
    ("operator", "value", "state"),
    [
        ("GreaterThanThreshold", 60, "OK"),
        ("GreaterThanThreshold", 60.1, "ALARM"),
        ("GreaterThanOrEqualToThreshold", 60, "ALARM"),
        ("LessThanThreshold", 60, "OK"),
        ("LessThanThreshold", 59.9, "ALARM"),
        ("LessThanOrEqualToThreshold", 60, "ALARM"),
    ],
)
def test_a_value_is_held_against_the_threshold(name: str, operator: str, value: float, state: str) -> None:
    alarm = put_alarm(name, comparison_operator=operator)
    put(name, value)
    assert alarm.state_value == state
    assert alarms.value(alarm) == value
    assert alarm.state_reason.startswith(f"Threshold Crossed: 1 datapoint [{float(value)}] was ")


@pytest.mark.parametrize(
    ("statistic", "state"),
    [("Average", "OK"), ("Sum", "ALARM"), ("Minimum", "OK"), ("Maximum", "ALARM"), ("SampleCount", "OK")],
)
def test_the_values_of_one_call_are_one_statistic(name: str, statistic: str, state: str) -> None:
    alarm = put_alarm(name, statistic=statistic)
    put(name, 20, 30, 70)
    assert alarm.state_value == state


def test_a_percentile_and_a_set_of_statistics_are_understood(name: str) -> None:
    slow = put_alarm(name, statistic=None, extended_statistic="p90")
    put(name, *range(1, 101))
    assert alarms.value(slow) == 90
    mean = put_alarm(f"{name}-mean")
    statistics = {"Sum": 300, "SampleCount": 4, "Minimum": 1, "Maximum": 290}
    put(f"{name}-mean", StatisticValues=statistics)
    assert alarms.value(mean) == 75


def test_another_metric_and_an_older_value_do_not_count(name: str) -> None:
    alarm = put_alarm(name)
    put(name, 90, service="worker")
    assert alarm.state_value == "INSUFFICIENT_DATA"
    put(name, 90)
    put(name, 10)
    assert alarm.state_value == "OK"


def queries(name: str, expression: str) -> list[MetricDataQuery]:
    def stat(metric: str) -> MetricStat:
        return MetricStat(Metric(metric, "Test", [Dimension("Service", "web")]), "60", "Sum", "")

    return [
        MetricDataQuery("e", "", "60", "true", expression, None),
        MetricDataQuery("a", "", "60", "false", None, stat(f"{name}-a")),
        MetricDataQuery("b", "", "60", "false", None, stat(f"{name}-b")),
    ]


def math_alarm(name: str, expression: str) -> Any:
    found = queries(name, expression)
    return put_alarm(name, metric_name=None, namespace=None, metric_data_queries=found, dimensions=[])


def test_metric_math_takes_the_newest_value_of_each_metric(name: str) -> None:
    alarm = math_alarm(name, "a + b")
    put(f"{name}-a", 40)
    assert alarm.state_value == "INSUFFICIENT_DATA"
    put(f"{name}-b", 30)
    assert (alarm.state_value, alarms.value(alarm)) == ("ALARM", 70)
    put(f"{name}-a", 20)
    assert (alarm.state_value, alarms.value(alarm)) == ("OK", 50)


def test_metric_math_fills_what_is_missing(name: str) -> None:
    alarm = math_alarm(name, "FILL(a, 0) + FILL(b, 0)")
    put(f"{name}-a", 70)
    assert alarm.state_value == "ALARM"


def test_an_alarm_whose_expression_cannot_be_computed_keeps_its_state(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    alarm = math_alarm(name, "ANOMALY_DETECTION_BAND(a, 2)")
    put(f"{name}-a", 70)
    assert alarm.state_value == "INSUFFICIENT_DATA"
    assert name in caplog.text


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a + b * 2", 14.0),
        ("(a + b) / 2", 4.5),
        ("-a", -4.0),
        ("a / 0", None),
        ("none + a", None),
        ("FILL(none, 3)", 3.0),
        ("FILL(none, REPEAT)", None),
        ("SUM([a, b, none])", 9.0),
        ("MAX(METRICS())", 5.0),
        ("AVG([a, b])", 4.5),
        ("MIN([none])", None),
        ("CEIL(a / 3)", 2.0),
        ("IF(a > b, 1, 0)", 0.0),
        ("IF(a < b and b == 5, 1, 0)", 1.0),
    ],
)
def test_expressions_have_the_value_that_cloudwatch_gives_them(
    expression: str, expected: float | None
) -> None:
    assert evaluate(expression, {"a": 4.0, "b": 5.0, "none": None}) == expected


@pytest.mark.parametrize("expression", ["SEARCH('x', 'Sum')", "a +", "a.b", "[a, b]", "[a] + b", "RATE(a)"])
def test_what_cannot_be_computed_is_refused(expression: str) -> None:
    with pytest.raises(UnknownMathError):
        evaluate(expression, {"a": 1.0, "b": 2.0})


def test_an_expression_names_its_metrics() -> None:
    assert names("a / (b - 1)") == {"a", "b"}
    assert names("FILL(a, REPEAT) + IF(b > 1, SUM(METRICS()), c)") == {"a", "b", "c"}


def test_a_composite_alarm_follows_its_rule(name: str) -> None:
    for it in ("a", "b"):
        put_alarm(f"{name}-{it}")
    rule = f'(ALARM("{name}-a") AND NOT OK({name}-b)) OR FALSE'
    alarms.composites(CLOUDWATCH)[name] = {"AlarmRule": rule}
    assert alarms.state(CLOUDWATCH, name) == "INSUFFICIENT_DATA"
    put(f"{name}-a", 90)
    assert alarms.state(CLOUDWATCH, name) == "ALARM"
    put(f"{name}-b", 10)
    assert alarms.state(CLOUDWATCH, name) == "OK"
    assert alarms.state(CLOUDWATCH, "no-such-alarm") is None
    del alarms.composites(CLOUDWATCH)[name]
