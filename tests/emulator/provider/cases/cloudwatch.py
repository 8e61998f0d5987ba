"""CloudWatch."""

import json

from tests.emulator.provider.cases.sns import topic
from tests.emulator.provider.harness import Case, Made, World


def alarm(world: World, rest: str = "alarm") -> Made:
    inputs = {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "metricName": "CPUUtilization",
        "namespace": "AWS/ECS",
        "period": 60,
        "statistic": "Average",
        "threshold": 80,
    }
    return world.make("aws:cloudwatch/metricAlarm:MetricAlarm", rest, inputs)


def board(title: str) -> str:
    text = {"type": "text", "width": 6, "height": 2, "properties": {"markdown": title}}
    return json.dumps({"widgets": [text]})


def rate(world: World) -> dict[str, object]:
    """An alarm over metric math."""
    errors = {
        "metricName": "HTTPCode_Target_5XX_Count",
        "namespace": "AWS/ApplicationELB",
        "period": 60,
        "stat": "Sum",
        "dimensions": {"LoadBalancer": "app/web/1"},
    }
    return {
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 5,
        "datapointsToAlarm": 3,
        "threshold": 0.5,
        "treatMissingData": "notBreaching",
        "alarmActions": [topic(world).id],
        "metricQueries": [
            {"id": "rate", "expression": "errors / 60", "label": "errors a second", "returnData": True},
            {"id": "errors", "metric": errors},
        ],
    }


CASES = (
    Case(
        token="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs=rate,
        update={
            "alarmDescription": "too many errors",
            "threshold": 1.5,
            "evaluationPeriods": 6,
            "actionsEnabled": False,
            "okActions": lambda w: [topic(w).id],
            "tags": {"Name": "other"},
        },
        replace={"name": "another"},
    ),
    Case(
        token="aws:cloudwatch/compositeAlarm:CompositeAlarm",
        inputs=lambda w: {
            "alarmName": w.name(),
            "alarmRule": f"ALARM({alarm(w).id})",
            "alarmActions": [topic(w).id],
            "actionsSuppressor": {"alarm": alarm(w, "quiet").id, "extensionPeriod": 60, "waitPeriod": 120},
        },
        update={
            "alarmRule": lambda w: f"NOT ALARM({alarm(w).id})",
            "alarmDescription": "all of it",
            "tags": {"Name": "other"},
        },
        replace={"alarmName": "another"},
    ),
    Case(
        token="aws:cloudwatch/dashboard:Dashboard",
        inputs=lambda w: {"dashboardName": w.name(), "dashboardBody": board("one")},
        update={"dashboardBody": board("two")},
        replace={"dashboardName": "another"},
    ),
)
