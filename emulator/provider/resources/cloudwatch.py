"""CloudWatch: alarms and dashboards."""

from collections.abc import Mapping
from typing import Any

from emulator.provider import tagging
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation

ACTIONS = ("alarmActions", "insufficientDataActions", "okActions")


ALARM = {"ResourceARN": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{id}"}
TAGS = Tags(
    tag=Call(op="tag_resource", params=ALARM, send=()),
    untag=Call(op="untag_resource", params=ALARM, send=()),
    read=Read(op="list_tags_for_resource", params=ALARM, at="Tags"),
)


METRIC = (
    "actionsEnabled",
    *ACTIONS,
    "alarmDescription",
    "comparisonOperator",
    "datapointsToAlarm",
    "evaluateLowSampleCountPercentiles",
    "evaluationPeriods",
    "extendedStatistic",
    "metricName",
    "namespace",
    "period",
    "statistic",
    "threshold",
    "thresholdMetricId",
    "treatMissingData",
    "unit",
)
RENAMED = {"evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile"}


def _put_alarm(operation: Operation) -> None:
    """Sets the whole alarm: PutMetricAlarm leaves nothing of the old one."""
    inputs = operation.inputs
    values = {n: inputs[n] for n in METRIC if n in inputs}
    extra: dict[str, Any] = {"AlarmName": operation.id or inputs["name"]}
    if inputs.get("dimensions"):
        extra["Dimensions"] = _pairs(inputs["dimensions"])
    if inputs.get("metricQueries"):
        extra["Metrics"] = [_query(q) for q in inputs["metricQueries"]]
    if not operation.id:  # an update leaves tags alone
        extra |= tagging.creation(operation)
    operation.send(Call(op="put_metric_alarm", rename=RENAMED), values, extra)


def _create_alarm(operation: Operation) -> str:
    _put_alarm(operation)
    return str(operation.inputs["name"])


def _pairs(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": k, "Value": v} for k, v in sorted(dimensions.items())]


def _query(given: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of metric math, in CloudWatch's words."""
    words = {
        "accountId": "AccountId",
        "expression": "Expression",
        "id": "Id",
        "label": "Label",
        "period": "Period",
    }
    made: dict[str, Any] = {w: given[p] for p, w in words.items() if p in given}
    made["ReturnData"] = given.get("returnData", False)
    metric = given.get("metric")
    if metric:
        name: dict[str, Any] = {"MetricName": metric["metricName"]}
        if metric.get("namespace"):
            name["Namespace"] = metric["namespace"]
        if metric.get("dimensions"):
            name["Dimensions"] = _pairs(metric["dimensions"])
        made["MetricStat"] = {"Metric": name, "Period": metric["period"], "Stat": metric["stat"]}
        if metric.get("unit"):
            made["MetricStat"]["Unit"] = metric["unit"]
    return made


def _parsed_query(found: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {p[0].lower() + p[1:]: v for p, v in found.items() if p != "MetricStat"}
    stat = found.get("MetricStat")
    if stat:
        name = stat["Metric"]
        metric = {
            "metricName": name["MetricName"],
            "namespace": name.get("Namespace"),
            "dimensions": {d["Name"]: d["Value"] for d in name.get("Dimensions", [])} or None,
            "period": stat["Period"],
            "stat": stat["Stat"],
            "unit": stat.get("Unit"),
        }
        made["metric"] = {k: v for k, v in metric.items() if v is not None}
    return made


def _shaped(operation: Operation) -> Mapping[str, Any]:
    """The alarm's dimensions and metric math, which no name matches."""
    found = operation.found
    dimensions = {d["Name"]: d["Value"] for d in found.get("Dimensions", [])}
    return {
        "dimensions": dimensions or None,
        "metricQueries": [_parsed_query(q) for q in found.get("Metrics", [])] or None,
    }


def _check_alarm(inputs: Mapping[str, Any]) -> Mapping[str, str]:
    if "metricName" in inputs and "period" not in inputs:
        return {"period": "period must be set for an alarm of one metric"}
    if "metricName" in inputs and not {"statistic", "extendedStatistic"} & set(inputs):
        return {"statistic": "one of statistic, extendedStatistic must be set for an alarm of a metric"}
    return {}


METRIC_ALARM = Resource(
    token="aws:cloudwatch/metricAlarm:MetricAlarm",
    service="cloudwatch",
    create=Code(run=_create_alarm, send=(*METRIC, "dimensions", "metricQueries", "name")),
    id="{name}",
    upserts=True,
    read=(
        Read(
            op="describe_alarms",
            params={"AlarmNames": ["{id}"], "AlarmTypes": ["MetricAlarm"]},
            at="MetricAlarms[0]",
            props={
                "arn": "AlarmArn",
                "dimensions": "",
                "metricQueries": "",
                "name": "AlarmName",
                "okActions": "OKActions",
            },
            rename=RENAMED,
        ),
        Code(run=_shaped),
    ),
    changes=(
        Change(
            do=Code(run=_put_alarm, send=(*METRIC, "dimensions", "metricQueries")),
            when=(*METRIC, "dimensions", "metricQueries"),
        ),
    ),
    delete=Call(op="delete_alarms", params={"AlarmNames": ["{id}"]}),
    tags=TAGS,
    name=Name(longest=255),
    replace=("name",),
    defaults={"actionsEnabled": True, "treatMissingData": "missing"},
    enums={
        "comparisonOperator": (
            "GreaterThanOrEqualToThreshold",
            "GreaterThanThreshold",
            "LessThanThreshold",
            "LessThanOrEqualToThreshold",
            "LessThanLowerOrGreaterThanUpperThreshold",
            "LessThanLowerThreshold",
            "GreaterThanUpperThreshold",
        ),
        "statistic": ("SampleCount", "Average", "Sum", "Minimum", "Maximum"),
        "treatMissingData": ("breaching", "notBreaching", "ignore", "missing"),
    },
    conflicts=(
        ("statistic", "extendedStatistic"),
        ("metricName", "metricQueries"),
        ("threshold", "thresholdMetricId"),
    ),
    check=_check_alarm,
    sets=(*ACTIONS, "metricQueries"),
    refused=("evaluationCriteria", "evaluationInterval", "evaluationWindow", "warmUpConfiguration"),
)

COMPOSITE = ("actionsEnabled", "actionsSuppressor", *ACTIONS, "alarmDescription", "alarmRule")
SUPPRESSOR = {
    "actionsSuppressor.alarm": "ActionsSuppressor",
    "actionsSuppressor.extensionPeriod": "ActionsSuppressorExtensionPeriod",
    "actionsSuppressor.waitPeriod": "ActionsSuppressorWaitPeriod",
}


def _put_composite(operation: Operation) -> None:
    inputs = operation.inputs
    values = {n: inputs[n] for n in COMPOSITE if n in inputs and n != "actionsSuppressor"}
    extra: dict[str, Any] = {"AlarmName": inputs["alarmName"]}
    for path, member in SUPPRESSOR.items():
        value = inputs.get("actionsSuppressor", {}).get(path.rpartition(".")[2])
        if value is not None:
            extra[member] = value
    if not operation.id:  # an update leaves tags alone
        extra |= tagging.creation(operation)
    operation.send(Call(op="put_composite_alarm"), values, extra)


def _create_composite(operation: Operation) -> str:
    _put_composite(operation)
    return str(operation.inputs["alarmName"])


def _suppressor(operation: Operation) -> Mapping[str, Any]:
    found = operation.found
    if not found.get("ActionsSuppressor"):
        return {}
    return {
        "actionsSuppressor": {
            path.rpartition(".")[2]: found.get(member) for path, member in SUPPRESSOR.items()
        }
    }


COMPOSITE_ALARM = Resource(
    token="aws:cloudwatch/compositeAlarm:CompositeAlarm",
    service="cloudwatch",
    create=Code(run=_create_composite, send=(*COMPOSITE, "alarmName")),
    id="{alarmName}",
    upserts=True,
    read=(
        Read(
            op="describe_alarms",
            params={"AlarmNames": ["{id}"], "AlarmTypes": ["CompositeAlarm"]},
            at="CompositeAlarms[0]",
            props={"arn": "AlarmArn", "okActions": "OKActions", "actionsSuppressor": ""},
        ),
        Code(run=_suppressor),
    ),
    changes=(Change(do=Code(run=_put_composite, send=COMPOSITE), when=COMPOSITE),),
    delete=Call(op="delete_alarms", params={"AlarmNames": ["{id}"]}),
    tags=TAGS,
    # Unlike a metric alarm's, its actions can't be switched in place.
    replace=("alarmName", "actionsEnabled"),
    defaults={"actionsEnabled": True},
    sets=ACTIONS,
)

DASHBOARD = Resource(
    token="aws:cloudwatch/dashboard:Dashboard",
    service="cloudwatch",
    create=Call(op="put_dashboard"),
    id="{dashboardName}",
    upserts=True,
    read=(Read(op="get_dashboard", params={"DashboardName": "{id}"}),),
    changes=(Change(do=Call(op="put_dashboard", params={"DashboardName": "{id}"}), when=("dashboardBody",)),),
    delete=Call(op="delete_dashboards", params={"DashboardNames": ["{id}"]}),
    replace=("dashboardName",),
    json=("dashboardBody",),
)

RESOURCES: tuple[Resource, ...] = (METRIC_ALARM, COMPOSITE_ALARM, DASHBOARD)
INVOKES: tuple[Invoke, ...] = ()
