"""The two alarms of a target tracking policy of an ECS service, and the metric that they watch.

Application Auto Scaling makes them: the high one waits for three minutes above the target, the low one for
fifteen below nine tenths of it ("How target tracking scaling for Application Auto Scaling works").
"""

from typing import Any

from moto.cloudwatch.models import Dimension, Metric, MetricDataQuery, MetricStat, cloudwatch_backends

from emulator.aws.cloudwatch import expression
from emulator.aws.scaling.decide import CAUTION

_SERVICE_METRICS = {
    "ECSServiceAverageCPUUtilization": "CPUUtilization",
    "ECSServiceAverageMemoryUtilization": "MemoryUtilization",
}
REQUESTS = "ALBRequestCountPerTarget"


class MetricError(ValueError):
    """The policy's metric is none, or can't be computed here."""


def put_alarms(policy: Any) -> list[Any]:
    """Makes the policy's alarms, or changes them to its configuration; the high one first.

    Raises MetricError.
    """
    configuration = policy.target_tracking_scaling_policy_configuration
    metric, target = _metric(policy, configuration), float(configuration["TargetValue"])
    names = [it.name for it in policy.alarms] or [
        f"TargetTracking-{policy.resource_id}-Alarm{which}-{policy._guid}" for which in ("High", "Low")
    ]
    action = f"{policy.policy_arn}:createdBy/{policy._guid}"
    cloudwatch: Any = cloudwatch_backends[policy.account_id][policy.region_name]
    conditions = (("GreaterThanThreshold", 3, target), ("LessThanThreshold", 15, target * CAUTION))
    return [
        cloudwatch.put_metric_alarm(
            name=name,
            comparison_operator=operator,
            evaluation_periods=periods,
            period=60,
            threshold=threshold,
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.policy_arn}.",
            alarm_actions=[action],
            **metric,
        )
        for name, (operator, periods, threshold) in zip(names, conditions, strict=True)
    ]


def _metric(policy: Any, configuration: dict[str, Any]) -> dict[str, Any]:
    """PutMetricAlarm's arguments for the policy's metric."""
    predefined = configuration.get("PredefinedMetricSpecification")
    if predefined:
        return _predefined(policy, predefined)
    customized = configuration.get("CustomizedMetricSpecification")
    if not customized:
        raise MetricError("You must specify either a PredefinedMetricSpecification or a Customized one.")
    if customized.get("Metrics"):
        queries = customized["Metrics"]
        _check(queries)
        return _alarm_of("", "", [], "", queries=[_query(it) for it in queries])
    return _alarm_of(
        customized["Namespace"],
        customized["MetricName"],
        customized.get("Dimensions", []),
        customized["Statistic"],
    )


def _predefined(policy: Any, specification: dict[str, Any]) -> dict[str, Any]:
    kind = specification["PredefinedMetricType"]
    _, cluster, service = policy.resource_id.split("/")
    if kind in _SERVICE_METRICS:
        dimensions = {"ClusterName": cluster, "ServiceName": service}
        return _alarm_of("AWS/ECS", _SERVICE_METRICS[kind], _listed(dimensions), "Average")
    if kind != REQUESTS:
        raise MetricError(f"The metric {kind} isn't supported for the namespace ecs.")
    balancer, found, group = specification.get("ResourceLabel", "").partition("/targetgroup/")
    if not found or not balancer.startswith("app/"):
        raise MetricError(
            f"{REQUESTS} wants a ResourceLabel of the form app/<name>/<id>/targetgroup/<name>/<id>."
        )
    dimensions = {"TargetGroup": f"targetgroup/{group}", "LoadBalancer": balancer}
    return _alarm_of("AWS/ApplicationELB", "RequestCountPerTarget", _listed(dimensions), "Sum")


def _listed(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _alarm_of(
    namespace: str,
    name: str,
    dimensions: list[dict[str, str]],
    statistic: str,
    *,
    queries: list[MetricDataQuery] | None = None,
) -> dict[str, Any]:
    return {
        "namespace": namespace or None,
        "metric_name": name or None,
        "dimensions": dimensions,
        "statistic": statistic or None,
        "metric_data_queries": queries or [],
    }


def _check(queries: list[dict[str, Any]]) -> None:
    """Raises MetricError for an expression that can't be computed here, or that names what isn't there."""
    known = {it["Id"] for it in queries}
    for query in queries:
        try:
            named = expression.names(query["Expression"]) if query.get("Expression") else set[str]()
        except expression.UnknownMathError as error:
            raise MetricError(str(error)) from error
        if named - known:
            raise MetricError(
                f"{query['Expression']!r} names {', '.join(sorted(named - known))}, which isn't there"
            )


def _query(query: dict[str, Any]) -> MetricDataQuery:
    stat = query.get("MetricStat")
    found = None
    if stat:
        dimensions = [Dimension(it["Name"], it["Value"]) for it in stat["Metric"].get("Dimensions", [])]
        metric = Metric(stat["Metric"]["MetricName"], stat["Metric"]["Namespace"], dimensions)
        found = MetricStat(metric, "60", stat["Stat"], stat.get("Unit", ""))
    returns: Any = query.get("ReturnData", True)
    return MetricDataQuery(query["Id"], query.get("Label", ""), "60", returns, query.get("Expression"), found)
