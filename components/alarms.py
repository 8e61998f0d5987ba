"""Alarms: what is trouble of a service, told while somebody can still do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pulumi
import pulumi_aws as aws

from components import metrics
from components.context import Context
from components.errors import InvalidSettingError
from components.metrics import PERIOD, Measured, Metric

_QueryDict: TypeAlias = aws.cloudwatch.MetricAlarmMetricQueryArgsDict

RUNBOOK = "docs/runbook.md"
"""Has a section for each alarm, under the alarm's name."""

TRAFFIC_MINUTES = 5
"""The minutes that alarms of traffic look at: a deployment that they judge lasts as much longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Beyond which values a service is in trouble. Raises `InvalidSettingError`."""

    error_percent: int = 5
    """Share of answers with a status of 500 or more, percent."""
    error_requests: int = 50
    """Requests a minute that this share is of, even when there are fewer."""
    latency: float = 2.0
    """Seconds that 99 of 100 requests are answered in."""
    cpu: int = 90
    """Average CPU of the service, percent of what its tasks reserve."""
    memory: int = 90
    """Average memory of the service, percent."""

    def __post_init__(self) -> None:
        for setting, value in (
            ("error_percent", self.error_percent),
            ("cpu", self.cpu),
            ("memory", self.memory),
        ):
            if not 1 <= value <= 100:
                raise InvalidSettingError(f"alarms.{setting}", value, "has to be a percentage, 1 to 100")
        if self.error_requests < 1:
            raise InvalidSettingError("alarms.error_requests", self.error_requests, "has to be 1 or more")
        if self.latency <= 0:
            raise InvalidSettingError("alarms.latency", self.latency, "has to be more than 0 seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Trouble as a value above a threshold, in `breaching` of the last `minutes` minutes.

    `metrics` has one metric, or the ones that `expression` (CloudWatch's metric math) names. `missing` says
    what a minute without any value is. CloudWatch User Guide, "Using Amazon CloudWatch alarms".
    """

    name: str
    """Ends the alarm's name, and names its section in the runbook."""
    says: str
    """What is so when it goes off."""
    why: str
    metrics: Mapping[str, Metric]
    expression: str | None = None
    threshold: float
    minutes: int
    breaching: int
    missing: Literal["missing", "notBreaching"]

    @property
    def of_traffic(self) -> bool:
        """Whether it watches what users are answered, and so can judge a new revision."""
        return all("LoadBalancer" in it.dimensions for it in self.metrics.values())

    @property
    def of_load_balancer_alone(self) -> bool:
        """Whether it watches the load balancer itself, which all of its services have in common."""
        return all(it.dimensions == ("LoadBalancer",) for it in self.metrics.values())

    @property
    def description(self) -> str:
        """What CloudWatch sends with the alarm."""
        lasting = f"in {self.breaching} of {self.minutes} minutes"
        return f"{self.says}, {lasting}. {self.why} Runbook: {RUNBOOK}#{self.name}"


def service_alarms(
    thresholds: Thresholds, *, routed: bool, insights: bool, first: bool = True
) -> tuple[Alarm, ...]:
    """The alarms of a service: of traffic if it is `routed`, of missing tasks with Container Insights.

    The load balancer's own errors are told once: by the `first` of its services.
    """
    return (
        *(it for it in (_of_traffic(thresholds) if routed else ()) if first or not it.of_load_balancer_alone),
        *([TASKS_BELOW_DESIRED] if insights else []),
        _use("cpu", metrics.CPU, thresholds.cpu),
        _use("memory", metrics.MEMORY, thresholds.memory),
    )


def _of_traffic(thresholds: Thresholds) -> tuple[Alarm, ...]:
    return (
        _errors(
            "load-balancer-5xx",
            "The load balancer itself answers",
            "It found no target that answers, or not in time: users see AWS's error page.",
            {"errors": metrics.LOAD_BALANCER_5XX, "requests": metrics.REQUESTS},
            thresholds,
        ),
        _errors(
            "target-5xx",
            "The application answers",
            "It fails at what users ask for.",
            {"errors": metrics.TARGET_5XX, "requests": metrics.TARGET_REQUESTS},
            thresholds,
        ),
        Alarm(
            name="latency",
            says=f"One of 100 requests takes more than {thresholds.latency:g} s",
            why="Users wait, and slow requests pile up until tasks have no room for others.",
            metrics={"latency": metrics.LATENCY},
            threshold=thresholds.latency,
            # Shorter is what a new task needs to warm up. Not each of the minutes: the newest has no value
            # yet, and where metric math fills it in, it doesn't breach (CloudWatch User Guide, "Using math
            # expressions with CloudWatch metrics").
            minutes=TRAFFIC_MINUTES,
            breaching=TRAFFIC_MINUTES - 1,
            # No request, no slow one.
            missing="notBreaching",
        ),
        Alarm(
            name="unhealthy-targets",
            says="A target fails the load balancer's health check",
            why="ECS replaces such a task within a minute or two: this one's successors fail too.",
            metrics={"unhealthy": metrics.UNHEALTHY},
            threshold=0,
            # Between one failing task and its failing successor all targets are healthy for a while.
            minutes=TRAFFIC_MINUTES,
            breaching=3,
            # No target, no unhealthy one: that tasks are missing is another alarm's.
            missing="notBreaching",
        ),
    )


def _errors(name: str, who: str, why: str, of: Mapping[str, Metric], thresholds: Thresholds) -> Alarm:
    """Errors as a share of requests, and of a minimum of them: one error in a quiet night is no trouble.

    A minute without errors has no value for them, and a load balancer without targets none for requests:
    both count as zero (CloudWatch User Guide, "Using math expressions with CloudWatch metrics").
    """
    least = thresholds.error_requests
    requests = "FILL(requests, 0)"
    return Alarm(
        name=name,
        says=f"{who} with 5xx more than {thresholds.error_percent} % of at least {least} requests a minute",
        why=why,
        metrics=of,
        expression=f"100 * FILL(errors, 0) / IF({requests} > {least}, {requests}, {least})",
        threshold=thresholds.error_percent,
        minutes=TRAFFIC_MINUTES,
        breaching=3,
        # Without any request there is no value at all.
        missing="notBreaching",
    )


TASKS_BELOW_DESIRED = Alarm(
    name="tasks-below-desired",
    says="Fewer tasks run than the service wants",
    why="Tasks can't start, or end as soon as they did.",
    metrics={"desired": metrics.DESIRED, "running": metrics.RUNNING},
    expression="desired - running",
    threshold=0,
    # A task counts as running when its containers have been healthy one after the other, which takes minutes.
    minutes=15,
    breaching=10,
    # Container Insights is silent: nothing is known of the tasks, so nothing is claimed.
    missing="missing",
)


def _use(name: Literal["cpu", "memory"], metric: Metric, percent: int) -> Alarm:
    called = {"cpu": "CPU", "memory": "memory"}[name]
    return Alarm(
        name=name,
        says=f"The tasks use more than {percent} % of their {called}",
        why="Auto-scaling had time to add tasks and hasn't, or more of them don't help.",
        metrics={name: metric},
        threshold=percent,
        minutes=15,
        breaching=15,
        # Only a service without tasks has no value, which is another alarm's.
        missing="missing",
    )


def alarm_name(context: Context, service: str, alarm: Alarm) -> str:
    """`<project>-<stack>-<service>-<alarm>`."""
    return context.name(service, alarm.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsArgs:
    """Which alarms of which service, and the topic that is told when one goes off and when it is over."""

    context: Context
    alarms: tuple[Alarm, ...]
    measured: Measured
    topic_arn: pulumi.Input[str]
    topic_ready: list[pulumi.Resource]
    """What lets alarms publish to the topic."""


class Alarms(pulumi.ComponentResource):
    """The alarms of a service in CloudWatch; each names its section of the runbook in its description.

    Produces `names`, and `standing`, which whoever names the alarms stands after.
    """

    names: list[str]
    standing: list[pulumi.Resource]

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Alarms", name, {}, opts)
        self._name, self._args = name, args
        self._dimensions = args.measured.dimensions()
        self._others = args.measured.alternate().dimensions() if args.measured.two_groups else None
        self.names = [alarm_name(args.context, name, it) for it in args.alarms]
        self.standing = [self._register(it) for it in args.alarms]
        self.register_outputs({})

    def _register(self, alarm: Alarm) -> aws.cloudwatch.MetricAlarm:
        single = None if alarm.expression else next(iter(alarm.metrics.values()))
        percentile = single is not None and single.statistic.startswith("p")
        if single and self._is_of_both(single):
            single = None
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{alarm.name}",
            name=alarm_name(self._args.context, self._name, alarm),
            alarm_description=alarm.description,
            namespace=single.namespace if single else None,
            metric_name=single.name if single else None,
            dimensions=self._values(single, self._dimensions) if single else None,
            statistic=single.statistic if single and not percentile else None,
            extended_statistic=single.statistic if single and percentile else None,
            # A percentile of a few requests is the slowest of them: it says nothing.
            evaluate_low_sample_count_percentiles="ignore" if single and percentile else None,
            period=PERIOD if single else None,
            metric_queries=None if single else self._queries(alarm),
            comparison_operator="GreaterThanThreshold",
            threshold=alarm.threshold,
            evaluation_periods=alarm.minutes,
            datapoints_to_alarm=alarm.breaching,
            treat_missing_data=alarm.missing,
            alarm_actions=[self._args.topic_arn],
            ok_actions=[self._args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._args.topic_ready),
        )

    def _queries(self, alarm: Alarm) -> list[_QueryDict]:
        measured = [it for key, metric in sorted(alarm.metrics.items()) for it in self._measured(key, metric)]
        result: _QueryDict = {
            "id": "result",
            "expression": alarm.expression or next(iter(alarm.metrics)),
            "label": alarm.says,
            "return_data": True,
        }
        return [*measured, result]

    def _measured(self, key: str, metric: Metric) -> list[_QueryDict]:
        """A metric under its name; of two target groups it is their sum, or of times the longer."""
        if self._others is None or not metric.of_targets:
            return [_query(key, metric, self._values(metric, self._dimensions))]
        one, other = f"{key}_blue", f"{key}_green"
        filled = f"FILL({one}, 0)", f"FILL({other}, 0)"
        both = f"MAX([{', '.join(filled)}])" if metric.statistic.startswith("p") else " + ".join(filled)
        return [
            _query(one, metric, self._values(metric, self._dimensions)),
            _query(other, metric, self._values(metric, self._others)),
            {"id": key, "expression": both},
        ]

    def _is_of_both(self, metric: Metric) -> bool:
        return self._others is not None and metric.of_targets

    def _values(self, metric: Metric, of: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
        return {it: of[it] for it in metric.dimensions}


def _query(key: str, metric: Metric, dimensions: dict[str, pulumi.Input[str]]) -> _QueryDict:
    return {
        "id": key,
        "metric": {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": dimensions,
            "stat": metric.statistic,
            "period": PERIOD,
        },
    }
