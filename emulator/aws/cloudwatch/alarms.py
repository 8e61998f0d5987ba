"""The states of alarms, which moto keeps and never changes by itself.

PutMetricData sets them: one call's values stand for as many periods as the alarm waits for, since nobody puts
a metric every minute here. Everything else is as on AWS ("Using Amazon CloudWatch alarms" in the user guide).
"""

import json
import logging
import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow

from emulator.aws.cloudwatch import expression, samples
from emulator.aws.cloudwatch.samples import Metric

log = logging.getLogger("emulator.aws")

_COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
_STATE_OF = re.compile(r"""(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*["']?(?P<name>[^"')]+?)["']?\s*\)""")
_OPERATORS = {"AND": "and", "OR": "or", "NOT": "not", "TRUE": "1", "FALSE": "0"}
_WORDS = re.compile(rf"\b({'|'.join(_OPERATORS)})\b")


def backend(account: str, region: str) -> Any:
    """moto's CloudWatch of an account and region."""
    return cloudwatch_backends[account][region]


def composites(cloudwatch: Any) -> dict[str, dict[str, Any]]:
    """The composite alarms by name; they go when moto resets its backend."""
    return cloudwatch.__dict__.setdefault("composite_alarms", {})


def names_in(rule: str) -> list[str]:
    """The alarms that a composite alarm's rule names, by name or ARN."""
    return [found["name"].rsplit(":alarm:", 1)[-1] for found in _STATE_OF.finditer(rule)]


def state(cloudwatch: Any, name: str) -> str | None:
    """The state of a metric alarm or, by its rule, of a composite one; None when there is no such alarm."""
    known = cloudwatch.alarms.get(name)
    if known is not None:
        return known.state_value
    composite = composites(cloudwatch).get(name)
    return None if composite is None else _of_rule(cloudwatch, composite)


def _of_rule(cloudwatch: Any, composite: dict[str, Any]) -> str:
    rule = composite["AlarmRule"]
    if all(state(cloudwatch, it) == "INSUFFICIENT_DATA" for it in names_in(rule)):
        return "INSUFFICIENT_DATA"

    def is_so(found: re.Match[str]) -> str:
        return str(int(state(cloudwatch, found["name"].rsplit(":alarm:", 1)[-1]) == found["state"]))

    told = _WORDS.sub(lambda it: _OPERATORS[it[0]], _STATE_OF.sub(is_so, rule))
    return "ALARM" if expression.evaluate(told, {}) else "OK"


def look(cloudwatch: Any, put: Iterable[Metric]) -> None:
    """Sets the states of the alarms that watch one of the metrics, by the values that are newest now."""
    changed = set(put)
    for alarm in cloudwatch.alarms.values():
        if not changed & set(_watched(alarm)) or alarm.comparison_operator not in _COMPARISONS:
            continue
        try:
            found = _value(cloudwatch, alarm)
        except expression.UnknownMathError as error:
            log.warning("the state of alarm %s stays as it is: %s", alarm.name, error)
            continue
        if found is not None:
            _set(alarm, found)


def note(alarm: Any) -> None:
    """Counts that the alarm was looked at, so that its actions run again."""
    alarm.looks = looks(alarm) + 1


def looks(alarm: Any) -> int:
    """How often the alarm was looked at, by its metric or by SetAlarmState."""
    return getattr(alarm, "looks", 0)


def value(alarm: Any) -> float | None:
    """The value that the alarm's state was set by, as its StateReasonData tell it; None when they don't."""
    told: Any = json.loads(alarm.state_reason_data or "{}")
    try:
        return float(told["recentDatapoints"][-1])
    except (LookupError, TypeError, ValueError):
        return None


def _set(alarm: Any, value: float) -> None:
    compare, words = _COMPARISONS[alarm.comparison_operator]
    breaches = compare(value, float(alarm.threshold))
    told = f"Threshold Crossed: 1 datapoint [{value}] was {'' if breaches else 'not '}{words} the threshold "
    reason = f"{told}({float(alarm.threshold)})."
    data = json.dumps(
        {
            "version": "1.0",
            "queryDate": utcnow().isoformat(),
            "recentDatapoints": [value],
            "threshold": float(alarm.threshold),
        }
    )
    if alarm.state_value != ("ALARM" if breaches else "OK"):
        alarm.update_state(reason, data, "ALARM" if breaches else "OK")
    alarm.state_reason, alarm.state_reason_data = reason, data
    note(alarm)


def _watched(alarm: Any) -> Iterable[Metric]:
    if alarm.metric_name:
        yield Metric.of(alarm.namespace, alarm.metric_name, alarm.dimensions)
    for query in alarm.metric_data_queries:
        if query.metric_stat:
            metric = query.metric_stat.metric
            yield Metric.of(metric.namespace, metric.metric_name, metric.dimensions)


def _value(cloudwatch: Any, alarm: Any) -> float | None:
    """What the alarm compares: its metric's statistic, or what its metric math returns."""
    data = cloudwatch.metric_data
    if alarm.metric_name:
        metric = Metric.of(alarm.namespace, alarm.metric_name, alarm.dimensions)
        return samples.newest(data, metric, alarm.statistic or alarm.extended_statistic or "Average")
    values: dict[str, float | None] = {}
    for query in alarm.metric_data_queries:
        if query.metric_stat:
            metric = Metric.of(
                query.metric_stat.metric.namespace,
                query.metric_stat.metric.metric_name,
                query.metric_stat.metric.dimensions,
            )
            values[query.id] = samples.newest(data, metric, query.metric_stat.stat)
    return _returned(alarm.metric_data_queries, values)


def _returned(queries: list[Any], values: dict[str, float | None]) -> float | None:
    """The value of the query that returns data; expressions may name each other."""
    waiting = [it for it in queries if it.expression]
    while waiting:
        ready = [it for it in waiting if expression.names(it.expression) <= values.keys()]
        if not ready:
            return None
        for query in ready:
            values[query.id] = expression.evaluate(query.expression, values)
            waiting.remove(query)
    returned = next((it for it in queries if it.return_data in (None, True, "true")), None)
    return values[returned.id] if returned else None
