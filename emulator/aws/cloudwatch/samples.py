"""The newest values of metrics, among what PutMetricData has put into moto's CloudWatch.

A call's values of a metric belong together, as those of one period do on AWS. They count until the next call
that has some, whatever their timestamps are.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's identity."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    @staticmethod
    def of(namespace: str, name: str, dimensions: Iterable[Any]) -> "Metric":
        """A metric by moto's dimensions."""
        return Metric(namespace, name, frozenset((it.name, it.value) for it in dimensions))


def metric_of(datum: Any) -> Metric:
    """The metric of a value that was put."""
    return Metric.of(datum.namespace, datum.name, datum.dimensions)


def newest(data: Sequence[Any], metric: Metric, statistic: str) -> float | None:
    """The statistic of the newest values; None when none was ever put."""
    found: list[Any] = []
    for datum in reversed(data):
        if metric_of(datum) == metric:
            if found and datum.call != found[0].call:
                break
            found.append(datum)
    return _statistic(found, statistic) if found else None


def _statistic(data: list[Any], statistic: str) -> float | None:
    values = sorted(value for datum in data for value in _bounds(datum))
    count = sum(getattr(datum, "sample_count", 1.0) for datum in data)
    total = sum(datum.sum if hasattr(datum, "sum") else datum.value for datum in data)
    known = {
        "Sum": total,
        "SampleCount": count,
        "Average": total / count if count else None,
        "Minimum": values[0],
        "Maximum": values[-1],
    }
    if statistic in known:
        return known[statistic]
    # A percentile, by the nearest rank: p99, p99.9.
    return values[max(math.ceil(float(statistic.lstrip("p")) / 100 * len(values)) - 1, 0)]


def _bounds(datum: Any) -> tuple[float, ...]:
    return (datum.value,) if hasattr(datum, "value") else (datum.min, datum.max)
