"""A dashboard: what a service does now, on one page, with the lines beyond which its alarms go off."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from components import metrics
from components.alarms import RUNBOOK, Alarm, alarm_name
from components.context import Context
from components.metrics import PERIOD, Measured, Metric

# CloudWatch API Reference, "Dashboard Body Structure and Syntax": a page is 24 units wide.
_WIDTH, _HEIGHT = 12, 6
_STATUS_HEIGHT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Metrics that are read together, by what they are called in the legend."""

    title: str
    lines: Mapping[str, Metric]


def graphs(*, routed: bool, insights: bool) -> tuple[Graph, ...]:
    """The graphs of a service: of traffic if it is `routed`, of its tasks with Container Insights."""
    requests = {"requests": metrics.REQUESTS}
    errors = {"5xx of the load balancer": metrics.LOAD_BALANCER_5XX, "5xx of the targets": metrics.TARGET_5XX}
    latency = {it: replace(metrics.LATENCY, statistic=it) for it in ("p50", "p90", "p99")}
    traffic = (
        Graph(title="Requests a minute", lines=requests),
        Graph(title="Errors a minute", lines=errors),
        Graph(title="Seconds until an answer", lines=latency),
        Graph(title="Targets", lines={"healthy": metrics.HEALTHY, "unhealthy": metrics.UNHEALTHY}),
    )
    tasks = Graph(title="Tasks", lines={"desired": metrics.DESIRED, "running": metrics.RUNNING})
    return (
        *(traffic if routed else ()),
        _use("CPU, percent", metrics.CPU),
        _use("Memory, percent", metrics.MEMORY),
        *([tasks] if insights else []),
    )


def _use(title: str, metric: Metric) -> Graph:
    return Graph(title=title, lines={"average": metric, "highest": replace(metric, statistic="Maximum")})


def body(
    context: Context,
    service: str,
    *,
    graphs: tuple[Graph, ...],
    alarms: tuple[Alarm, ...],
    dimensions: Mapping[str, str],
    others: Mapping[str, str] | None = None,
) -> str:
    """The dashboard as CloudWatch takes it: the alarms' states, then two graphs in a row.

    `others` are the dimensions with the other target group, if there are two: its targets have lines too.
    """
    limits = {next(iter(it.metrics.values())): it.threshold for it in alarms if it.expression is None}
    top = [_status(context, service, alarms)] if alarms else []
    below = _STATUS_HEIGHT * len(top)
    widgets = [
        {
            "type": "metric",
            "x": number % 2 * _WIDTH,
            "y": below + number // 2 * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": {
                "title": it.title,
                "region": context.region,
                "view": "timeSeries",
                "period": PERIOD,
                "yAxis": {"left": {"min": 0}},
                "metrics": [*_lines(it, dimensions), *(_lines_of_others(it, others) if others else [])],
                "annotations": {"horizontal": list(_limits(it, limits))},
            },
        }
        for number, it in enumerate(graphs)
    ]
    return json.dumps({"widgets": [*top, *widgets]}, sort_keys=True, separators=(",", ":"))


def _status(context: Context, service: str, alarms: tuple[Alarm, ...]) -> dict[str, object]:
    arns = [context.arn("cloudwatch", f"alarm:{alarm_name(context, service, it)}") for it in alarms]
    return {
        "type": "alarm",
        "x": 0,
        "y": 0,
        "width": 2 * _WIDTH,
        "height": _STATUS_HEIGHT,
        "properties": {"title": f"Alarms ({RUNBOOK})", "alarms": arns},
    }


def _lines(graph: Graph, dimensions: Mapping[str, str]) -> list[list[object]]:
    return [_line(label, metric, dimensions) for label, metric in graph.lines.items()]


def _lines_of_others(graph: Graph, dimensions: Mapping[str, str]) -> list[list[object]]:
    lines = graph.lines.items()
    return [_line(f"{label} (green)", it, dimensions) for label, it in lines if it.of_targets]


def _line(label: str, metric: Metric, dimensions: Mapping[str, str]) -> list[object]:
    whose = [part for it in metric.dimensions for part in (it, dimensions[it])]
    return [metric.namespace, metric.name, *whose, {"label": label, "stat": metric.statistic}]


def _limits(graph: Graph, limits: Mapping[Metric, float]) -> Iterator[dict[str, object]]:
    for it in graph.lines.values():
        if it in limits:
            yield {"label": "alarm", "value": limits[it]}


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardArgs:
    """Which graphs of which service, and the alarms whose states and thresholds are shown, if any."""

    context: Context
    graphs: tuple[Graph, ...]
    alarms: tuple[Alarm, ...]
    measured: Measured
    standing: list[pulumi.Resource]
    """The alarms' resources."""


class Dashboard(pulumi.ComponentResource):
    """A dashboard named `<project>-<stack>-<name>`.

    Its body names the load balancer and the service, whose names are automatic, and so is unknown at a first
    preview: unlike of a policy, nothing is judged of it.
    """

    name: str

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Dashboard", name, {}, opts)
        self.name = args.context.name(name)

        def filled(dimensions: list[dict[str, str]]) -> str:
            own, *others = dimensions
            return body(
                args.context,
                name,
                graphs=args.graphs,
                alarms=args.alarms,
                dimensions=own,
                others=others[0] if others else None,
            )

        measured = [args.measured, *([args.measured.alternate()] if args.measured.two_groups else [])]
        aws.cloudwatch.Dashboard(
            name,
            dashboard_name=self.name,
            dashboard_body=pulumi.Output.all(*(it.dimensions() for it in measured)).apply(filled),
            opts=pulumi.ResourceOptions(parent=self, depends_on=args.standing),
        )
        self.register_outputs({"name": self.name})
